"use client";
import { type ShownCallback, useCancelEach } from "#client/callbacks";
import { Dialog } from "../_ui/dialog.tsx";
import { Field } from "../_ui/form.tsx";
import { dayAt } from "../_ui/time.ts";
import { Preview } from "./preview.tsx";

type Props = { callbacks: readonly ShownCallback[]; onClose: () => void; onDone: (message: string) => void };

/** Shows which promises are cancelled and asks why; this cannot be undone. */
export function CancelManyDialog({ callbacks, onClose, onDone }: Props) {
  const { mutate, isPending, error } = useCancelEach();
  return (
    <Dialog
      title={`Cancel ${callbacks.length} callbacks`}
      confirmLabel="Cancel them for good"
      kind="danger"
      isBusy={isPending}
      error={error}
      onClose={onClose}
      onSend={(fields) => {
        const reason = String(fields.get("reason"));
        mutate(
          callbacks.map(({ id }) => ({ callbackId: id, reason })),
          { onSuccess: ({ sentence }) => onDone(`Cancelled: ${sentence}`) },
        );
      }}
    >
      <Preview callbacks={callbacks} of={({ scheduledFor }) => `promised for ${dayAt(scheduledFor)}`} />
      <Field
        label="Reason"
        hint="Nobody will be called. The reason stays in each story."
        name="reason"
        maxLength={500}
        autoComplete="off"
        required
      />
    </Dialog>
  );
}
