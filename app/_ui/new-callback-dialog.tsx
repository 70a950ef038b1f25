"use client";
import { useEffect, useState } from "react";
import { usePromise } from "#client/callbacks";
import type { When } from "#client/desk";
import { serverNow } from "#lib/browser/clock";
import { AgentChoice, receiverOf } from "./agent-choice.tsx";
import { CallBackAt } from "./call-back-at.tsx";
import { Dialog } from "./dialog.tsx";
import { FindPerson, type Found } from "./find-person.tsx";
import { Button, Field } from "./form.tsx";
import { say } from "./notices.tsx";
import { onBothClocks, placeOf } from "./time.ts";

type Props = {
  agentId: number | null;
  /** The user, when already known. */
  of?: Found;
  onClose: () => void;
};

/**
 * The form of a new promise. An agent finds a person by the full number only, as during an inbound call, and promises for their own
 * desk.
 */
export default function NewCallbackDialog({ agentId, of, onClose }: Props) {
  const promise = usePromise();
  const [person, choose] = useState<Found | null>(of ?? null);
  const [text, setText] = useState("");
  const [when, setWhen] = useState<When | null>(null);
  // The focus goes to what is to be said next: who is called, then when.
  useEffect(() => {
    document.querySelector<HTMLElement>(person ? 'dialog [name="when"]' : "dialog input")?.focus();
  }, [person]);
  const send = (fields: FormData) => {
    if (!person || !when) return;
    const reason = String(fields.get("reason")).trim();
    const agent = agentId ?? receiverOf(fields);
    promise.mutate(
      {
        userId: person.userId,
        scheduledFor: when.scheduledFor,
        ...(reason && { callbackReason: reason }),
        ...(agent !== null && { preferredAgentId: agent }),
        ...(fields.get("remind") === "on" && { remind: true }),
      },
      {
        onSuccess: ({ scheduledFor, conflicts }) => {
          const what = `${person.name}: promised for ${onBothClocks(scheduledFor, serverNow(), person.timeZone)}.`;
          say([what, ...conflicts].join(" "), conflicts.length > 0 ? "late" : "kept");
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      title="New callback"
      confirmLabel="Promise it"
      cancelLabel="Cancel"
      isBusy={promise.isPending}
      missing={person === null ? "Choose who is to be called." : when === null ? "Say when to call." : null}
      error={promise.error}
      onSend={send}
      onClose={onClose}
    >
      {person ? (
        <p className="flex items-center justify-between gap-2">
          <span>
            <strong>{person.name}</strong> <span className="text-muted">{placeOf(person.timeZone)}</span>
          </span>
          <Button type="button" className="button plain small" onClick={() => choose(null)}>
            Somebody else
          </Button>
        </p>
      ) : (
        <FindPerson agentId={agentId} onChoose={choose} />
      )}
      {person && <CallBackAt userId={person.userId} text={text} onText={setText} onWhen={setWhen} isNeeded />}
      {person && <Field label="Reason" name="reason" maxLength={500} autoComplete="off" />}
      {person && when?.canRemind && (
        <label className="flex items-center gap-2 text-small">
          <input type="checkbox" name="remind" />
          Send texts: now, before the call, and when it moves
        </label>
      )}
      {person && agentId === null && <AgentChoice />}
    </Dialog>
  );
}
