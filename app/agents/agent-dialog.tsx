"use client";
import { useState } from "react";
import { useInvite } from "#client/access";
import { type ListedAgent, QUEUES, useAddAgent, useChangeAgent } from "#client/agents";
import { Dialog } from "../_ui/dialog.tsx";
import { Field } from "../_ui/form.tsx";
import { useQueueName } from "../_ui/queue-name.tsx";

type Props = {
  agent: ListedAgent | null;
  onClose: () => void;
  onDone: (message: string) => void;
  /** Called with the invitation to the account that was created with the desk. */
  onInvited: (invitation: string) => void;
};

/** Adds an agent, with an account to sign in with unless it is an AI agent, or changes one. */
export function AgentDialog({ agent, onClose, onDone, onInvited }: Props) {
  const queueName = useQueueName();
  const add = useAddAgent();
  const change = useChangeAgent();
  const invite = useInvite();
  /** The desk exists, but its account was refused: the next press creates only the account. */
  const [made, setMade] = useState<{ id: number; name: string } | null>(null);
  const [isAi, setAi] = useState(agent?.isAiAgent ?? false);
  const send = async (fields: FormData) => {
    const { team, ...person } = personIn(fields);
    if (agent) {
      const { firstName, lastName } = await change.mutateAsync({ agentId: agent.id, ...person, team: team || null });
      onDone(`${firstName} ${lastName} is changed. What waits is routed by it within a minute.`);
    } else {
      const { id, name } = made ?? nameOf(await add.mutateAsync({ ...person, ...(team && { team }) }));
      setMade({ id, name });
      if (fields.has("account")) {
        const { invitation } = await invite.mutateAsync({ email: person.email, name, role: "agent", agentId: id });
        onInvited(invitation);
        onDone(`${name} has desk ${id} and an account. Hand over the invitation below.`);
      } else onDone(`${name} has desk ${id}.`);
    }
  };
  const queues: readonly string[] = agent?.allowedQueues ?? QUEUES;
  return (
    <Dialog
      title={agent ? `Change ${agent.firstName} ${agent.lastName}` : "Add an agent"}
      confirmLabel={agent ? "Save" : "Add"}
      cancelLabel="Cancel"
      isBusy={add.isPending || change.isPending || invite.isPending}
      error={add.error ?? change.error ?? invite.error}
      onClose={onClose}
      // The dialog shows a failure.
      onSend={(fields) => void send(fields).catch(() => {})}
    >
      <Field label="First name" name="firstName" defaultValue={agent?.firstName} maxLength={100} required />
      <Field label="Last name" name="lastName" defaultValue={agent?.lastName} maxLength={100} required />
      <Field label="E-mail" name="email" type="email" defaultValue={agent?.email} maxLength={254} required />
      <Field label="Team" name="team" defaultValue={agent?.team ?? ""} maxLength={100} />
      <fieldset className="grid gap-1">
        <legend className="font-semibold text-small">Queues</legend>
        {QUEUES.map((queue) => (
          <Tick key={queue} name="queue" value={queue} isOn={queues.includes(queue)}>
            {queueName(queue)}
          </Tick>
        ))}
      </fieldset>
      <Tick name="isAiAgent" value="yes" isOn={agent?.isAiAgent ?? false} onChange={setAi}>
        An AI agent: takes only what it is asked for by name
      </Tick>
      {!agent && !isAi && (
        <Tick name="account" value="yes" isOn>
          With an account to sign in with: you are given an invitation to hand over
        </Tick>
      )}
      {made && (
        <p className="text-small text-muted">Desk {made.id} is there already; only the account is still to be made.</p>
      )}
    </Dialog>
  );
}

function nameOf({ id, firstName, lastName }: { id: number; firstName: string; lastName: string }) {
  return { id, name: `${firstName} ${lastName}` };
}

type TickProps = {
  name: string;
  value: string;
  isOn: boolean;
  onChange?: (isOn: boolean) => void;
  children: string;
};

function Tick({ name, value, isOn, onChange, children }: TickProps) {
  return (
    <label className="flex items-center gap-2 text-small">
      <input
        type="checkbox"
        name={name}
        value={value}
        defaultChecked={isOn}
        onChange={({ target }) => onChange?.(target.checked)}
      />
      {children}
    </label>
  );
}

function personIn(fields: FormData) {
  return {
    firstName: String(fields.get("firstName")),
    lastName: String(fields.get("lastName")),
    email: String(fields.get("email")),
    team: String(fields.get("team")).trim(),
    allowedQueues: QUEUES.filter((queue) => fields.getAll("queue").includes(queue)),
    isAiAgent: fields.has("isAiAgent"),
  };
}
