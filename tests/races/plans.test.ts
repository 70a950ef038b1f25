/**
 * Claims take no more than their limit, whichever plan PostgreSQL chooses.
 * @module-tag long
 */
import { expect, test } from "vitest";
import { poolOf } from "#lib/database/db";
import { takeNext } from "#modules/calls";
import { checkIn } from "#modules/callbacks";
import { pendingCallbacks } from "#modules/desk";
import { aCallback, anAgent, aRegularEntry, aUser, liveEntries, tick } from "#tests/factories/desk";
import { aRun } from "#tests/factories/runs";
import { aCtx } from "#tests/setup/ctx";
import { connectTest, db } from "#tests/setup/database";
import { fillTables } from "../../bench/messages-backlog.ts";
import { claimProbes } from "../../modules/jobs/sql/claim.ts";
import { claimDue } from "../../modules/messages/sql/claim-due.ts";
import { claimEvents } from "../../modules/messages/sql/claim-events.ts";

/** A LIMIT with SKIP LOCKED inside an UPDATE can take more rows than its limit under a nested loop; ours must not. */
const PLANS = [
  [],
  ["enable_hashjoin", "enable_mergejoin"],
  ["enable_nestloop"],
  ["enable_indexscan", "enable_bitmapscan", "enable_indexonlyscan"],
  ["enable_seqscan"],
  ["enable_hashjoin", "enable_mergejoin", "enable_material", "enable_sort", "enable_seqscan"],
];

test.each(PLANS.map((off) => [off.join(", ") || "nothing", off] as const))(
  "with %s switched off, claims take no more than their limit",
  async (_title, off) => {
    const [{ name }] = (await db.$queryRaw`SELECT current_database() AS name`) as [{ name: string }];
    for (const setting of off) await db.$executeRawUnsafe(`ALTER DATABASE ${name} SET ${setting} = off`);
    try {
      const planned = connectTest();
      const ctx = await aCtx({ db: planned });
      for (let n = 0; n < 30; n += 1) await aRegularEntry(await aUser(), { score: n % 3 });
      const ann = await anAgent();
      await takeNext(ctx, { agentId: ann });
      expect((await liveEntries()).filter((entry) => entry.callSessionId !== null)).toHaveLength(1);

      for (let n = 0; n < 15; n += 1) await aCallback();
      const ben = await anAgent({ status: "break" });
      await tick({ db: planned });
      await checkIn(ctx, { agentId: ben, status: "available" });
      expect((await liveEntries()).filter((entry) => entry.agentId === ben)).toHaveLength(10);
    } finally {
      for (const setting of off) await db.$executeRawUnsafe(`ALTER DATABASE ${name} RESET ${setting}`);
    }
  },
);

test("a poll finds the last tick of a month without reading the others", async () => {
  await db.$executeRaw`INSERT INTO tick_runs (source, started_at, finished_at, due, newly_queued, already_queued, deferred, refused, quarantined,
      upcoming, overdue, routed, unassigned, rerouted, failures)
    SELECT 'cron', t, t, 0, 0, 0, '{}', '{}', 0, 0, 0, 0, 0, 0, '[]'
    FROM generate_series(ringback_now() - interval '30 days', ringback_now(), interval '1 minute') t`;
  await db.$executeRawUnsafe("ANALYZE tick_runs");
  const agentId = await anAgent();
  const ctx = await aCtx();
  const [before, after] = await db.$transaction(async (tx) => {
    // The sequential reads of the connection so far, including those of earlier tests.
    const wholeReads = () => tx.$queryRaw`SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'tick_runs'`;
    const sofar = await wholeReads();
    await pendingCallbacks({ ...ctx, db: tx as typeof db }, { agentId });
    return [sofar, await wholeReads()];
  });
  expect(after).toEqual(before);
});

/** The rows of a table that `work` reads, with what it returns. */
async function rowsRead<T>(table: string, work: (tx: typeof db) => Promise<T>): Promise<[T, number]> {
  return db.$transaction(async (tx) => {
    const readSoFar = async () => {
      const [row] = (await tx.$queryRaw`SELECT (idx_tup_fetch + seq_tup_read)::int AS rows FROM pg_stat_xact_user_tables
        WHERE relname = ${table}`) as [{ rows: number }];
      return row.rows;
    };
    const sofar = await readSoFar();
    const result = await work(tx as typeof db);
    return [result, (await readSoFar()) - sofar];
  });
}

test("a claim of conversations reads the jobs that it takes, and not the 500 that wait behind them", async () => {
  await aRun({ scenarios: 25, repetitions: 20 });
  const ctx = await aCtx();
  const [claimed, read] = await rowsRead("job_common", (tx) => claimProbes({ ...ctx, db: tx }, 10));
  // Each job is read at the head of its lane, and changed in its place.
  expect([claimed.length, read]).toEqual([4, 4]);
});

test("claims of messages read what they take and not the 2,000 that wait behind them, and are planned by the length of the queue at that moment", async () => {
  await fillTables(db, 0, 1_999);
  await db.$executeRaw`ANALYZE message_keys, message_queue, message_conversations, messages`;
  const ctx = await aCtx();
  const claim = { channels: ["sms"], limit: 10 };
  const [events, ofQueue] = await rowsRead("message_queue", (tx) => claimEvents({ ...ctx, db: tx }, 10, 30_000));
  const [due, ofMessages] = await rowsRead("messages", (tx) => claimDue({ ...ctx, db: tx }, claim));
  expect([events.length, due.length]).toEqual([10, 10]);
  // Each row is read when it is chosen and when it is changed; those of a message also ask whether one before them waits.
  expect([ofQueue, ofMessages <= 40]).toEqual([20, true]);
  const one = connectTest({ poolSize: 1 });
  await claimEvents({ ...ctx, db: one }, 10, 30_000);
  await claimDue({ ...ctx, db: one }, claim);
  const { rows } = await poolOf(one).query(
    "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%SKIP LOCKED%'",
  );
  expect(rows).toEqual([]);
});
