"use client";
import { type TaskStory, useMakeCallback } from "#client/cursor-tasks";
import { Dialog } from "../_ui/dialog.tsx";
import { Field } from "../_ui/form.tsx";

type Props = {
  task: Pick<TaskStory, "taskId" | "userId">;
  onClose: () => void;
  onDone: (message: string) => void;
};

/** Asks whom to call with the result. The user of the task is filled in. */
export function CallbackDialog({ task: { taskId, userId }, onClose, onDone }: Props) {
  const { mutate, isPending, error } = useMakeCallback();
  return (
    <Dialog
      title="Make it a callback"
      confirmLabel="Call them back"
      isBusy={isPending}
      error={error}
      onClose={onClose}
      onSend={(fields) =>
        mutate(
          { taskId, userId: String(fields.get("userId")) },
          { onSuccess: ({ callbackId }) => onDone(`Task ${taskId} is callback ${callbackId} now, due at once.`) },
        )
      }
    >
      <Field
        label="User"
        hint={
          userId === null
            ? "The task names nobody. Whose number is called? The id of a user, digits only."
            : "The id of the user whom the task names. They are called as soon as an agent is free."
        }
        name="userId"
        defaultValue={userId ?? ""}
        inputMode="numeric"
        pattern="[1-9][0-9]{0,18}"
        title="The id of a user: digits only"
        autoComplete="off"
        required
      />
    </Dialog>
  );
}
