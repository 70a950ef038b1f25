import type { Db } from "#lib/database/db";
import { asJson, execute, type Sql, sql } from "#lib/database/sql";
import type { RoutingReason } from "../reason-schema.ts";
import type { CallbackChange } from "../routing/plan.ts";
import { sentenceOf, utc } from "../routing/sentences.ts";

/** The time and actor of each event of a tick, and the ledger row that its notifications belong to. */
export type Tick = { now: Date; actor: string; tickRunId: bigint | null };

// The writes of a tick to other tables than the queue: one statement each for all users, built as the comment in `place-entries.ts`
// of the call queue explains. The tick holds the locks of every callback named here.

/**
 * Writes the changes of callbacks; the trigger makes an event of each. The same statement writes a notification for every
 * callback that was queued, as `noteQueued` does.
 */
export async function changeCallbacks(
  db: Db,
  tick: Tick,
  changes: readonly CallbackChange[],
  queuedEntryIds: readonly number[] = [],
): Promise<void> {
  if (changes.length === 0) return noteQueued(db, tick, queuedEntryIds);
  const { now, actor } = tick;
  const ids = changes.map(({ callbackId }) => callbackId);
  const about = Object.fromEntries(changes.map((change) => [change.callbackId, asWritten(change)]));
  await execute(
    db,
    sql`WITH noted AS (${queuedNotes(tick, queuedEntryIds)})
        UPDATE callbacks c
        SET (status, accepted_by_agent_id, accepted_at, failed_ticks, quarantined_at, first_queued_at,
             event_type, event_at, event_actor, event_why, event_data) = (
          SELECT CASE WHEN x."returnToQueue" THEN 'pending' ELSE c.status END,
                 CASE WHEN NOT x."returnToQueue" THEN c.accepted_by_agent_id END,
                 CASE WHEN NOT x."returnToQueue" THEN c.accepted_at END,
                 x."failedTicks",
                 CASE WHEN x.quarantine THEN ${now}::timestamptz END,
                 CASE WHEN x.type IN ('queued', 'covered') THEN coalesce(c.first_queued_at, ${now}::timestamptz)
                      ELSE c.first_queued_at END,
                 x.type, ${now}::timestamptz, ${actor}, x.why, x.data
          FROM jsonb_to_record(${asJson(about)} -> c.id::text) AS x(
            type text, why text, data jsonb, "returnToQueue" boolean, "failedTicks" int, quarantine boolean))
        WHERE c.id = ANY (${ids}::int[]) AND c.status IN ('pending', 'accepted')`,
  );
}

/** The event columns of a change, with the reason in its data. */
function asWritten({ callbackId: _, reason, data, ...change }: CallbackChange): object {
  return { ...change, why: sentenceOf(reason, utc), data: { ...data, reason } };
}

/** Adds the sentence of the reason, for readers of the text alone. */
export function inWords<T extends { reason: RoutingReason }>(row: T): T & { why: string } {
  return { ...row, why: sentenceOf(row.reason, utc) };
}

/** Writes a notification for every callback that was queued for an agent, or at the front without one, as the entries say. */
export async function noteQueued(db: Db, tick: Tick, entryIds: readonly number[]): Promise<void> {
  if (entryIds.length > 0) await execute(db, queuedNotes(tick, entryIds));
}

const queuedNotes = ({ now, tickRunId }: Tick, entryIds: readonly number[]): Sql =>
  sql`INSERT INTO callback_notifications (callback_id, queue_entry_id, agent_id, tick_run_id, notified_at, why, reason)
      SELECT callback_id, id, assigned_to_agent_id, ${tickRunId}::bigint, ${now}::timestamptz, queue_reason, reason
      FROM call_queue WHERE id = ANY (${entryIds}::int[])`;
