import { expect, test } from "vitest";
import { z } from "zod";
import { retryAfterSeconds } from "#lib/outbound/retry-after";
import { inTransaction } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import { type Claimed, type Handlers, openQueues } from "#modules/jobs";
import {
  analyzeAgain,
  deadLetters,
  failureGroups,
  HANDLERS,
  pauseModel,
  pauseRun,
  resumeModel,
  resumeRun,
  run,
} from "#modules/runs";
import { violations } from "#tests/factories/invariants";
import { aRun, itemsOf, work, workItOut } from "#tests/factories/runs";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, db } from "#tests/setup/database";
import { failingPool, type Watch } from "#tests/faults/failing-pool";
import { completeItems } from "../runs/sql/settle-item.ts";
import { drain } from "./drain.ts";
import { maintain } from "./upkeep.ts";
import { reconcileQueues } from "./queues.ts";
import { classOf, timesFault } from "./rules.ts";
import { completeJob } from "./settle.ts";
import { claimProbes } from "./sql/claim.ts";
import { growLimit } from "./sql/model-limits.ts";

const ctx = () => aCtx();
const many = () => execute(db, sql`UPDATE job_models SET at_once = 32`);

test("each queue has its dead-letter queue and the options that the rules say, also when somebody has changed them", async () => {
  const boss = await openQueues(await ctx());
  await boss.updateQueue("probe_scenario", { expireInSeconds: 7, retryLimit: 9 });
  await reconcileQueues(boss, 86_400);
  const queues = await boss.getQueues();
  const settings = Object.fromEntries(
    queues.map(({ name, retryLimit, retryDelay, expireInSeconds, deadLetter }) => [
      name,
      [retryLimit, retryDelay, expireInSeconds, deadLetter],
    ]),
  );
  expect(settings).toMatchObject({
    probe_scenario: [3, 5, 300, "probe_scenario_dead"],
    analyze_basic: [3, 10, 600, "analyze_basic_dead"],
    analyze_deep: [2, 30, 1_800, "analyze_deep_dead"],
  });
  expect(queues.map(({ name }) => name).filter((name) => name.endsWith("_dead"))).toHaveLength(3);
  expect(queues.every(({ deleteAfterSeconds }) => deleteAfterSeconds === 86_400)).toBe(true);
});

test("an attempt outlives what it waits for", () => expect(timesFault()).toBeNull());

test.each<[number | undefined, string | undefined, string]>([
  [429, undefined, "throttled"],
  [429, "rate_limit_exceeded", "throttled"],
  [429, "insufficient_quota", "exhausted"],
  [429, "INSUFFICIENT QUOTA for this minute", "throttled"],
  [408, undefined, "transient"],
  [425, undefined, "transient"],
  [500, "x", "transient"],
  [529, undefined, "transient"],
  [undefined, undefined, "transient"],
  [400, undefined, "permanent"],
  [401, undefined, "permanent"],
  [403, undefined, "permanent"],
  [409, undefined, "permanent"],
  [422, undefined, "permanent"],
])("status %s with code %s is %s", (status, code, expected) => expect(classOf(status, code)).toBe(expected));

test("Retry-After is read as seconds or as an HTTP date, never beyond an hour", () => {
  const now = new Date("2026-03-02T09:00:00Z");
  const read = (header: string) => retryAfterSeconds(header, now);
  expect(["0", "7", " 7 ", "99999999999999999999"].map(read)).toEqual([0, 7, 7, 3_600]);
  expect(["Mon, 02 Mar 2026 09:00:30 GMT", "Mon, 02 Mar 2026 08:00:00 GMT"].map(read)).toEqual([30, 0]);
  expect(["", "1.5", "-1", "1e3", "0x10", "NaN", "tomorrow", "2026-03-02", "9".repeat(400)].map(read)).toEqual([
    ...Array<undefined>(8).fill(undefined),
    3_600,
  ]);
});

/** In which order conversations begin: the runs of the jobs. */
async function orderOf(most: number): Promise<number[]> {
  const order: number[] = [];
  const probe: Handlers["probe"] = async (ctx, job, signal) => {
    order.push(job.runId);
    if (order.length === most) await pauseModel(ctx, "mock/brief");
    return HANDLERS.probe(ctx, job, signal);
  };
  await work({ probe }, 1);
  return order;
}

test("two runs of one priority advance side by side, also when one began long before", async () => {
  const first = await aRun({ scenarios: 30 });
  await orderOf(10);
  await resumeModel(await ctx(), "mock/brief");
  const second = await aRun({ scenarios: 30 });
  const order = await orderOf(20);
  const mine = order.filter((id) => id === second).length;
  expect([first, mine >= 9 && mine <= 11]).toEqual([first, true]);
});

