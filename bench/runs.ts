import { spawn } from "node:child_process";
import { once } from "node:events";
import { pause, stopwatch } from "../lib/time/clock.ts";
import type { Ctx } from "../lib/base/context.ts";
import { drain } from "../modules/jobs/index.ts";
import { cancelRun, createDefinition, HANDLERS, pauseRun, startRun } from "../modules/runs/index.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import { AUTH_SECRET, CRON_SECRET, SERVICE_API_KEY } from "../tests/setup/secrets.ts";
import { median, withDatabase } from "./database.ts";
import { benchCtx } from "./runs-ctx.ts";
import { watching } from "./runs-pages.ts";
import { type Rival, rivals } from "./runs-rivals.ts";

const SIZES = (process.env.BENCH_SIZES ?? "1000,10000,100000").split(",").map(Number);
const DRAINED = Number(process.env.BENCH_DRAINED ?? 20_000);
/** So many that the workers together never wait for the limit of a model. */
const DRAINED_MODELS = ["mock/brief", "mock/warm", "mock/slow", "mock/flaky"];
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const REPETITIONS = 20;
/** The targets, printed beside what was measured. */
const TARGETS = { queueing: "100,000 in < 10 s", draining: ">= 80 % of pg-boss", pausing: "< 2,000 ms" };

/** Queueing, draining and watching runs beside raw pg-boss and graphile-worker, on one database in one run. */
export default async function bench(): Promise<void> {
  const took = stopwatch();
  await withDatabase(async (db, _statements, url) => {
    Object.assign(process.env, { DATABASE_URL: url, AUTH_SECRET, CRON_SECRET, SERVICE_API_KEY, AI_MOCK_PACE: "quick" });
    const later: (() => Promise<unknown>)[] = [];
    const ctx = await benchCtx(db, {}, later);
    const others = await rivals(url);
    await queueing(ctx, later, others);
    await draining(ctx, later, others, url);
    await Promise.all(others.map(({ end }) => end()));
    await pausing(ctx);
    await watching(ctx, await aRun(ctx, [], REPETITIONS));
    console.log(`measured in ${(took() / 60_000).toFixed(1)} min`);
  });
}

/** A run of this many jobs, all of them queued. */
async function aRun(
  ctx: Ctx,
  later: (() => Promise<unknown>)[],
  jobs: number,
  models: readonly string[] = ["mock/brief"],
): Promise<number> {
  const scenarios = Array.from({ length: Math.ceil(jobs / REPETITIONS / models.length) }, (_, n) => ({
    id: `s${n}`,
    title: `Scenario ${n}`,
    messages: [`Where is my parcel ${n}?`],
  }));
  const { id: definitionId } = await createDefinition(ctx, { name: "Bench", scenarios });
  const { run } = await startRun(ctx, { definitionId, models: [...models], repetitions: REPETITIONS });
  for (let work = later.shift(); work; work = later.shift()) await work();
  return run.id;
}

async function queueing(ctx: Ctx, later: (() => Promise<unknown>)[], others: Rival[]): Promise<void> {
  const rows: Record<string, Record<string, string>> = {};
  for (const jobs of SIZES) {
    let id = 0;
    const ours = await timed(async () => {
      id = await aRun(ctx, later, jobs);
    });
    const row: Record<string, string> = { "ringback s": (ours / 1_000).toFixed(2) };
    for (const { name, queue } of others) row[`${name} s`] = ((await timed(() => queue(jobs))) / 1_000).toFixed(2);
    rows[`queueing ${jobs}`] = { ...row, target: jobs === 100_000 ? TARGETS.queueing : "" };
    await cancelRun(ctx, id);
    await clear(ctx.db as PrismaClient);
  }
  console.table(rows);
}

async function clear(db: PrismaClient): Promise<void> {
  await db.$executeRaw`DELETE FROM pgboss.job_common`;
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  await db.$executeRaw`VACUUM ANALYZE pgboss.job_common`;
}

const KINDS = ["ringback", "pg-boss, each", "pg-boss, batch", "graphile-worker"];

