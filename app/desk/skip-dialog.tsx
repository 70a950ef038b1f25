"use client";
import { useState } from "react";
import { useSkip } from "#client/desk";
import { Dialog } from "../_ui/dialog.tsx";
import { Field } from "../_ui/form.tsx";
import { say } from "../_ui/notices.tsx";
import { focusNextThing } from "./focus.ts";

type Props = { agentId: number; queueEntryId: number; name: string; onClose: () => void };

/** Asks why the agent skips the next person. It stays about that person, also when another one comes up meanwhile. */
export function SkipDialog({ agentId, queueEntryId, name, onClose }: Props) {
  const [of] = useState({ queueEntryId, name });
  const { mutate, isPending, error } = useSkip(agentId, {
    done: ({ message }) => {
      onClose();
      focusNextThing();
      say(`${of.name}: ${message}`);
    },
  });
  return (
    <Dialog
      title={`Skip ${of.name}`}
      confirmLabel="Skip"
      isBusy={isPending}
      error={error}
      onClose={onClose}
      onSend={(fields) => mutate({ queueEntryId: of.queueEntryId, reason: String(fields.get("reason")) })}
    >
      <Field
        label="Reason"
        hint="The call is offered to somebody else, and not to you for ten minutes. The reason stays in the history, for your supervisor too."
        name="reason"
        maxLength={500}
        autoComplete="off"
        required
      />
    </Dialog>
  );
}
