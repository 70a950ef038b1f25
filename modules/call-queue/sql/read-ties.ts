import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

/** The audit action of a look-up. */
export const LOOKED_UP = "user.looked_up";
/** How long a user who was looked up is at the agent's desk. */
const LOOKED_UP_MINUTES = 30;

const ties = z.object({ isToCall: z.boolean(), isLookedUp: z.boolean() });

/** Whether the agent has this user to call or in a call, or has looked the user up within the last half hour. */
export async function readTies(db: Db, agentId: number, userId: bigint): Promise<z.infer<typeof ties>> {
  const me = sql`${agentId}::int`;
  const [row] = await query(
    db,
    ties,
    sql`SELECT EXISTS (SELECT FROM call_queue WHERE user_id = ${userId} AND status = 'assigned' AND assigned_to_agent_id = ${me})
               OR EXISTS (SELECT FROM call_sessions WHERE user_id = ${userId} AND agent_id = ${me}
                            AND (ended_at IS NULL OR awaits_outcome))
               OR ${userId} = (SELECT user_id FROM call_sessions WHERE agent_id = ${me} ORDER BY started_at DESC, id DESC LIMIT 1)
               IS TRUE AS "isToCall",
               EXISTS (SELECT FROM audit_entries
                       WHERE action = ${LOOKED_UP} AND subject = ${`user ${userId}`} AND details ->> 'agentId' = ${String(agentId)}
                         AND at > ringback_now() - ${LOOKED_UP_MINUTES}::int * interval '1 minute') AS "isLookedUp"`,
  );
  return row!;
}
