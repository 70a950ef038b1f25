import type { Actor } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";

/** An agent need not name their own desk in `agentId`. */
const defaults = (actor: Actor): { agentId?: string } =>
  actor.kind === "agent" ? { agentId: String(actor.agentId) } : {};

/** Refuses `forbidden` an agent who names another agent's desk. */
function guard(actor: Actor, input: unknown): void {
  if (actor.kind !== "agent") return;
  const { agentId = actor.agentId } = input as { agentId?: number };
  if (agentId !== actor.agentId) throw new Refusal("forbidden", "This is the desk of another agent; use your own.");
}

/** A route for agents at their own desk, and for callers who see all desks. */
export const OWN_DESK = { who: ["service", "agent", "supervisor"], defaults, guard } as const;
/** A route for callers who take calls: agents at their own desk, and a telephone system in their place. */
export const CALLING = { who: ["service", "agent"], defaults, guard } as const;
