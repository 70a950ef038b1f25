import { z } from "zod";
import { type Ctx, describeActor } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

const movedRow = z.object({
  id: z.int(),
  userId: z.bigint(),
  /** The agent whose promise it was, and the agent who had it, before the move. */
  preferredAgentId: z.int().nullable(),
  fromAgentId: z.int().nullable(),
});
export type Moved = z.infer<typeof movedRow>;

/**
 * Of these callbacks, those whose last change is a move of this kind by the caller; what routing does by itself is no change. One
 * that got another number with its new time is left out, and a move that took another one back. The caller holds the locks of the callbacks.
 */
export async function findMoved(
  { db, actor }: Ctx,
  callbackIds: readonly number[],
  type: "reassigned" | "rescheduled",
): Promise<Moved[]> {
  return query(
    db,
    movedRow,
    sql`SELECT c.id, c.user_id AS "userId", (e.data ->> 'fromAgentId')::int AS "fromAgentId",
               (SELECT (b.changes ->> 'preferred_agent_id')::int FROM callback_events b
                WHERE b.callback_id = c.id AND b.seq < e.seq AND b.changes ? 'preferred_agent_id'
                ORDER BY b.seq DESC LIMIT 1) AS "preferredAgentId"
        FROM callbacks c
        JOIN LATERAL (SELECT * FROM callback_events l
                      WHERE l.callback_id = c.id AND l.type NOT IN ('queued', 'covered', 'rerouted')
                      ORDER BY l.seq DESC LIMIT 1) e ON true
        WHERE c.id = ANY (${callbackIds}::int[]) AND e.type = ${type} AND e.actor = ${describeActor(actor)}
          AND NOT e.data ? 'isUndo' AND NOT e.changes ? 'number' AND NOT e.changes ? 'phone'
        ORDER BY c.id`,
  );
}
