"use client";
import { useReassign } from "#client/callbacks";
import { AgentChoice, receiverOf } from "../_ui/agent-choice.tsx";
import { Dialog } from "../_ui/dialog.tsx";
import type { OnDone } from "../_ui/say-moved.ts";

/** `userName`: of a single one. */
type Props = { callbackIds: number[]; userName?: string | undefined; onClose: () => void; onDone: OnDone };

/** Asks for the new agent of these callbacks. All of them move, or none. */
export function ReassignDialog({ callbackIds, userName, onClose, onDone }: Props) {
  const { mutate, isPending, error } = useReassign();
  const one = [`callback ${callbackIds[0]}`, userName].filter(Boolean).join(", ");
  const what = callbackIds.length === 1 ? one : `${callbackIds.length} callbacks`;
  return (
    <Dialog
      title={`Reassign ${what}`}
      confirmLabel="Reassign"
      isBusy={isPending}
      error={error}
      onClose={onClose}
      onSend={(fields) =>
        mutate(
          { callbackIds, agentId: receiverOf(fields) },
          { onSuccess: ({ message }) => onDone(message, { callbackIds, moved: "reassigned" }) },
        )
      }
    >
      <AgentChoice />
    </Dialog>
  );
}
