import { randomUUID } from "node:crypto";
import { readClock } from "../lib/time/clock.ts";
import type { Ctx } from "../lib/base/context.ts";
import { DEFAULT_LIMITS } from "../lib/base/env.ts";
import { openKv } from "../lib/kv/open.ts";
import { log } from "../lib/base/log.ts";
import { runTick } from "../modules/calls/index.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import { median, withDatabase } from "./database.ts";
import { loopTick } from "./loop-tick.ts";
import { bareWrites } from "./bare-writes.ts";

const AGENTS = 500;
/** Less while working on it: `BENCH_BACKLOGS=100000 BENCH_SIZES=100,1000 npm run bench -- tick`. */
const BACKLOGS = (process.env.BENCH_BACKLOGS ?? "100000,1000000").split(",").map(Number);
const SIZES = (process.env.BENCH_SIZES ?? "100,1000,10000").split(",").map(Number);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const IDLE_ROUNDS = 41;

/**
 * Our tick beside the usual loop of such crons, and beside the bare writes that every tick needs, on one
 * database in one run. Milliseconds, medians.
 */
export default async function bench(): Promise<void> {
  await withDatabase(async (db, statements) => {
    await makeAgents(db);
    let backlog = 0;
    const idle: number[] = [];
    for (const wanted of BACKLOGS) {
      console.log(`\nmaking ${wanted.toLocaleString("en")} callbacks in the future ...`);
      await addBacklog(db, backlog + 1, wanted);
      backlog = wanted;
      await clearDesk(db);
      await tick(db);
      const times: number[] = [];
      for (let n = 0; n < IDLE_ROUNDS; n += 1) times.push(await timed(() => tick(db)));
      idle.push(median(times));
      console.log(`idle tick: ${median(times).toFixed(1)} ms`);
      console.log("     due |    loop ms | tick ms |  ratio | bare writes ms | at most | statements: loop | tick");
      for (const size of SIZES) await compare(db, statements, size);
    }
    const [least, most] = [BACKLOGS[0]!, BACKLOGS.at(-1)!];
    console.log(
      `\nidle tick at ${most.toLocaleString("en")} against ${least.toLocaleString("en")}: ${(idle.at(-1)! / idle[0]!).toFixed(2)} times`,
    );
  });
}

async function compare(db: PrismaClient, statements: () => number, size: number): Promise<void> {
  const ours: number[] = [];
  const loops: number[] = [];
  const bare: number[] = [];
  let [ourStatements, loopStatements] = [0, 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    await makeDue(db, size, () => tick(db));
    let before = statements();
    ours.push(await timed(() => tick(db)));
    ourStatements = statements() - before;
    await makeDue(db, size, () => bareWrites(db));
    bare.push(await timed(() => bareWrites(db)));
    // The loop takes minutes at the largest size: once is enough to know its order of magnitude.
    if (round > 0 && size > 1_000) continue;
    await makeDue(db, size, () => loopTick(db));
    before = statements();
    loops.push(await timed(() => loopTick(db)));
    loopStatements = statements() - before;
  }
  const [loop, tickMs, bareMs] = [median(loops), median(ours), median(bare)];
  const cells = [
    size.toLocaleString("en").padStart(8),
    loop.toFixed(0).padStart(10),
    tickMs.toFixed(0).padStart(7),
    `${(loop / tickMs).toFixed(0)} x`.padStart(6),
    bareMs.toFixed(0).padStart(14),
    `${(loop / bareMs).toFixed(0)} x`.padStart(7),
  ];
  console.log(`${cells.join(" | ")} | ${String(loopStatements).padStart(16)} | ${ourStatements}`);
}

async function tick(db: PrismaClient): Promise<void> {
  const ctx: Ctx = {
    db,
    kv: openKv(),
    log,
    limits: DEFAULT_LIMITS,
    actor: { kind: "cron" },
    newId: randomUUID,
    afterAnswer: () => {},
    now: await readClock(db),
  };
  const { ledger } = await runTick(ctx, { source: "cron" });
  if (!ledger || ledger.due !== ledger.newlyQueued + ledger.alreadyQueued)
    throw new Error("the tick did not queue what was due");
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function makeAgents(db: PrismaClient): Promise<void> {
  await db.$executeRaw`INSERT INTO agents (first_name, last_name, email, allowed_queues, created_at)
    SELECT 'Agent', g::text, 'agent' || g || '@example.test', ARRAY['unsigned_users', 'outstanding_requests'], now() FROM generate_series(1, ${AGENTS}::int) g`;
  await db.$executeRaw`INSERT INTO users (id, first_name, last_name, phone, created_at, updated_at)
    SELECT g, 'User', g::text, '+15550100', now(), now() FROM generate_series(1, 20000) g`;
}

/** Rows as the desk would have left them, without a million requests. */
async function addBacklog(db: PrismaClient, from: number, to: number): Promise<void> {
  for (let start = from; start <= to; start += 100_000) {
    await db.$executeRaw`INSERT INTO callbacks (user_id, scheduled_for, promised_for, promised_local, promised_zone, max_attempts, created_at,
        event_at, event_type, event_actor, event_why)
      SELECT 1 + g % 20000, t, t, t, 'UTC', 3, now(), now(), 'created', 'bench', 'bench'
      FROM generate_series(${start}::int, ${Math.min(start + 99_999, to)}::int) g, LATERAL (SELECT now() + interval '1 day' + g * interval '20 seconds' AS t) s`;
  }
  await db.$executeRawUnsafe("VACUUM ANALYZE");
}

/**
 * Everybody at the desk, an empty queue, and `size` callbacks due now, half of them promised by a certain agent. `warm` runs once
 * over a few others first, as the cron of the minute before, so that no plan is made for the first time.
 */
async function makeDue(db: PrismaClient, size: number, warm: () => Promise<void>): Promise<void> {
  await clearDesk(db);
  await insertDue(db, size + 1, size + 10);
  await warm();
  await insertDue(db, 1, size);
}

/** Nothing due, nothing queued, everybody logged in. */
async function clearDesk(db: PrismaClient): Promise<void> {
  await db.$executeRawUnsafe("TRUNCATE call_queue, callback_notifications, call_sessions, agent_sessions");
  await db.$executeRawUnsafe("ALTER TABLE callback_events DISABLE TRIGGER USER");
  await db.$executeRaw`DELETE FROM callback_events USING callbacks c WHERE c.id = callback_id AND c.scheduled_for < now() + interval '1 hour'`;
  await db.$executeRawUnsafe("ALTER TABLE callback_events ENABLE TRIGGER USER");
  await db.$executeRaw`DELETE FROM callbacks WHERE scheduled_for < now() + interval '1 hour'`;
  await db.$executeRaw`INSERT INTO agent_sessions (agent_id, status, status_since, last_activity, login_at)
    SELECT id, 'available', now(), now() + interval '10 minutes', now() FROM agents`;
  await db.$executeRawUnsafe(
    "VACUUM (ANALYZE, INDEX_CLEANUP ON) callbacks, call_queue, callback_events, agent_sessions",
  );
}

async function insertDue(db: PrismaClient, from: number, to: number): Promise<void> {
  await db.$executeRaw`INSERT INTO callbacks (user_id, scheduled_for, promised_for, promised_local, promised_zone, preferred_agent_id, max_attempts,
      created_at, event_at, event_type, event_actor, event_why)
    SELECT g, now(), now(), now(), 'UTC', CASE WHEN g % 2 = 0 THEN 1 + g % ${AGENTS}::int END, 3, now(), now(), 'created', 'bench', 'bench'
    FROM generate_series(${from}::int, ${to}::int) g`;
}
