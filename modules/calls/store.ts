import { z } from "zod";
import type { Db } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { isoUtc, query, type Sql, sql } from "#lib/database/sql";
import { type RecordOutcomeAnswer, recordOutcomeAnswer } from "./schema.ts";

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
  /** The other callbacks of the user that its entry stands for: one call for all that are due. */
  alsoCovers: z.array(z.int()),
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
                    s.callback_id AS "callbackId", s.queue_entry_id AS "queueEntryId",
                    coalesce((SELECT q.named_callback_ids FROM call_queue q WHERE q.id = s.queue_entry_id), '{}') AS "alsoCovers", s.fence, s.direction, s.status, s.awaits_outcome AS "awaitsOutcome",
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

/** The call, locked until the transaction ends, after its queue entry: the order of all locks. */
export async function lockCall(db: Db, { id, queueEntryId }: Pick<Call, "id" | "queueEntryId">): Promise<Call> {
  const statement = sql`WITH entry AS MATERIALIZED (SELECT id FROM call_queue WHERE id = ${queueEntryId}::int FOR UPDATE)
    ${selectCall(id, sql`AND (SELECT count(*) FROM entry) >= 0 FOR UPDATE OF s`)}`;
  const [found] = await query(db, call, statement);
  if (!found) throw callNotFound(id);
  return found;
}

/** The callbacks that an outcome settled, in order of their ids, and those of the user that stay open beside `except`, earliest first. */
export async function callbacksAfter(
  db: Db,
  userId: bigint,
  { settled, except }: { settled: readonly number[]; except: number | null },
): Promise<{ settled: NonNullable<RecordOutcomeAnswer["callback"]>[]; open: RecordOutcomeAnswer["openCallbacks"] }> {
  const [row] = await query(
    db,
    z.object({
      settled: z.array(recordOutcomeAnswer.shape.callback.unwrap()),
      open: recordOutcomeAnswer.shape.openCallbacks,
    }),
    sql`SELECT (SELECT coalesce(json_agg(json_build_object('id', id, 'status', status, 'scheduledFor', ${isoUtc(sql`scheduled_for`)}, 'attempts', attempts) ORDER BY id), '[]')
                FROM callbacks WHERE id = ANY (${settled}::int[])) AS settled,
               (SELECT coalesce(json_agg(json_build_object('id', id, 'scheduledFor', ${isoUtc(sql`scheduled_for`)}, 'callbackReason', callback_reason) ORDER BY scheduled_for, id), '[]')
                FROM (SELECT * FROM callbacks
                      WHERE user_id = ${userId} AND status IN ('pending', 'accepted') AND id <> ALL (${settled}::int[]) AND id IS DISTINCT FROM ${except}::int
                      ORDER BY scheduled_for, id LIMIT 20) still_open) AS open`,
  );
  return row!;
}
