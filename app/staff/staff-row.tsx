"use client";
import { useState } from "react";
import { type StaffMember, useChangeStaff, useInviteAgain } from "#client/access";
import { Button, Failure } from "../_ui/form.tsx";
import { DisableDialog } from "./disable-dialog.tsx";

type Props = { member: StaffMember; isOwn: boolean; onInvited: (invitation: string) => void };

/** One member of staff with the supervisor's actions. */
export function StaffRow({ member, isOwn, onInvited }: Props) {
  const { accountId, name, email, role, agentId, disabledAt, hasSecondFactor } = member;
  const change = useChangeStaff();
  const invite = useInviteAgain();
  const isDisabled = disabledAt !== null;
  const [isAsking, setAsking] = useState(false);
  return (
    <tr className="md:*:align-middle">
      <td className="font-semibold wrap-anywhere">
        <bdi>{name}</bdi> {isOwn && <span className="tag">You</span>}
      </td>
      <td className="wrap-anywhere">{email}</td>
      <td>{role === "agent" ? `Agent (desk ${agentId})` : "Supervisor (all desks)"}</td>
      <td>
        <span className={isDisabled ? "tag late" : "tag kept"}>{isDisabled ? "Disabled" : "Active"}</span>{" "}
        {hasSecondFactor && <span className="tag">Two-step verification</span>}
      </td>
      <td className="md:h-12">
        {!isOwn && (
          <div className="flex flex-wrap gap-2 md:justify-end">
            <Button
              isBusy={invite.isPending}
              onClick={() => invite.mutate(accountId, { onSuccess: ({ invitation }) => onInvited(invitation) })}
              aria-label={`New invitation for ${name}`}
            >
              New invitation
            </Button>
            {hasSecondFactor && (
              <Button
                isBusy={change.isPending}
                onClick={() => change.mutate({ accountId, hasSecondFactor: false })}
                aria-label={`Turn two-step off for ${name}`}
              >
                Turn two-step off
              </Button>
            )}
            <Button
              kind={isDisabled ? "plain" : "danger"}
              isBusy={change.isPending}
              onClick={() => (isDisabled ? change.mutate({ accountId, isDisabled: false }) : setAsking(true))}
              aria-label={`${isDisabled ? "Enable" : "Disable"} ${name}`}
            >
              {isDisabled ? "Enable" : "Disable"}
            </Button>
          </div>
        )}
        <Failure error={change.error ?? invite.error} />
        {isAsking && <DisableDialog member={member} onClose={() => setAsking(false)} />}
      </td>
    </tr>
  );
}
