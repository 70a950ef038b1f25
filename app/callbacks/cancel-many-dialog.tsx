"use client";
import { type ShownCallback, useCancelEach } from "#client/callbacks";
import { Dialog } from "../_ui/dialog.tsx";
import { Field } from "../_ui/form.tsx";
import { dayAt } from "../_ui/time.ts";
import { countedCallbacks, LeftOut, NONE_LEFT, Preview, useChosen } from "./preview.tsx";

type Props = { callbacks: readonly ShownCallback[]; onClose: () => void; onDone: (message: string) => void };

/** Shows which promises are cancelled and asks why; this cannot be undone. */
export function CancelManyDialog({ callbacks, onClose, onDone }: Props) {
  const { mutate, isPending, isSuccess, error } = useCancelEach();
  const { these, gone } = useChosen(callbacks, isPending || isSuccess);
  return (
    <Dialog
      title={`Cancel ${countedCallbacks(these.length)}`}
      confirmLabel={these.length === 1 ? "Cancel it for good" : "Cancel them for good"}
      missing={these.length === 0 ? NONE_LEFT : null}
      kind="danger"
      isBusy={isPending}
      error={error}
      onClose={onClose}
      onSend={(fields) => {
        const reason = String(fields.get("reason"));
        mutate(
          these.map(({ id }) => ({ callbackId: id, reason })),
          { onSuccess: ({ sentence }) => onDone(`Cancelled: ${sentence}`) },
        );
      }}
    >
      <Preview callbacks={these} of={({ scheduledFor }) => `promised for ${dayAt(scheduledFor)}`} />
      <LeftOut gone={gone} />
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
