"use client";
import { type PauseTarget, usePause } from "#client/runs";
import { Dialog } from "./dialog.tsx";
import { Choice, Field } from "./form.tsx";

type Props = {
  of: PauseTarget;
  /** The name of the paused thing, as people call it. */
  name: string;
  onClose: () => void;
};

/** Asks why something is paused, how, and until when. */
export function PauseDialog({ of, name, onClose }: Props) {
  const { mutate, isPending, error } = usePause();
  const send = (fields: FormData) => {
    const text = (field: string) => String(fields.get(field)).trim();
    const until = text("until");
    mutate(
      {
        ...of,
        isHard: text("how") === "hard",
        why: text("why") || undefined,
        until: until === "" ? undefined : new Date(until).toISOString(),
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      title={`Pause ${name}`}
      confirmLabel="Pause"
      isBusy={isPending}
      error={error}
      onSend={send}
      onClose={onClose}
    >
      <Field label="Why" name="why" maxLength={500} placeholder="provider incident" autoComplete="off" />
      <Choice label="Conversations that are running" name="how">
        <option value="soft">finish</option>
        <option value="hard">are taken back at their next turn, and begin again later</option>
      </Choice>
      <Field
        label="Until"
        name="until"
        type="datetime-local"
        hint="It goes on by itself then. Empty: until somebody resumes it."
      />
    </Dialog>
  );
}
