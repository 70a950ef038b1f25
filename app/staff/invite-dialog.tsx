"use client";
import { useState } from "react";
import { useInvite, useStaff } from "#client/access";
import { useAgents } from "#client/agents";
import { Dialog } from "../_ui/dialog.tsx";
import { Choice, Field } from "../_ui/form.tsx";

type Props = { onClose: () => void; onInvited: (name: string, invitation: string) => void };

/** Creates an account; its owner sets the password with the invitation. */
export function InviteDialog({ onClose, onInvited }: Props) {
  const { mutate, isPending, error } = useInvite();
  const [role, setRole] = useState<"agent" | "supervisor">("agent");
  const agents = useAgents();
  const staff = useStaff();
  const taken = new Set(staff.data?.pages.flatMap(({ staff }) => staff.map(({ agentId }) => agentId)));
  // A desk has one account: desks with an account are not offered.
  const free = agents.data?.agents.filter(({ id, isActive }) => isActive && !taken.has(id)) ?? [];
  const hasNoDesk = role === "agent" && agents.data !== undefined && free.length === 0;
  const send = (fields: FormData) => {
    const agentId = role === "agent" ? { agentId: Number(fields.get("agentId")) } : {};
    const name = String(fields.get("name")).trim();
    mutate(
      { email: String(fields.get("email")), name, role, ...agentId },
      { onSuccess: ({ invitation }) => onInvited(name, invitation) },
    );
  };
  return (
    <Dialog
      title="Invite somebody"
      confirmLabel="Invite"
      cancelLabel="Cancel"
      isBusy={isPending}
      missing={hasNoDesk ? "Every desk has its account. Add an agent under Agents, or choose another role." : null}
      error={error ?? agents.error}
      onSend={send}
      onClose={onClose}
    >
      <Field label="Name" name="name" autoComplete="off" maxLength={200} required />
      <Field label="E-mail" name="email" type="email" autoComplete="off" required />
      <Choice label="Role" value={role} onChange={({ target }) => setRole(target.value as typeof role)}>
        <option value="agent">Agent (one desk)</option>
        <option value="supervisor">Supervisor (all desks)</option>
      </Choice>
      {role === "agent" && (
        <Choice
          label="Whose desk"
          name="agentId"
          hint={hasNoDesk ? "Every desk has its account. Add an agent under Agents first." : undefined}
          required={!hasNoDesk}
        >
          {free.map(({ id, firstName, lastName }) => (
            <option key={id} value={id}>
              {firstName} {lastName} (desk {id})
            </option>
          ))}
        </Choice>
      )}
    </Dialog>
  );
}
