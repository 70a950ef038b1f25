import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import type { recordCallInput } from "../schema.ts";

/**
 * Binds the first report of a telephone about an outbound call to the open call with that user that an agent has taken from the
 * queue and that no telephone has reported yet; later reports then move that call forward. Does nothing when the reported call is
 * known already.
 */
export async function adoptDialled(
  { db }: Ctx,
  { twilioCallSid, userId, agentId, direction }: z.infer<typeof recordCallInput>,
): Promise<void> {
  if (direction !== "outbound") return;
  await execute(
    db,
    sql`UPDATE call_sessions SET twilio_call_sid = ${twilioCallSid}, reported = 'initiated'
        WHERE user_id = ${userId} AND agent_id = coalesce(${agentId ?? null}::int, agent_id) AND queue_entry_id IS NOT NULL
          AND ended_at IS NULL AND twilio_call_sid IS NULL
          AND NOT EXISTS (SELECT FROM call_sessions WHERE twilio_call_sid = ${twilioCallSid})`,
  );
}
