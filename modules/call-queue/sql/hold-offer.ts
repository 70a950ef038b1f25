import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

const offer = z.object({ agentName: z.string(), userId: z.bigint() });

/**
 * Locks a waiting entry until the transaction ends: one that is assigned to the agent, or to no agent in a queue the agent works.
 * Returns the agent and the user; null for every other entry.
 */
export async function holdOffer(
  db: Db,
  { queueEntryId, agentId }: { queueEntryId: number; agentId: number },
): Promise<z.infer<typeof offer> | null> {
  const [row] = await query(
    db,
    offer,
    sql`SELECT p.name AS "agentName", q.user_id AS "userId"
        FROM call_queue q JOIN agent_presence p ON p.agent_id = ${agentId}
        WHERE q.id = ${queueEntryId} AND q.call_session_id IS NULL
          AND (q.status = 'assigned' AND q.assigned_to_agent_id = ${agentId}
               OR q.status = 'pending' AND q.queue_type = ANY (p.allowed_queues))
        FOR UPDATE OF q`,
  );
  return row ?? null;
}
