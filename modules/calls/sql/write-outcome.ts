import type { Learnt } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import { requestOf } from "../outcome-request.ts";
import { isOpenCall } from "../rules.ts";
import type { RecordOutcomeAnswer, RecordOutcomeInput } from "../schema.ts";
import type { Call } from "../store.ts";

/**
 * Writes the outcome and ends the call, then frees the agent who had it at the desk, and keeps what the regular queue
 * learns: `end_call` and `learn_from_call` are functions of the modules agents and call-queue, and see the call as it is
 * written here, because a volatile function sees what the statement that calls it has changed. The caller holds the
 * call's lock.
 */
export async function writeOutcome(
  ctx: Ctx,
  call: Call,
  input: RecordOutcomeInput,
  answer: RecordOutcomeAnswer,
  learnt: Learnt,
): Promise<void> {
  const isAtDesk = call.agentId !== null && (isOpenCall(call.status) || call.awaitsOutcome);
  await execute(
    ctx.db,
    sql`WITH written AS (
          UPDATE call_sessions
          SET status = CASE WHEN ended_at IS NULL OR status = 'abandoned' THEN 'completed' ELSE status END,
              ended_at = coalesce(ended_at, greatest(${ctx.now}::timestamptz, started_at)),
              duration_seconds = coalesce(${input.durationSeconds ?? null}::int, duration_seconds,
                                          greatest(0, floor(extract(epoch FROM ${ctx.now}::timestamptz - started_at)))::int),
              awaits_outcome = false, last_outcome_type = ${input.outcomeType}, outcome_at = ${ctx.now}::timestamptz, notes = ${input.notes ?? null},
              callback_scheduled = ${answer.newCallbackId !== null},
              outcome = ${JSON.stringify({ request: requestOf(input), answer })}::jsonb
          WHERE id = ${call.id} AND outcome_at IS NULL
          RETURNING user_id, agent_id
        )
        SELECT CASE WHEN ${isAtDesk} THEN end_call(agent_id, ${ctx.now}::timestamptz) END,
               learn_from_call(user_id, ${input.outcomeType}, ${learnt.endsCalls}, ${learnt.nextCallAfter}::timestamptz, ${ctx.now}::timestamptz)
        FROM written`,
  );
}
