"use client";
import { type ShownCallback, useReassign } from "#client/callbacks";
import { AgentChoice, receiverOf } from "../_ui/agent-choice.tsx";
import { Dialog } from "../_ui/dialog.tsx";
import type { OnDone } from "../_ui/say-moved.ts";
import { countedCallbacks, LeftOut, NONE_LEFT, useChosen } from "./preview.tsx";

type Props = {
  callbacks: readonly Pick<ShownCallback, "id" | "userName">[];
  onClose: () => void;
  onDone: OnDone;
};

/** Asks for the new agent of these callbacks. All of them move, or none. */
export function ReassignDialog({ callbacks, onClose, onDone }: Props) {
  const { mutate, isPending, isSuccess, error } = useReassign();
  const { these, gone } = useChosen(callbacks, isPending || isSuccess);
  const callbackIds = these.map(({ id }) => id);
  const [one] = these;
  const what = these.length === 1 ? `callback ${one!.id}, ${one!.userName}` : countedCallbacks(these.length);
  return (
    <Dialog
      title={`Reassign ${what}`}
      confirmLabel="Reassign"
      missing={these.length === 0 ? NONE_LEFT : null}
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
      <LeftOut gone={gone} />
      <AgentChoice />
    </Dialog>
  );
}
