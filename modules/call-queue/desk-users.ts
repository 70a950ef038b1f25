import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";

/** The action in the audit that says whom an agent has looked up. */
export const LOOKED_UP = "user.looked_up";
/** How long a user who was looked up is at the agent's desk. */
const LOOKED_UP_MINUTES = 30;

/** How a user came to an agent's desk: to be called or in a call, or only by a look-up. */
export type DeskTie = "call" | "look-up";

/**
 * An agent who is signed in sees and promises only users of the own desk: one in the agent's queue, the one of the
 * agent's open or last call, inbound ones too, and for half an hour one the agent looked up by the full telephone
 * number. All others are refused `not_found`, in the words of one that does not exist. Services and supervisors see
 * every user, as somebody in a call with them would.
 */
export async function mustHaveAtDesk({ db, actor }: ReadCtx, userId: bigint): Promise<DeskTie> {
  if (actor.kind !== "agent") return "call";
  const me = sql`${actor.agentId}::int`;
  const [row] = await query(
    db,
    z.object({ isToCall: z.boolean(), isLookedUp: z.boolean() }),
    sql`SELECT EXISTS (SELECT FROM call_queue WHERE user_id = ${userId} AND status = 'assigned' AND assigned_to_agent_id = ${me})
               OR EXISTS (SELECT FROM call_sessions WHERE user_id = ${userId} AND agent_id = ${me}
                            AND (ended_at IS NULL OR awaits_outcome))
               OR ${userId} = (SELECT user_id FROM call_sessions WHERE agent_id = ${me} ORDER BY started_at DESC, id DESC LIMIT 1)
               IS TRUE AS "isToCall",
               EXISTS (SELECT FROM audit_entries
                       WHERE action = ${LOOKED_UP} AND subject = ${`user ${userId}`} AND details ->> 'agentId' = ${String(actor.agentId)}
                         AND at > ringback_now() - ${LOOKED_UP_MINUTES}::int * interval '1 minute') AS "isLookedUp"`,
  );
  if (row?.isToCall) return "call";
  if (row?.isLookedUp) return "look-up";
  throw new Refusal(
    "not_found",
    `There is no user ${userId} at your desk; look the user up by the full telephone number.`,
  );
}
