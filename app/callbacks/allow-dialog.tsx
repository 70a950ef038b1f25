"use client";
import { useAllowCalls } from "#client/callbacks";
import { Dialog } from "../_ui/dialog.tsx";
import { Field } from "../_ui/form.tsx";

type Props = {
  userId: string;
  userName: string;
  phone: string | null;
  onClose: () => void;
  onDone: (message: string) => void;
};

/** Asks why a marked number may be called again: the number that the promise names (`phone`), else that of the user. */
export function AllowDialog({ userId, userName, phone, onClose, onDone }: Props) {
  const { mutate, isPending, error } = useAllowCalls();
  return (
    <Dialog
      title={`Let the number of ${userName} be called again`}
      confirmLabel="Lift the mark"
      isBusy={isPending}
      error={error}
      onClose={onClose}
      onSend={(fields) =>
        mutate(
          { userId, reason: String(fields.get("reason")), ...(phone !== null && { phone }) },
          { onSuccess: ({ message }) => onDone(message) },
        )
      }
    >
      <Field
        label="Reason"
        hint="Such as who asked for it and when. Cancelled promises stay cancelled; what was set aside is due again."
        name="reason"
        minLength={3}
        maxLength={500}
        autoComplete="off"
        required
      />
    </Dialog>
  );
}
