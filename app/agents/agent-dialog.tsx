"use client";
import { type ListedAgent, QUEUES, useAddAgent, useChangeAgent } from "#client/agents";
import { Dialog } from "../_ui/dialog.tsx";
import { Field } from "../_ui/form.tsx";

type Props = { agent: ListedAgent | null; onClose: () => void; onDone: (message: string) => void };

/** Adds an agent, or changes one. */
export function AgentDialog({ agent, onClose, onDone }: Props) {
  const add = useAddAgent();
  const change = useChangeAgent();
  const send = async (fields: FormData) => {
    const { team, ...person } = personIn(fields);
    if (agent) {
      const { firstName, lastName } = await change.mutateAsync({ agentId: agent.id, ...person, team: team || null });
      onDone(`${firstName} ${lastName} is changed. What waits is routed by it within a minute.`);
    } else {
      const { firstName, lastName, id } = await add.mutateAsync({ ...person, ...(team && { team }) });
      onDone(`${firstName} ${lastName} has desk ${id}. Invite them to it under Staff.`);
    }
  };
  const queues: readonly string[] = agent?.allowedQueues ?? QUEUES;
  return (
    <Dialog
      title={agent ? `Change ${agent.firstName} ${agent.lastName}` : "Add an agent"}
      confirmLabel={agent ? "Save" : "Add"}
      isBusy={add.isPending || change.isPending}
      error={add.error ?? change.error}
      onClose={onClose}
      // What fails is shown by the dialog.
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
            {queue.replaceAll("_", " ")}
          </Tick>
        ))}
      </fieldset>
      <Tick name="isAiAgent" value="yes" isOn={agent?.isAiAgent ?? false}>
        An AI agent: takes only what it is asked for by name
      </Tick>
    </Dialog>
  );
}

function Tick({ name, value, isOn, children }: { name: string; value: string; isOn: boolean; children: string }) {
  return (
    <label className="flex items-center gap-2 text-small">
      <input type="checkbox" name={name} value={value} defaultChecked={isOn} />
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
