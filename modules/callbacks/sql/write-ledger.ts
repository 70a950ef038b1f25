import { z } from "zod";
import type { Db } from "#lib/db";
import { execute, query, sql } from "#lib/sql";

export type Ledger = {
  source: string;
  startedAt: Date;
  due: number;
  newlyQueued: number;
  alreadyQueued: number;
  deferred: Record<string, number>;
  refused: Record<string, number>;
  quarantined: number;
  upcoming: number;
  overdue: number;
  routed: number;
  unassigned: number;
  rerouted: number;
  failures: object[];
};

/** Writes the balance of a tick. Whether it closes is computed when it is read, by `tick_difference`. */
export async function writeLedger(db: Db, l: Ledger): Promise<bigint> {
  const [row] = await query(
    db,
    z.object({ id: z.bigint() }),
    sql`INSERT INTO tick_runs (source, started_at, finished_at, due, newly_queued, already_queued, deferred, refused,
                               quarantined, upcoming, overdue, routed, unassigned, rerouted, failures)
        VALUES (${l.source}, ${l.startedAt}::timestamptz, ringback_now(), ${l.due}, ${l.newlyQueued}, ${l.alreadyQueued},
                ${JSON.stringify(l.deferred)}::jsonb, ${JSON.stringify(l.refused)}::jsonb, ${l.quarantined}, ${l.upcoming},
                ${l.overdue}, ${l.routed}, ${l.unassigned}, ${l.rerouted}, ${JSON.stringify(l.failures)}::jsonb)
        RETURNING id`,
  );
  return row!.id;
}

export type Notification = { callbackId: number; entryId: number; agentId: number | null; why: string };

/** One row for every time a callback was put into somebody's queue, or at its front with nobody. */
export async function writeNotifications(
  db: Db,
  now: Date,
  tickRunId: bigint | null,
  list: readonly Notification[],
): Promise<void> {
  if (list.length === 0) return;
  await execute(
    db,
    sql`INSERT INTO callback_notifications (callback_id, queue_entry_id, agent_id, tick_run_id, notified_at, why)
        SELECT x."callbackId", x."entryId", x."agentId", ${tickRunId}::bigint, ${now}::timestamptz, x.why
        FROM json_to_recordset(${JSON.stringify(list)}::json) AS x("callbackId" int, "entryId" int, "agentId" int, why text)`,
  );
}
