"use client";
import { type StaffMember, useChangeStaff } from "#client/access";
import { useAgents } from "#client/agents";
import { Dialog } from "../_ui/dialog.tsx";

type Props = { member: StaffMember; onClose: () => void };

/** Confirms that a person can no longer sign in, and names the consequences. */
export function DisableDialog({ member: { accountId, name, agentId }, onClose }: Props) {
  const change = useChangeStaff();
  const agent = useAgents().data?.agents.find(({ id }) => id === agentId);
  const open = agent?.openCallbacks ?? 0;
  return (
    <Dialog
      title={`Disable the account of ${name}`}
      confirmLabel={`Disable ${name}`}
      kind="danger"
      isBusy={change.isPending}
      error={change.error}
      onSend={() => change.mutate({ accountId, isDisabled: true }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>
        {name} is signed out everywhere at once and cannot sign in until the account is enabled again.
        {agentId !== null &&
          ` ${open === 0 ? "No callback" : open === 1 ? "1 callback" : `${open} callbacks`} of theirs ${open > 1 ? "go" : "goes"} back to routing.`}
      </p>
    </Dialog>
  );
}