test("a HIGH run goes first, and a steady stream of it does not starve a LOW one", async () => {
  const low = await aRun({ scenarios: 3, priority: "LOW" });
  const high = await aRun({ scenarios: 60, priority: "HIGH" });
  const order = await orderOf(63);
  expect(order.slice(0, 10).every((id) => id === high)).toBe(true);
  const places = order.flatMap((id, place) => (id === low ? [place] : []));
  expect(places).toHaveLength(3);
  expect(places[0]).toBeLessThan(20);
  expect(order.lastIndexOf(high), "the LOW run ended before the HIGH one").toBeGreaterThan(places[2]!);
});

test("a conversation is queued as the job that pg-boss would have made of it", async () => {
  const id = await aRun({ priority: "HIGH", scenarios: 1 });
  const job = { data: { runId: id, place: 0 }, priority: 10, group: { id: `${id}/mock/brief` } };
  const [own] = await itemJobs();
  await (await openQueues(await ctx())).insert("probe_scenario", [job]);
  const theirs = (await itemJobs()).find((each) => each.id !== own!.id);
  expect(own).toMatchObject({
    name: "probe_scenario",
    data: { place: 0 },
    retry_limit: 3,
    dead_letter: "probe_scenario_dead",
  });
  expect({ ...own, id: "", created_on: "" }).toEqual({ ...theirs, id: "", created_on: "" });
});

/** Every column of the jobs; times as their distance from the job's creation. */
async function itemJobs() {
  const row = z.object({ job: z.record(z.string(), z.unknown()) });
  const jobs = await query(
    db,
    row,
    sql`SELECT to_jsonb(j) || jsonb_build_object('start_after', start_after - created_on, 'keep_until', keep_until - created_on) AS job
        FROM pgboss.job_common j`,
  );
  return jobs.map(({ job }) => job);
}

test("a job that is retried after its worker was lost keeps the priority of its run", async () => {
  const high = await aRun({ priority: "HIGH", scenarios: 1 });
  expect(await claimProbes(await ctx(), 5)).toHaveLength(1);
  await aRun({ priority: "LOW", scenarios: 20 });
  await advance({ seconds: 61 });
  await maintain(await ctx(), await openQueues(await ctx()), HANDLERS);
  await advance({ seconds: 11 });
  expect((await orderOf(3))[0]).toBe(high);
});

test("jobs that fail, or lose their worker, at the same moment come again spread out, and none before its delay", async () => {
  const waits = async () =>
    (
      await query(
        db,
        z.object({ seconds: z.number() }),
        sql`SELECT extract(epoch FROM start_after - pgboss.job_now())::float8 AS seconds FROM pgboss.job_common WHERE state = 'retry'`,
      )
    ).map(({ seconds }) => seconds);
  const expectSpread = (seconds: readonly number[], least: number) => {
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(least);
    expect(new Set(seconds.map((one) => one.toFixed(1))).size).toBeGreaterThan(5);
  };
  const id = await aRun({ models: ["mock/broken"], scenarios: 30 });
  await many();
  await work();
  expectSpread(await waits(), 5);
  await advance({ seconds: 10 });
  expect(await claimProbes(await ctx(), 30)).toHaveLength(30);
  await advance({ seconds: 61 });
  await maintain(await ctx(), await openQueues(await ctx()), HANDLERS);
  expectSpread(await waits(), 10);
  expect(await itemsOf(id)).toEqual({ waiting: 30 });
});

test("a run that was paused does not take everything afterwards until it has caught up", async () => {
  const waits = await aRun({ scenarios: 30 });
  await pauseRun(await ctx(), waits);
  await aRun({ scenarios: 60 });
  await orderOf(30);
  await resumeModel(await ctx(), "mock/brief");
  await resumeRun(await ctx(), waits);
  const order = await orderOf(20);
  expect(order.filter((id) => id === waits).length).toBeLessThan(17);
});

test("a model never has more conversations than it takes at once, however many claim", async () => {
  await aRun({ scenarios: 40, models: ["mock/brief", "mock/warm"] });
  const at = await ctx();
  const claims = await Promise.all(Array.from({ length: 8 }, () => claimProbes(at, 5)));
  const of = (model: string) => claims.flat().filter(({ modelId }) => modelId === model).length;
  expect([of("mock/brief"), of("mock/warm")]).toEqual([4, 4]);
  expect(new Set(claims.flat().map(({ id }) => id)).size).toBe(8);
});

