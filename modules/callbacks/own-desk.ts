import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { callbackNotFound } from "./store.ts";
import { mustBeTheirs } from "./sql/must-be-theirs.ts";

/**
 * A signed-in agent sees the callbacks of their own desk: those promised to, accepted by or completed by the agent, and those in
 * the agent's queue. Every other callback is refused `not_found`, in the words for one that does not exist. Services and
 * supervisors see every callback.
 */
export async function mustBeOnDesk(ctx: ReadCtx, callbackId: number): Promise<void> {
  await mustBeTheirs(
    ctx,
    callbackId,
    (agentId) => sql`q.status = 'assigned' AND q.assigned_to_agent_id = ${agentId}::int`,
  );
}

/**
 * An agent may accept the callbacks of their own desk, those that wait for any agent in a queue the agent works, and the one the
 * agent released a moment ago. The agent learns who such a callback is for by accepting it, not before. Refuses `not_found` as `mustBeOnDesk`.
 */
export async function mustBeWithinReach(ctx: ReadCtx, callbackId: number): Promise<void> {
  await mustBeTheirs(
    ctx,
    callbackId,
    (agentId) => sql`(q.status = 'assigned' AND q.assigned_to_agent_id = ${agentId}::int
      OR q.status = 'pending' AND q.queue_type = ANY (SELECT unnest(allowed_queues) FROM agents WHERE id = ${agentId}::int))`,
    (agentId) => sql`c.event_type = 'released' AND ${isLastDoneBy(agentId)}`,
  );
}

/** An agent's last action on a callback that has not changed since; the agent may undo it from any desk. */
const isLastDoneBy = (agentId: number) => sql`c.event_actor = ${`agent ${agentId}`}`;

/** Only the actor of the last event of a callback may undo it. Refuses every other agent `not_found`. */
export async function mustHaveDoneLast({ db, actor }: ReadCtx, callbackId: number): Promise<void> {
  if (actor.kind !== "agent") return;
  const [row] = await query(
    db,
    z.object({ isTheirs: z.boolean() }),
    sql`SELECT ${isLastDoneBy(actor.agentId)} AS "isTheirs" FROM callbacks c WHERE c.id = ${callbackId}`,
  );
  if (!row?.isTheirs) throw callbackNotFound(callbackId, actor);
}
