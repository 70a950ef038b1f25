/**
 * The tick after a large import: its plans were made for an empty desk, and its work grows with the rows all the same.
 * @module-tag long
 */
import pg from "pg";
import { expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { cancelCallback } from "#modules/callbacks";
import { runTick } from "#modules/calls";
import { aCallback, anAgent } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { connectTest, db } from "#tests/setup/database";

const DUE = 1_500;

/** The executed plans of this session, with those of statements nested in triggers. */
const plans: string[] = [];

class Explaining extends pg.Client {
  override connect(...args: unknown[]): never {
    this.on("notice", ({ message = "" }) => plans.push(message));
    return Reflect.apply(super.connect, this, args) as never;
  }
}

const explained = connectTest({
  timeouts: "batch",
  poolSize: 1,
  Pool: class extends pg.Pool {
    constructor(options: pg.PoolConfig) {
      super({ ...options, Client: Explaining } as pg.PoolConfig);
    }
  },
});

/** The most rows that one node of a plan has looked at: its rows and those it threw away, in all its loops. */
function mostRows(plan: string): number {
  let loops = 1;
  const looked = plan.split("\n").map((line) => {
    const actual = /actual rows=([\d.]+) loops=(\d+)/.exec(line);
    if (actual) loops = Number(actual[2]);
    const rows = actual?.[1] ?? /Rows Removed by[^:]*: (\d+)/.exec(line)?.[1] ?? 0;
    return Number(rows) * loops;
  });
  return Math.max(...looked);
}

test("the first tick after a large import looks at rows in proportion, on a connection that planned with an empty desk", async () => {
  for (let n = 0; n < 20; n += 1) await anAgent();
  await execute(explained, sql`LOAD 'auto_explain'`);
  const ctx = await aCtx({ db: explained });
  // The statistics say that no callback is open. They are not made again: that would throw away the plan of the trigger,
  // which is made for the one row of the next tick, and kept.
  await cancelCallback(ctx, { callbackId: await aCallback(), reason: "not needed" });
  await db.$executeRawUnsafe("ANALYZE");
  await aCallback();
  await runTick(ctx, { source: "cron" });
  await execute(
    db,
    sql`INSERT INTO users (id, first_name, last_name, phone, created_at, updated_at)
        SELECT g, 'User', g::text, '+15550100', now(), now() FROM generate_series(100001, ${100_000 + DUE}::int) g`,
  );
  await execute(
    db,
    sql`INSERT INTO callbacks (user_id, scheduled_for, promised_for, promised_local, promised_zone, max_attempts, created_at,
               event_at, event_type, event_actor, event_why)
        SELECT g, t, t, t, 'UTC', 3, t, t, 'created', 'import', 'import'
        FROM generate_series(100001, ${100_000 + DUE}::int) g, LATERAL (SELECT ringback_now() AS t) clock`,
  );
  for (const setting of ["log_min_duration = 0", "log_analyze = on", "log_timing = off", "log_nested_statements = on"])
    await explained.$executeRawUnsafe(`SET auto_explain.${setting}`);
  await explained.$executeRawUnsafe("SET client_min_messages = log");
  plans.length = 0;
  const { ledger } = await runTick(ctx, { source: "cron" });
  expect(ledger).toMatchObject({ due: DUE + 1, newlyQueued: DUE, alreadyQueued: 1 });
  const written = plans.filter(
    (plan) => plan.includes("UPDATE callbacks") || plan.includes("INSERT INTO callback_events"),
  );
  expect(written.length).toBeGreaterThan(1);
  for (const plan of plans) expect(mostRows(plan), plan.slice(0, 3_000)).toBeLessThan(20 * DUE);
  await expectInvariants();
}, 120_000);

test("no trigger nests the rows of a statement before and after it, for a plan of any number of rows", async () => {
  const joining = await db.$queryRaw<{ name: string; isNested: boolean }[]>`
    SELECT proname AS name, (proconfig @> ARRAY['enable_nestloop=off']) IS NOT TRUE AS "isNested"
    FROM pg_proc WHERE prosrc ~ 'new_rows \\w+ JOIN old_rows' ORDER BY 1`;
  expect(joining).toEqual([
    { name: "callbacks_write_events", isNested: false },
    { name: "messages_write_events", isNested: false },
  ]);
});

test("PostgreSQL expects as many rows of a function as it returns, not the thousand it assumes of one that does not say", async () => {
  const unsaid = await db.$queryRaw`
    SELECT p.oid::regprocedure::text AS name FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.pronamespace = 'public'::regnamespace AND p.proretset AND p.prorows = 1000 AND l.lanname IN ('sql', 'plpgsql')`;
  expect(unsaid).toEqual([]);
});
