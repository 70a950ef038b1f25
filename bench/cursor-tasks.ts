import { randomUUID } from "node:crypto";
import { createClient } from "@vercel/kv";
import type pg from "pg";
import { readClock } from "../lib/time/clock.ts";
import type { Ctx } from "../lib/base/context.ts";
import { poolOf } from "../lib/database/db.ts";
import { DEFAULT_LIMITS } from "../lib/base/env.ts";
import { openKv } from "../lib/kv/open.ts";
import type { Kv } from "../lib/kv.ts";
import { log } from "../lib/base/log.ts";
import {
  acknowledgeEvent,
  callbackQueue,
  finishFromRunner,
  pollEvents,
  registerTask,
} from "../modules/cursor-tasks/index.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import { hasRedis, type RedisRest, startRedisRest } from "../tests/fakes/redis-rest.ts";
import { median, withDatabase } from "./database.ts";

const CLIENTS = 16;
const ROUNDS = 15;
const TASKS = 200;
const DAY = 86_400_000;

const TASK = {
  conversationId: "conversation-of-the-bench",
  sessionPayload: { call: "CA0123456789", locale: "en-GB" },
  wsUrl: undefined,
  toolName: "make_page",
  toolArgs: { title: "A page", words: "x".repeat(300) },
  priority: 0,
  deliverAs: "contextual_update",
} as const;
const RESULT = { summary: "y".repeat(500) };
/** The document in the bare store, as large as ours. */
const BARE = { ...TASK, pending: true, createdAt: new Date().toISOString(), result: null, hash: "z".repeat(43) };

/** The four steps in the life of a document. */
type Steps = Record<"create" | "get" | "update" | "complete", (id: string) => Promise<unknown>>;
type Rates = Record<keyof Steps, number[]>;

/**
 * `callbackQueue`, alone and with copies in Redis, beside the same four steps on the bare stores, in turns; then the whole way of
 * 10,000 tasks. Each client of the bare table sends its own statements; ours batches simultaneous calls.
 */
export default async function bench(): Promise<void> {
  await withDatabase(async (db, statements) => {
    await db.$executeRawUnsafe(
      "CREATE TABLE bare (key text PRIMARY KEY, value jsonb NOT NULL, expires_at timestamptz NOT NULL)",
    );
    const pool = poolOf(db);
    console.log(`${CLIENTS} clients, medians of ${ROUNDS} rounds of ${TASKS} tasks: operations per second`);
    const ours = await queue(db, openKv());
    await compare("PostgreSQL, callbackQueue with the row of operators", { bare: bareTable(pool), ours }, statements);
    await compare(
      "The same for one client, with whom nothing is gathered",
      { bare: bareTable(pool), ours },
      statements,
      1,
    );
    if (hasRedis) await withRedis(db, pool, statements);
    await tenThousand(db);
  });
}

async function withRedis(db: PrismaClient, pool: pg.Pool, statements: () => number): Promise<void> {
  const redis = await startRedisRest();
  const requests = () => redis.executed.length;
  const [bare, table] = [bareRedis(redis), bareTable(pool)];
  const both: Steps = {
    create: async (id) => (await bare.create(id), table.create(id)),
    get: bare.get,
    update: async (id) => (await bare.update(id), table.update(id)),
    complete: async (id) => (await bare.complete(id), table.complete(id)),
  };
  await compare(
    "PostgreSQL with copies in Redis, callbackQueue beside both bare stores",
    { bare: both, ours: await queue(db, openKv(redis)) },
    () => requests() + statements(),
  );
  await redis.stop();
}

function bareTable(pool: pg.Pool): Steps {
  const run = (name: string, text: string, values: unknown[]) => pool.query({ name: `bare ${name}`, text, values });
  const merge = (id: string, patch: object) =>
    run("merge", "UPDATE bare SET value = value || $2 WHERE key = $1 AND expires_at > now() RETURNING value", [
      id,
      JSON.stringify(patch),
    ]);
  return {
    create: (id) =>
      run("create", "INSERT INTO bare VALUES ($1, $2, now() + interval '1 day')", [id, JSON.stringify(BARE)]),
    get: (id) => run("get", "SELECT value FROM bare WHERE key = $1 AND expires_at > now()", [id]),
    update: (id) => merge(id, { toolArgs: { again: true } }),
    complete: (id) => merge(id, { result: RESULT, pending: false }),
  };
}

function bareRedis({ url, token }: RedisRest): Steps {
  const client = createClient({ url, token, automaticDeserialization: false });
  // A bare Redis cannot merge: this reads and writes, and loses simultaneous changes.
  const merge = async (id: string, patch: object) => {
    const document = JSON.parse((await client.get<string>(id))!) as object;
    await client.set(id, JSON.stringify({ ...document, ...patch }), { keepTtl: true });
  };
  return {
    create: (id) => client.set(id, JSON.stringify(BARE), { nx: true, px: DAY }),
    get: async (id) => JSON.parse((await client.get<string>(id))!),
    update: (id) => merge(id, { toolArgs: { again: true } }),
    complete: (id) => merge(id, { result: RESULT, pending: false }),
  };
}