test("once a pause is committed nothing begins, also for a claim at that moment", async () => {
  const id = await aRun({ scenarios: 40 });
  await many();
  const at = await ctx();
  let isPaused = false;
  const late: Claimed[] = [];
  const claimer = async (): Promise<void> => {
    for (let i = 0; i < 6; i += 1) {
      const wasPaused = isPaused;
      const jobs = await claimProbes(at, 1);
      if (wasPaused) late.push(...jobs);
    }
  };
  const pauser = async (): Promise<void> => {
    await pauseRun(at, id);
    isPaused = true;
  };
  await Promise.all([claimer(), claimer(), claimer(), pauser()]);
  expect(await violations()).toEqual([]);
  expect(late).toEqual([]);
  expect(await claimProbes(at, 5)).toEqual([]);
});

test("a worker that comes too late cannot settle the attempt of another, nor what was cancelled", async () => {
  const id = await aRun({ scenarios: 1 });
  const [stale] = await claimProbes(await ctx(), 1);
  await advance({ seconds: 61 });
  await work();
  await advance({ seconds: 11 });
  const [fresh] = await claimProbes(await ctx(), 1);
  expect([fresh?.id, fresh?.attempt]).toEqual([stale?.id, 2]);
  const never = new AbortController().signal;
  await HANDLERS.probe(await ctx(), stale!, never);
  expect(await itemsOf(id)).toEqual({ waiting: 1 });
  await HANDLERS.probe(await ctx(), fresh!, never);
  expect(await itemsOf(id)).toEqual({ completed: 1 });
  await HANDLERS.probe(await ctx(), fresh!, never);
  expect((await run({ db }, id))?.status).toBe("COMPLETED");
});

test("a claim does not wait for the disk, and the holder of one that a crash of the database undid cannot settle the next", async () => {
  const id = await aRun({ scenarios: 1 });
  const at = await ctx();
  let lost: Claimed | undefined;
  let commit: unknown;
  // A crash leaves of a claim what a rollback leaves of it.
  const crash = new Error("the database has crashed");
  const claiming = db.$transaction(async (tx) => {
    [lost] = await claimProbes({ ...at, db: tx }, 1);
    commit = await tx.$queryRaw`SHOW synchronous_commit`;
    throw crash;
  });
  await expect(claiming).rejects.toBe(crash);
  expect(commit).toEqual([{ synchronous_commit: "off" }]);
  const [fresh] = await claimProbes(at, 1);
  expect([fresh?.id, fresh?.attempt]).toEqual([lost?.id, 1]);
  const never = new AbortController().signal;
  await HANDLERS.probe(at, lost!, never);
  expect(await itemsOf(id)).toEqual({ waiting: 1 });
  await HANDLERS.probe(at, fresh!, never);
  expect(await itemsOf(id)).toEqual({ completed: 1 });
});

test("of jobs that end together one whose result cannot be written, and one that is not ours any more, disturb none of the others", async () => {
  const id = await aRun({ scenarios: 5, models: ["mock/brief", "mock/warm"] });
  const at = await ctx();
  const claimed = await claimProbes(at, 8);
  const [first, bad, stale, ...good] = claimed as [Claimed, Claimed, Claimed, ...Claimed[]];
  const ends = (job: Claimed) =>
    completeJob(
      at,
      job,
      { begunAt: at.now, turns: [{ ...TURN, asked: job === bad ? "\u0000" : "Where?" }] },
      completeItems,
    );
  const ended = await Promise.allSettled([
    ends(first),
    ends(bad),
    ends({ ...stale, claim: at.newId() }),
    ...good.map(ends),
  ]);
  const said = ended.map((one) => (one.status === "fulfilled" ? one.value : "failed"));
  expect(said).toEqual([true, "failed", false, ...good.map(() => true)]);
  expect(await itemsOf(id)).toEqual({ completed: 1 + good.length, waiting: 10 - 1 - good.length });
  expect(await violations()).toEqual([]);
});
const TURN = { answered: "Here.", finishReason: "stop", tokensIn: 1, tokensOut: 1, latencyMs: 1 };

test("conversations that are claimed together begin with two statements, however many they are", async () => {
  const watch: Watch = { statements: [], fault: null };
  const counted = await aCtx({ db: connectTest({ Pool: failingPool(watch), timeouts: "batch" }) });
  const id = await aRun({ scenarios: 9 });
  await many();
  // The first conversation of a run also sets it to RUNNING.
  await execute(db, sql`UPDATE runs SET status = 'RUNNING' WHERE id = ${id}`);
  const jobs = await claimProbes(counted, 8);
  watch.statements.length = 0;
  const never = new AbortController().signal;
  await Promise.all(jobs.map((job) => HANDLERS.probe(counted, job, never)));
  expect(await itemsOf(id)).toEqual({ completed: 8, waiting: 1 });
  expect(watch.statements.indexOf("BEGIN")).toBe(2);
});