async function draining(ctx: Ctx, later: (() => Promise<unknown>)[], others: Rival[], url: string): Promise<void> {
  const rows: Record<string, Record<string, string>> = {};
  for (const workers of [1, 2]) {
    const rates: Record<string, number[]> = {};
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const kind of KINDS) {
        // It is slow and no target speaks of it, so it goes once.
        if (kind === "graphile-worker" && round > 0) continue;
        const rival = others.find(({ name }) => kind.startsWith(name));
        const id = rival ? void (await rival.queue(DRAINED)) : await aRun(ctx, later, DRAINED, DRAINED_MODELS);
        // The maximum number of conversations that a model takes at once.
        if (id) await ctx.db.$executeRaw`UPDATE job_models SET at_once = 32`;
        const ms = await drained(kind, workers, url);
        rates[kind] = [...(rates[kind] ?? []), (DRAINED / ms) * 1_000];
        if (id) await cancelRun(ctx, id);
        await clear(ctx.db as PrismaClient);
      }
    }
    const of = (kind: string, rate: number) => `${((rate / median(rates[kind]!)) * 100).toFixed(0)} %`;
    for (const [kind, rounds] of Object.entries(rates)) {
      const rate = median(rounds);
      rows[`${workers} × ${kind}`] = {
        "jobs/s": rate.toFixed(0),
        "of pg-boss, each": of("pg-boss, each", rate),
        "of pg-boss, batch": of("pg-boss, batch", rate),
        target: kind === "ringback" ? TARGETS.draining : "",
      };
    }
  }
  console.table(rows);
  console.log("pg-boss, each: a batch of 10 is fetched and each job completed by itself, as conversations end.");
  console.log("pg-boss, batch: a batch of 10 is fetched and completed in one statement.");
}

/** Milliseconds until this many workers have drained everything; their start is not counted. */
async function drained(kind: string, workers: number, url: string): Promise<number> {
  const children = await Promise.all(
    Array.from({ length: workers }, async () => {
      const child = spawn(process.execPath, ["bench/runs-worker.ts", kind, url], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      return child;
    }),
  );
  const took = stopwatch();
  await Promise.all(
    children.map(async (child) => {
      child.stdin.write("go\n");
      await once(child, "exit");
    }),
  );
  return took();
}

/** Milliseconds after a pause was committed until the last conversation began, and until nothing ran any more. */
async function pausing(ctx: Ctx): Promise<void> {
  const rows: Record<string, Record<string, string>> = {};
  for (const isHard of [false, true]) {
    const messages = ["One?", "Two?", "Three?", "Four?", "Five?"];
    const scenarios = Array.from({ length: 200 }, (_, n) => ({ id: `s${n}`, title: "Slow", messages }));
    const { id: definitionId } = await createDefinition(ctx, { name: "Slow", scenarios });
    const { run } = await startRun(ctx, { definitionId, models: ["mock/slow"] });
    const [stop, running] = [new AbortController(), new Set<string>()];
    let [began, ended] = [0, 0];
    const took = stopwatch();
    const probe: typeof HANDLERS.probe = async (at, job, signal) => {
      began = took();
      running.add(job.id);
      try {
        return await HANDLERS.probe(at, job, signal);
      } finally {
        running.delete(job.id);
        ended = took();
      }
    };
    const way = {
      worker: { id: "bench", kind: "worker" },
      stop: stop.signal,
      end: stop.signal,
      untilEmpty: false,
    } as const;
    const work = drain(ctx, { ...HANDLERS, probe, analyze: async () => {} }, way);
    await pause(5_000);
    await pauseRun(ctx, run.id, { isHard });
    const paused = took();
    while (running.size > 0) await pause(10);
    await pause(1_000);
    rows[isHard ? "hard pause" : "soft pause"] = {
      "last one began ms": Math.max(0, began - paused).toFixed(0),
      target: TARGETS.pausing,
      "nothing runs ms": (ended - paused).toFixed(0),
    };
    stop.abort();
    await work;
    await cancelRun(ctx, run.id);
  }
  console.table(rows);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const took = stopwatch();
  await work();
  return took();
}
