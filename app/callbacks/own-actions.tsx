"use client";
import { useState } from "react";
import { type CallbackStory, useDeskAction } from "#client/callbacks";
import { Button, Failure } from "../_ui/form.tsx";
import { RescheduleDialog } from "./reschedule-dialog.tsx";

type Props = { callback: CallbackStory; agentId: number; onDone: (message: string) => void };

const SNOOZE_MINUTES = 15;

/** What an agent can do here with a callback of the own desk. */
export function OwnActions({ callback, agentId, onDone }: Props) {
  const { mutate, isPending, error } = useDeskAction(agentId);
  const [isMoving, setMoving] = useState(false);
  const { id: callbackId, status, acceptedByAgentId } = callback;
  if (acceptedByAgentId !== null && acceptedByAgentId !== agentId) return null;
  const act = (action: "accept" | "release" | "snooze") =>
    mutate(
      { action, callbackId, ...(action === "snooze" && { snoozeMinutes: SNOOZE_MINUTES }) },
      { onSuccess: ({ message }) => onDone(message) },
    );
  return (
    <div className="mt-4 flex flex-wrap gap-2">
      {status === "pending" ? (
        <Button kind="main" isBusy={isPending} onClick={() => act("accept")}>
          Accept
        </Button>
      ) : (
        <Button isBusy={isPending} onClick={() => act("release")}>
          Give back
        </Button>
      )}
      <Button isBusy={isPending} onClick={() => act("snooze")}>
        Snooze {SNOOZE_MINUTES} min
      </Button>
      <Button onClick={() => setMoving(true)}>Change the time</Button>
      <Failure error={error} />
      {isMoving && (
        <RescheduleDialog
          callback={callback}
          isOwn
          onClose={() => setMoving(false)}
          onDone={(message) => {
            setMoving(false);
            onDone(message);
          }}
        />
      )}
    </div>
  );
}