test("answers that come together are all counted: as many as its limit let a model take one more conversation", async () => {
  await aRun({ scenarios: 12 });
  const at = await ctx();
  const limit = z.object({ at_once: z.int(), successes: z.int() });
  const answered = async (most: number) => {
    const jobs = await claimProbes(at, most);
    await Promise.all(jobs.map((job) => completeJob(at, job).then(() => growLimit(at, job.modelId))));
    return (await query(db, limit, sql`SELECT at_once, successes FROM job_models`))[0];
  };
  expect(await answered(4)).toEqual({ at_once: 5, successes: 0 });
  // Its limit was not used up.
  expect(await answered(2)).toEqual({ at_once: 5, successes: 0 });
  await claimProbes(at, 2);
  expect(await answered(3)).toEqual({ at_once: 5, successes: 3 });
});

test("a conversation that has ended leaves its place to the next while its end is written", async () => {
  await aRun({ scenarios: 2 });
  const seen: string[] = [];
  const secondBegan = Promise.withResolvers<void>();
  const probe: Handlers["probe"] = async (at, job) => {
    const name = seen.length === 0 ? "first" : "second";
    seen.push(`${name} began`);
    if (name === "second") secondBegan.resolve();
    else await holdJob(job, secondBegan.promise);
    return completeJob(at, job).finally(() => seen.push(`${name} ended`));
  };
  await work({ probe }, 1);
  expect(seen.slice(0, 2)).toEqual(["first began", "second began"]);
  expect(seen.slice(2).sort()).toEqual(["first ended", "second ended"]);
});

/** Resolves when another transaction holds the job, and until `until`. */
async function holdJob({ id }: Claimed, until: Promise<void>): Promise<void> {
  const held = Promise.withResolvers<void>();
  const holding = inTransaction({ db }, async (tx) => {
    await execute(tx.db, sql`SELECT FROM pgboss.job_common WHERE id = ${id}::uuid FOR UPDATE`);
    held.resolve();
    await until;
  });
  holding.catch(held.reject);
  await held.promise;
}

test("one job that fails unexpectedly does not disturb the others, and is not begun again at once", async () => {
  const id = await aRun({ scenarios: 6 });
  let isFirst = true;
  const probe: Handlers["probe"] = async (at, job, signal) => {
    if (!isFirst) return HANDLERS.probe(at, job, signal);
    isFirst = false;
    throw new Error("a bug");
  };
  await work({ probe });
  expect(await itemsOf(id)).toEqual({ completed: 5, waiting: 1 });
  await advance({ seconds: 10 });
  await work({ probe });
  expect(await itemsOf(id)).toEqual({ completed: 6 });
});

const bug: Handlers["probe"] = () => Promise.reject(new Error("a bug"));

test("a job that always fails unexpectedly is tried four times, then it is a dead letter and its run ends", async () => {
  const id = await aRun({ scenarios: 1 });
  const tried: number[] = [];
  const probe: Handlers["probe"] = (at, job, signal) => {
    tried.push(job.attempt);
    return bug(at, job, signal);
  };
  for (let tries = 0; tries < 6; tries += 1) {
    await work({ probe });
    await advance({ minutes: 10 });
  }
  expect(tried).toEqual([1, 2, 3, 4]);
  expect(await itemsOf(id)).toEqual({ failed: 1 });
  expect(await failureGroups({ db }, id)).toMatchObject([{ class: "transient", code: "unknown", count: 1 }]);
  expect((await run({ db }, id))?.status).toBe("FAILED");
  expect((await deadLetters({ db })).letters).toMatchObject([{ itemId: `${id}-0`, class: "transient" }]);
});

test("a job whose fault cannot be recorded either ends after its attempts all the same", async () => {
  const id = await aRun({ scenarios: 1 });
  const fail: Handlers["fail"] = () => Promise.reject(new Error("a bug, too"));
  for (let tries = 0; tries < 4; tries += 1) {
    await work({ probe: bug, fail });
    await advance({ minutes: 10 });
  }
  await work();
  expect(await itemsOf(id)).toEqual({ failed: 1 });
});

