import { z } from "zod";
import type { ReadCtx } from "#lib/context";
import { query, sql } from "#lib/sql";
import { callbackNotFound } from "./store.ts";

/**
 * An agent who is signed in sees the callbacks of the own desk: promised to them, accepted or completed by them, in
 * their queue, or waiting for anybody in a queue they work. All others are refused `not_found`, in the words of one
 * that does not exist. Services and supervisors see every callback.
 */
export async function mustBeOnDesk({ db, actor }: ReadCtx, callbackId: number): Promise<void> {
  if (actor.kind !== "agent") return;
  const [row] = await query(
    db,
    z.object({ isOnDesk: z.boolean() }),
    sql`SELECT EXISTS (
          SELECT FROM callbacks c WHERE c.id = ${callbackId}
            AND (${actor.agentId}::int IN (c.preferred_agent_id, c.accepted_by_agent_id, c.completed_by_agent_id)
                 OR EXISTS (SELECT FROM call_queue q JOIN agents a ON a.id = ${actor.agentId}::int
                            WHERE q.user_id = c.user_id AND (q.callback_id = c.id OR c.id = ANY (q.named_callback_ids))
                              AND (q.status = 'assigned' AND q.assigned_to_agent_id = a.id
                                   OR q.status = 'pending' AND q.queue_type = ANY (a.allowed_queues))))) AS "isOnDesk"`,
  );
  if (!row?.isOnDesk) throw callbackNotFound(callbackId);
}
