"use client";
import { useState } from "react";
import { useInvite, useStaff } from "#client/access";
import { useAgents } from "#client/agents";
import { Button, Choice, Failure, Field, Form } from "../_ui/form.tsx";

/** Creates an account; its owner sets the password with the invitation. */
export function InviteForm({ onInvited }: { onInvited: (invitation: string) => void }) {
  const { mutate, isPending, error, data } = useInvite();
  const [role, setRole] = useState<"agent" | "supervisor">("agent");
  const agents = useAgents();
  const staff = useStaff();
  const taken = new Set(staff.data?.pages.flatMap(({ staff }) => staff.map(({ agentId }) => agentId)));
  // A desk has one account: desks with an account are not offered.
  const free = agents.data?.agents.filter(({ id, isActive }) => isActive && !taken.has(id)) ?? [];
  const send = (fields: FormData) => {
    const agentId = role === "agent" ? { agentId: Number(fields.get("agentId")) } : {};
    mutate(
      { email: String(fields.get("email")), name: String(fields.get("name")), role, ...agentId },
      { onSuccess: ({ invitation }) => onInvited(invitation) },
    );
  };
  return (
    <Form key={data?.accountId} className="panel grid max-w-form gap-4" onSend={send}>
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
          hint={
            free.length === 0 && agents.data
              ? "Every desk has its account. Add an agent under Agents first."
              : undefined
          }
          required
        >
          {free.map(({ id, firstName, lastName }) => (
            <option key={id} value={id}>
              {firstName} {lastName} (desk {id})
            </option>
          ))}
        </Choice>
      )}
      <Failure error={error ?? agents.error} />
      <div>
        <Button kind="main" isBusy={isPending}>
          Invite
        </Button>
      </div>
    </Form>
  );
}
