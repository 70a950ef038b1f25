import type { NamedNumber } from "#modules/call-queue";
import { type Ctx, describeActor } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import type { PromisedTime } from "../promised-time.ts";
import { type CallbackAnswer, callbackAnswer, type ScheduleInput } from "../schema.ts";
import { CALLBACK_COLUMNS } from "../store.ts";

type Promised = { time: Pick<PromisedTime, "scheduledFor" | "zone" | "local">; named: NamedNumber | null; why: string };

/** Makes a callback and holds the row of its user. Undefined when the user asked not to be called, and for an unknown user. */
export async function insertCallback(
  ctx: Ctx,
  input: ScheduleInput,
  { time: { scheduledFor, zone, local }, named, why }: Promised,
): Promise<CallbackAnswer | undefined> {
  const [made] = await query(
    ctx.db,
    callbackAnswer,
    sql`INSERT INTO callbacks AS c (user_id, scheduled_for, promised_for, promised_local, promised_zone, callback_reason,
               preferred_agent_id, phone, number, original_call_session_id, max_attempts, created_at, event_at, event_type, event_actor, event_why)
        SELECT id, ${scheduledFor}::timestamptz, ${scheduledFor}::timestamptz, ${local}::timestamp, ${zone},
               ${input.callbackReason ?? null}, ${input.preferredAgentId ?? null}::int, ${named?.phone ?? null}, ${named?.number ?? null}, ${input.originalCallSessionId ?? null}::bigint,
               ${ctx.limits.callbackMaxAttempts}::int, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz, 'created',
               ${describeActor(ctx.actor)}, ${why}
        FROM users WHERE id = ${input.userId}
          -- A mark of a user without a number is the user's own, and holds for every number.
          AND (NOT do_not_call OR (${named !== null} AND number IS NOT NULL)) FOR SHARE
        RETURNING ${CALLBACK_COLUMNS}`,
  );
  return made;
}
