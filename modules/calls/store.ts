import { z } from "zod";
import type { Ctx } from "#lib/context";
import type { Db } from "#lib/db";
import { Refusal } from "#lib/errors";
import { execute, query, type Sql, sql } from "#lib/sql";
import { requestOf } from "./outcome-request.ts";
import { type RecordOutcomeAnswer, type RecordOutcomeInput, recordOutcomeAnswer } from "./schema.ts";

const call = z.object({
  id: z.bigint(),
  userId: z.bigint(),
  userTimeZone: z.string(),
  /** What was dialled; of a call from before numbers were kept, what the user has now. */
  number: z.string().nullable(),
  /** It is not the number of the user, but another one that the promise named. */
  isOtherNumber: z.boolean(),
  /** The number that the promise named, as given. */
  namedPhone: z.string().nullable(),
  isDoNotCall: z.boolean(),
  agentId: z.int().nullable(),
  callbackId: z.int().nullable(),
  queueEntryId: z.int().nullable(),
  fence: z.int().nullable(),
  direction: z.string(),
  status: z.string(),
  /** The telephone ended it, and the agent has it at the desk still. */
  awaitsOutcome: z.boolean(),
  lastOutcomeType: z.string().nullable(),
  notes: z.string().nullable(),
  /** What was recorded and answered, to tell a repeat from a contradiction. */
  recorded: z.object({ request: z.string(), answer: recordOutcomeAnswer }).nullable(),
});
export type Call = z.infer<typeof call>;

function selectCall(id: bigint, lock: Sql): Sql {
  return sql`SELECT s.id, s.user_id AS "userId", coalesce(zone_of(u), 'UTC') AS "userTimeZone", coalesce(s.number, u.number) AS number,
                    (s.number <> u.number) IS TRUE AS "isOtherNumber", c.phone AS "namedPhone",
                    coalesce(n.do_not_call, u.do_not_call, false) AS "isDoNotCall", s.agent_id AS "agentId",
                    s.callback_id AS "callbackId", s.queue_entry_id AS "queueEntryId", s.fence, s.direction, s.status, s.awaits_outcome AS "awaitsOutcome",
                    s.last_outcome_type AS "lastOutcomeType", s.notes, s.outcome AS recorded
             FROM call_sessions s LEFT JOIN users u ON u.id = s.user_id
             LEFT JOIN callbacks c ON c.id = s.callback_id LEFT JOIN called_numbers n ON n.callback_id = s.callback_id
             WHERE s.id = ${id} ${lock}`;
}

/** The call. Refuses `not_found`. */
export async function findCall(db: Db, id: bigint): Promise<Call> {
  const [found] = await query(db, call, selectCall(id, sql``));
  if (!found) throw callNotFound(id);
  return found;
}

/** The refusal of a call that does not exist, or is not for the eyes of who asks. */
export function callNotFound(id: bigint): Refusal {
  return new Refusal("not_found", `There is no call ${id}.`);
}

/** The call, locked until the transaction ends. */
export async function lockCall(db: Db, id: bigint): Promise<Call> {
  const [found] = await query(db, call, selectCall(id, sql`FOR UPDATE OF s`));
  if (!found) throw callNotFound(id);
  return found;
}

/** Writes the outcome and ends the call. The caller holds the call's lock. */
export async function writeOutcome(
  ctx: Ctx,
  { id }: Call,
  input: RecordOutcomeInput,
  answer: RecordOutcomeAnswer,
): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE call_sessions
        SET status = CASE WHEN ended_at IS NULL OR status = 'abandoned' THEN 'completed' ELSE status END,
            ended_at = coalesce(ended_at, greatest(${ctx.now}::timestamptz, started_at)),
            duration_seconds = coalesce(${input.durationSeconds ?? null}::int, duration_seconds,
                                        greatest(0, floor(extract(epoch FROM ${ctx.now}::timestamptz - started_at)))::int),
            awaits_outcome = false, last_outcome_type = ${input.outcomeType}, outcome_at = ${ctx.now}::timestamptz, notes = ${input.notes ?? null},
            callback_scheduled = ${answer.newCallbackId !== null},
            outcome = ${JSON.stringify({ request: requestOf(input), answer })}::jsonb
        WHERE id = ${id} AND outcome_at IS NULL`,
  );
}

/** Open callbacks of a user, earliest first. */
export async function openCallbacksOf(db: Db, userId: bigint): Promise<RecordOutcomeAnswer["openCallbacks"]> {
  return query(
    db,
    recordOutcomeAnswer.shape.openCallbacks.element,
    sql`SELECT id, scheduled_for AS "scheduledFor", callback_reason AS "callbackReason" FROM callbacks
        WHERE user_id = ${userId} AND status IN ('pending', 'accepted') ORDER BY scheduled_for, id LIMIT 20`,
  );
}
