import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";

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
export async function writeLedger(db: Db, id: bigint, l: Ledger): Promise<void> {
  await execute(
    db,
    sql`INSERT INTO tick_runs (id, source, started_at, finished_at, due, newly_queued, already_queued, deferred, refused,
                               quarantined, upcoming, overdue, routed, unassigned, rerouted, failures)
        VALUES (${id}, ${l.source}, ${l.startedAt}::timestamptz, ringback_now(), ${l.due}, ${l.newlyQueued}, ${l.alreadyQueued},
                ${JSON.stringify(l.deferred)}::jsonb, ${JSON.stringify(l.refused)}::jsonb, ${l.quarantined}, ${l.upcoming},
                ${l.overdue}, ${l.routed}, ${l.unassigned}, ${l.rerouted}, ${JSON.stringify(l.failures)}::jsonb)`,
  );
}
