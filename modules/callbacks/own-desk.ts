import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { callbackNotFound } from "./store.ts";
import { mustBeTheirs } from "./sql/must-be-theirs.ts";

/**
 * An agent who is signed in sees the callbacks of the own desk: promised to them, accepted or completed by them, or in
 * their queue. All others are refused `not_found`, in the words of one that does not exist. Services and supervisors see
 * every callback.
 */
export async function mustBeOnDesk(ctx: ReadCtx, callbackId: number): Promise<void> {
  await mustBeTheirs(
    ctx,
    callbackId,
    (agentId) => sql`q.status = 'assigned' AND q.assigned_to_agent_id = ${agentId}::int`,
  );
}

/**
 * What an agent may accept: the callbacks of the own desk, those that wait for anybody in a queue the agent works, and
 * the one the agent gave back a moment ago.
 * Who such a callback is for becomes known with accepting it, not before. Refuses `not_found` as `mustBeOnDesk`.
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

/** Of what an agent did last to a callback, and nobody has changed since: it may be taken back from any desk. */
const isLastDoneBy = (agentId: number) => sql`c.event_actor = ${`agent ${agentId}`}`;

/** Only who did the last thing to a callback takes it back. Refuses an agent who is another `not_found`. */
export async function mustHaveDoneLast({ db, actor }: ReadCtx, callbackId: number): Promise<void> {
  if (actor.kind !== "agent") return;
  const [row] = await query(
    db,
    z.object({ isTheirs: z.boolean() }),
    sql`SELECT ${isLastDoneBy(actor.agentId)} AS "isTheirs" FROM callbacks c WHERE c.id = ${callbackId}`,
  );
  if (!row?.isTheirs) throw callbackNotFound(callbackId);
}
