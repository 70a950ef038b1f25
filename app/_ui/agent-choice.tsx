"use client";
import { type ListedAgent, useAgents } from "#client/agents";
import { Choice, Failure } from "./form.tsx";

const PRESENCE = { available: "available", break: "on break", on_call: "on call", offline: "off shift" };

/** The presence of an agent, in a word or two. */
export function presenceOf({
  isActive,
  status,
  lastActivity,
}: Pick<ListedAgent, "isActive" | "status" | "lastActivity">): string {
  if (!isActive) return "works here no longer";
  if (status === null) return lastActivity === null ? "never logged in" : "logged out";
  return PRESENCE[status];
}

/** The choice of a receiver: an active agent, or routing. `but` is the agent who has it now. Read it with `receiverOf`. */
export function AgentChoice({ but }: { but?: number }) {
  const agents = useAgents();
  return (
    <>
      <Choice
        label="To"
        name="agentId"
        hint="If they cannot take a call then, it goes to somebody who can, and the promise stays theirs."
      >
        <option value="">back to routing, for anybody</option>
        {agents.data?.agents
          .filter(({ id, isActive }) => isActive && id !== but)
          .map((agent) => (
            <option key={agent.id} value={agent.id}>
              {agent.firstName} {agent.lastName}: {presenceOf(agent)}, {agent.openCallbacks} open, {agent.holds} in the
              queue now
            </option>
          ))}
      </Choice>
      <Failure error={agents.error} />
    </>
  );
}

/** The agent who was chosen; null for routing. */
export function receiverOf(fields: FormData): number | null {
  const chosen = String(fields.get("agentId"));
  return chosen === "" ? null : Number(chosen);
}