async function queue(db: PrismaClient, kv: Kv): Promise<Steps> {
  const ctx = await aCtx(db, kv);
  return {
    create: (id) => callbackQueue.create(ctx, id, TASK),
    get: (id) => callbackQueue.get(ctx, id),
    update: (id) => callbackQueue.update(ctx, id, { toolArgs: { again: true } }),
    complete: (id) => callbackQueue.complete(ctx, id, { result: RESULT, error: null }),
  };
}

async function aCtx(db: PrismaClient, kv: Kv): Promise<Ctx> {
  const actor = { kind: "service" } as const;
  const now = await readClock(db);
  return { db, kv, log, limits: DEFAULT_LIMITS, actor, newId: randomUUID, afterAnswer: () => {}, now };
}

async function compare(
  name: string,
  { bare, ours }: Record<"bare" | "ours", Steps>,
  trips: () => number,
  clients = CLIENTS,
): Promise<void> {
  const rates: { bare: Rates; ours: Rates } = { bare: empty(), ours: empty() };
  // The first call sends the whole scripts to Redis.
  await once(ours, `warm-${randomUUID()}`);
  const before = trips();
  await once(ours, `trips-${randomUUID()}`);
  const perStep = (trips() - before) / 4;
  for (let round = 0; round <= ROUNDS; round += 1) {
    // The second one is slowed by leftover work of the first, so the order alternates. The first round warms up.
    const turns = round % 2 === 0 ? (["bare", "ours"] as const) : (["ours", "bare"] as const);
    for (const turn of turns) {
      await measure(turn === "bare" ? bare : ours, clients, round === 0 ? empty() : rates[turn]);
    }
  }
  console.log(`\n${name}: ${perStep} round trips per operation`);
  console.log("  step     | bare store |  ours | ours / bare");
  for (const step of Object.keys(rates.bare) as (keyof Steps)[]) {
    const ratios = rates.ours[step].map((rate, round) => rate / rates.bare[step][round]!);
    const cells = [rates.bare[step], rates.ours[step]].map((all) => median(all).toFixed(0));
    console.log(
      `  ${step.padEnd(8)} | ${cells[0]!.padStart(10)} | ${cells[1]!.padStart(5)} | ${(median(ratios) * 100).toFixed(0)} %`,
    );
  }
}

const empty = (): Rates => ({ create: [], get: [], update: [], complete: [] });

async function once(steps: Steps, id: string): Promise<void> {
  for (const step of Object.values(steps)) await step(id);
}

async function measure(steps: Steps, clients: number, rates: Rates): Promise<void> {
  const ids = Array.from({ length: TASKS }, () => randomUUID());
  for (const step of Object.keys(steps) as (keyof Steps)[]) {
    const start = performance.now();
    await inCrowds(ids, clients, steps[step]);
    rates[step].push((TASKS / (performance.now() - start)) * 1_000);
  }
}

/** 10,000 tasks of 100 conversations, ended in random order by 50 clients, delivered and acknowledged meanwhile. */
async function tenThousand(db: PrismaClient): Promise<void> {
  const kv = openKv();
  const all = Array.from({ length: 10_000 }, (_, n) => ({ taskId: `big-${n}`, conversationId: `big-${n % 100}` }));
  await inCrowds(all, 50, async (one) => registerTask(await aCtx(db, kv), { ...TASK, ...one }));
  const start = performance.now();
  let left = all.length;
  const holders = Array.from({ length: 100 }, async (_, n) => {
    const conversationId = `big-${n}`;
    for (let heard = 0; heard < 100; ) {
      const { events } = await pollEvents(await aCtx(db, kv), { conversationId, after: String(2n ** 59n) });
      for (const { id } of events) await acknowledgeEvent(await aCtx(db, kv), { conversationId, id: String(id) });
      heard += events.length;
      left -= events.length;
    }
  });
  const order = all.map((one) => [Math.random(), one] as const).sort(([a], [b]) => a - b);
  const ended = inCrowds(order, 50, async ([, { taskId }]) =>
    finishFromRunner(await aCtx(db, kv), { requestId: taskId, success: true, output: RESULT }),
  );
  await Promise.all([ended, ...holders]);
  const seconds = (performance.now() - start) / 1_000;
  const once = await db.cursorTask.count({
    where: { taskId: { startsWith: "big-" }, state: "delivered", attempts: 1 },
  });
  console.log(
    `\n10,000 tasks ended in random order by 50 clients, 100 conversations: ${once} were delivered once and acknowledged, ${left} not, in ${seconds.toFixed(1)} s`,
  );
}

async function inCrowds<T>(list: readonly T[], clients: number, work: (one: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  const client = async () => {
    for (let n = next++; n < list.length; n = next++) await work(list[n]!);
  };
  await Promise.all(Array.from({ length: clients }, client));
}
