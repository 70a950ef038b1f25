import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { isOpenCall } from "../rules.ts";
import type { recordCallInput } from "../schema.ts";

/** Writes a call that was reported and holds the row of its user. Returns its id, or null for an unknown user. */
export async function insertReported(
  ctx: Ctx,
  input: z.infer<typeof recordCallInput>,
  startedAt: Date,
): Promise<bigint | null> {
  const endedAt = isOpenCall(input.status)
    ? null
    : new Date(startedAt.getTime() + (input.durationSeconds ?? 0) * 1_000);
  const [made] = await query(
    ctx.db,
    z.object({ id: z.bigint() }),
    sql`INSERT INTO call_sessions (user_id, agent_id, direction, status, started_at, ended_at, duration_seconds, twilio_call_sid, reported, created_at, number)
        SELECT id, ${input.agentId ?? null}::int, ${input.direction}, ${input.status}, ${startedAt}::timestamptz, ${endedAt}::timestamptz,
               ${input.durationSeconds ?? null}::int, ${input.twilioCallSid ?? null},
               ${input.twilioCallSid === undefined ? null : input.status}, ${ctx.now}::timestamptz, number
        FROM users WHERE id = ${input.userId} FOR KEY SHARE
        RETURNING id`,
  );
  return made?.id ?? null;
}
