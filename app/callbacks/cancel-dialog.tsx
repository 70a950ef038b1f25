"use client";
import { useCancel } from "#client/callbacks";
import { Dialog } from "../_ui/dialog.tsx";
import { Field } from "../_ui/form.tsx";

type Props = { callbackId: number; userName: string; onClose: () => void; onDone: (message: string) => void };

/** Asks why the promise is cancelled; this cannot be undone. */
export function CancelDialog({ callbackId, userName, onClose, onDone }: Props) {
  const { mutate, isPending, error } = useCancel();
  return (
    <Dialog
      title={`Cancel the callback to ${userName}`}
      confirmLabel="Cancel it for good"
      kind="danger"
      isBusy={isPending}
      error={error}
      onClose={onClose}
      onSend={(fields) =>
        mutate(
          { callbackId, reason: String(fields.get("reason")) },
          { onSuccess: () => onDone(`Callback ${callbackId} is cancelled.`) },
        )
      }
    >
      <Field
        label="Reason"
        hint="Nobody will be called. The reason stays in the story."
        name="reason"
        maxLength={500}
        autoComplete="off"
        required
      />
    </Dialog>
  );
}
