"use client";
import { useReassign } from "#client/callbacks";
import { AgentChoice, receiverOf } from "../_ui/agent-choice.tsx";
import { Dialog } from "../_ui/dialog.tsx";

type Props = { callbackIds: number[]; onClose: () => void; onDone: (message: string) => void };

/** Asks for the new agent of these callbacks. All of them move, or none. */
export function ReassignDialog({ callbackIds, onClose, onDone }: Props) {
  const { mutate, isPending, error } = useReassign();
  const what = callbackIds.length === 1 ? `callback ${callbackIds[0]}` : `${callbackIds.length} callbacks`;
  return (
    <Dialog
      title={`Reassign ${what}`}
      confirmLabel="Reassign"
      isBusy={isPending}
      error={error}
      onClose={onClose}
      onSend={(fields) =>
        mutate({ callbackIds, agentId: receiverOf(fields) }, { onSuccess: ({ message }) => onDone(message) })
      }
    >
      <AgentChoice />
    </Dialog>
  );
}
