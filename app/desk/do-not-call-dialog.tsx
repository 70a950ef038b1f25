"use client";
import { Dialog } from "../_ui/dialog.tsx";

type Props = { name: string; isBusy: boolean; error: Error | null; onSend: () => void; onClose: () => void };

/** Asks before a number is never called again, and says what that costs. */
export function DoNotCallDialog({ name, ...dialog }: Props) {
  return (
    <Dialog title={`${name} asked never to be called again`} confirmLabel="Never call again" kind="danger" {...dialog}>
      <p>
        Nobody calls this number any more, under whatever name it is known, and every other open promise to it is
        cancelled. A supervisor can lift the mark, with a reason; what was cancelled stays cancelled.
      </p>
    </Dialog>
  );
}
