"use client";
import { type ListedAgent, useLogOut } from "#client/agents";
import { useMoveCallbacks } from "#client/callbacks";
import { AgentChoice, receiverOf } from "../_ui/agent-choice.tsx";
import { Dialog } from "../_ui/dialog.tsx";
import type { OnDone } from "../_ui/say-moved.ts";

type Props = { agent: ListedAgent; onClose: () => void; onDone: OnDone };

/**
 * Moves all callbacks of an agent who is ill. An agent who is still logged in would get new ones, so the dialog offers to log
 * out.
 */
export function MoveDialog({ agent, onClose, onDone }: Props) {
  const { id, firstName, lastName, status, openCallbacks, holds } = agent;
  const move = useMoveCallbacks();
  const logOut = useLogOut();
  const send = async (fields: FormData) => {
    const { message, data } = await move.mutateAsync({ agentId: id, toAgentId: receiverOf(fields) });
    if (fields.has("logOut")) await logOut.mutateAsync(id);
    onDone(fields.has("logOut") ? `${message} ${firstName} is logged out.` : message, {
      callbackIds: data.callbackIds,
      moved: "reassigned",
    });
  };
  return (
    <Dialog
      title={`Move all callbacks of ${firstName} ${lastName}`}
      confirmLabel="Move them"
      isBusy={move.isPending || logOut.isPending}
      error={move.error ?? logOut.error}
      onClose={onClose}
      // The dialog shows a failure.
      onSend={(fields) => void send(fields).catch(() => {})}
    >
      <p className="text-muted text-small">
        {openCallbacks === 1 ? "1 callback" : `${openCallbacks} callbacks`}, {holds} in the queue now. A call that is
        under way stays with {firstName}.
      </p>
      <AgentChoice but={id} />
      {status !== null && (
        <label className="flex items-center gap-2 text-small">
          <input type="checkbox" name="logOut" defaultChecked />
          Log {firstName} out, so that nothing new comes
        </label>
      )}
    </Dialog>
  );
}