test("a job whose worker loses the database spends no attempt", async () => {
  await aRun({ scenarios: 1 });
  await work({ probe: () => Promise.reject(new Error("Connection terminated unexpectedly")) });
  await advance({ seconds: 5 });
  expect((await claimProbes(await ctx(), 1))[0]?.attempt).toBe(1);
});

test("an analysis whose worker ends is given back at once, with all its attempts", async () => {
  await aRun({ scenarios: 1 });
  const stops = new AbortController();
  const analyze: Handlers["analyze"] = async (_ctx, _kind, _id, signal) => {
    stops.abort();
    signal.throwIfAborted();
  };
  const until = { stop: stops.signal, end: stops.signal, untilEmpty: false };
  await drain(await ctx(), { ...HANDLERS, analyze }, { worker: { id: "w", kind: "worker" }, ...until });
  const jobs = await query(
    db,
    z.object({ state: z.string(), tries: z.int() }),
    sql`SELECT state::text, retry_count AS tries FROM pgboss.job_common WHERE name LIKE 'analyze%' AND name NOT LIKE '%dead'`,
  );
  expect(jobs).toEqual(Array(2).fill({ state: "created", tries: 0 }));
});

test("an analysis begins although conversations never cease to wait", async () => {
  await aRun({ scenarios: 1 });
  await work({}, 1);
  await analyzeAgain(await ctx(), 1);
  await aRun({ scenarios: 4 });
  const begun: string[] = [];
  const probe: Handlers["probe"] = async (at, job, signal) => {
    begun.push("conversation");
    return HANDLERS.probe(at, job, signal);
  };
  await work({ probe, analyze: async (_ctx, kind) => void begun.push(kind) }, 1);
  expect(begun.indexOf("basic")).toBe(1);
});

test("conversations do not wait for a pass of upkeep, however long it takes", async () => {
  const id = await aRun();
  const begun = Promise.withResolvers<void>();
  const probe: Handlers["probe"] = (at, job, signal) => {
    begun.resolve();
    return HANDLERS.probe(at, job, signal);
  };
  await work({ probe, sweep: () => begun.promise });
  expect(await itemsOf(id)).toEqual({ completed: 3 });
});

test("what a pass of upkeep finds begins before a cron ends", async () => {
  const id = await aRun();
  await execute(db, sql`DELETE FROM pgboss.job_common WHERE name = 'probe_scenario'`);
  await work();
  expect(await itemsOf(id)).toEqual({ completed: 3 });
});

test("a result that the database refuses is asked for as often as after any other fault, then its item has failed", async () => {
  const id = await aRun({ scenarios: 2 });
  await execute(db, sql`INSERT INTO run_transcripts VALUES (${id}, 0, 1, '[]', ringback_now())`);
  await workItOut();
  expect(await itemsOf(id)).toEqual({ completed: 1, failed: 1 });
  expect(await failureGroups({ db }, id)).toMatchObject([{ class: "invalid_output", code: "not_stored", count: 1 }]);
  expect((await run({ db }, id))?.status).toBe("COMPLETED");
});

test("an analysis that fails with words that cannot be stored is tried again, and its worker goes on", async () => {
  await aRun({ scenarios: 1 });
  await work({ analyze: async () => Promise.reject(new Error("nul \u0000")) });
  const states = await query(
    db,
    z.object({ state: z.string() }),
    sql`SELECT state::text FROM pgboss.job_common WHERE name LIKE 'analyze%' AND name NOT LIKE '%dead'`,
  );
  expect(states).toEqual([{ state: "retry" }, { state: "retry" }]);
});

test("an item whose attempts all vanished with their workers has failed as expired, and its run ends", async () => {
  const id = await aRun({ scenarios: 2 });
  for (let attempt = 0; attempt < 4; attempt += 1) {
    expect(await claimProbes(await ctx(), 5)).toHaveLength(2);
    await advance({ seconds: 61 });
    await work({ probe: async () => false }, 1);
    await advance({ minutes: 10 });
  }
  expect(await itemsOf(id)).toEqual({ failed: 2 });
  expect((await run({ db }, id))?.status).toBe("FAILED");
  const [kept] = await query(db, z.object({ class: z.string() }), sql`SELECT class FROM run_items LIMIT 1`);
  expect(kept?.class).toBe("expired");
});

test("an item that lost its job gets it again", async () => {
  const id = await aRun({ scenarios: 4 });
  await execute(db, sql`DELETE FROM pgboss.job_common WHERE name = 'probe_scenario' AND (data ->> 'place')::int < 2`);
  await work();
  expect(await itemsOf(id)).toEqual({ completed: 4 });
  expect(await violations()).toEqual([]);
});
