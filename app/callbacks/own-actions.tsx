"use client";
import { useState } from "react";
import type { CallbackStory } from "#client/callbacks";
import { useAccept, useRelease, useSnooze } from "#client/desk";
import { Button, Failure } from "../_ui/form.tsx";
import { KEPT } from "../_ui/kept-here.ts";
import { RescheduleDialog } from "./reschedule-dialog.tsx";

type Props = { callback: CallbackStory; agentId: number; onDone: (message: string) => void };

const SNOOZE_MINUTES = 15;

/** An agent's actions on a callback of their own desk; as on the desk, they go through the queue of this browser. */
export function OwnActions({ callback, agentId, onDone }: Props) {
  const callbacks = { done: ({ message }: { message: string }) => onDone(message), kept: () => onDone(KEPT) };
  const [accept, release, snooze] = [
    useAccept(agentId, callbacks),
    useRelease(agentId, callbacks),
    useSnooze(agentId, callbacks),
  ];
  const act = (start: () => void) => {
    for (const action of [accept, release, snooze]) action.reset();
    start();
  };
  const isPending = accept.isPending || release.isPending || snooze.isPending;
  const [isMoving, setMoving] = useState(false);
  const { status, acceptedByAgentId } = callback;
  if (acceptedByAgentId !== null && acceptedByAgentId !== agentId) return null;
  return (
    <div className="mt-4 flex flex-wrap gap-2">
      {status === "pending" ? (
        <Button kind="main" isBusy={isPending} onClick={() => act(() => accept.mutate(callback))}>
          Accept
        </Button>
      ) : (
        <Button isBusy={isPending} onClick={() => act(() => release.mutate(callback))}>
          Release
        </Button>
      )}
      <Button isBusy={isPending} onClick={() => act(() => snooze.mutate({ callback, minutes: SNOOZE_MINUTES }))}>
        Snooze {SNOOZE_MINUTES} min
      </Button>
      <Button onClick={() => setMoving(true)}>Change the time</Button>
      <Failure error={accept.error ?? release.error ?? snooze.error} />
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
