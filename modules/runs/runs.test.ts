import { expect, test } from "vitest";
import { z } from "zod";
import { inTransaction } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import { UNBOUNDED } from "#lib/time/until";
import { openQueues, pausesNow, type Handlers } from "#modules/jobs";
import {
  cancelRun,
  createDefinition,
  definitions,
  deleteDefinition,
  pauseModel,
  pauseQueue,
  pauseRun,
  resumeModel,
  resumeQueue,
  resumeRun,
  retryFailed,
  run,
  runs,
  startRun,
  waitingBecause,
} from "#modules/runs";
import { atOnce } from "#tests/factories/at-once";
import { aDefinition, aRun, itemsOf, work, workItOut } from "#tests/factories/runs";
import { aCtx, logged } from "#tests/setup/ctx";
import { advance, connectTest, db, START } from "#tests/setup/database";
import { drainForCron, HANDLERS } from "./drain.ts";
import { finishRun } from "./finish.ts";
import { samplePlaces, sampleSize } from "./rules.ts";
import { sweepRuns } from "./sweep.ts";

const jobs = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (
      await query(
        db,
        z.object({ of: z.string(), jobs: z.int() }),
        sql`SELECT name || ' ' || state AS of, count(*)::int AS jobs FROM pgboss.job_common WHERE name LIKE 'probe%' GROUP BY 1`,
      )
    ).map(({ of, jobs }) => [of, jobs]),
  );
const status = async (id: number) => (await run({ db }, id))?.status;
const caught = (error: unknown) => error as Error & { code: string };

test("a run has a job for each scenario, model and repetition, and ends when all have ended", async () => {
  const { run: started, jobCount } = await startRun(await aCtx(), {
    definitionId: await aDefinition(4, 2),
    models: ["mock/brief", "mock/warm"],
    repetitions: 3,
    priority: "HIGH",
  });
  expect({ jobCount, status: started.status, priority: started.priority }).toEqual({
    jobCount: 24,
    status: "PENDING",
    priority: "HIGH",
  });
  expect(await jobs()).toEqual({ "probe_scenario created": 24 });
  const [kept] = await query(
    db,
    z.object({ priority: z.int(), deadLetter: z.string(), expires: z.int() }),
    sql`SELECT priority, dead_letter AS "deadLetter", expire_seconds AS expires FROM pgboss.job_common LIMIT 1`,
  );
  expect(kept).toEqual({ priority: 10, deadLetter: "probe_scenario_dead", expires: 300 });
  await work();
  expect(await run({ db }, started.id)).toMatchObject({ status: "COMPLETED", total: 24, isSealed: true });
  expect(await itemsOf(started.id)).toEqual({ completed: 24 });
  expect(await jobs()).toEqual({ "probe_scenario completed": 24 });
});

test("the run, its items and its jobs are committed together or not at all", async () => {
  await aRun();
  const definitionId = await aDefinition();
  const started = inTransaction(await aCtx(), async (tx) => {
    await startRun(tx, { definitionId, models: ["mock/brief"] });
    throw new Error("the process dies before the commit");
  });
  await expect(started).rejects.toThrow("before the commit");
  expect(await jobs()).toEqual({ "probe_scenario created": 3 });
  expect((await runs({ db })).runs).toHaveLength(1);
});

test("a transient fault is tried four times, later each time, then the item has failed and its job is a dead letter", async () => {
  const id = await aRun({ models: ["mock/broken"], scenarios: 2 });
  for (const waits of [5, 10, 20]) {
    await work();
    expect(await jobs()).toEqual({ "probe_scenario retry": 2 });
    await work();
    expect(await jobs(), "nothing begins before its time").toEqual({ "probe_scenario retry": 2 });
    await advance({ seconds: waits * 2 });
  }
  await work();
  expect(await itemsOf(id)).toEqual({ failed: 2 });
  expect(await status(id)).toBe("FAILED");
  expect(await jobs()).toEqual({ "probe_scenario failed": 2, "probe_scenario_dead created": 2 });
});

test("a run that fails now and then completes, and counts each item once", async () => {
  const id = await aRun({ models: ["mock/flaky", "mock/broken"], scenarios: 8 });
  for (let tries = 0; tries < 4; tries += 1) {
    await work();
    await advance({ minutes: 5 });
  }
  expect(await status(id)).toBe("COMPLETED");
  expect(await itemsOf(id)).toEqual({ completed: 8, failed: 8 });
});

test.each<[string, object, RegExp]>([
  ["no models", { models: [] }, /^models: must name at least one model/],
  ["a model twice", { models: ["mock/brief", "mock/brief"] }, /^models: must not name a model twice/],
  ["51 models", { models: Array.from({ length: 51 }, (_, i) => `m${i}`) }, /^models: must be at most 50/],
  ["an unknown model", { models: ["gpt-unknown"] }, /^models: there is no model gpt-unknown; there are mock\/brief/],
  ["a percentage of 0", { samplePercentage: 0 }, /^samplePercentage: must be 1 to 100/],
  ["a percentage of 101", { samplePercentage: 101 }, /^samplePercentage: must be 1 to 100/],
  ["a percentage that is no number", { samplePercentage: Number.NaN }, /^samplePercentage: /],
  ["a priority nobody knows", { priority: "URGENT" }, /^priority: /],
  ["no repetition", { repetitions: 0 }, /^repetitions: must be 1 to 20/],
  ["21 repetitions", { repetitions: 21 }, /^repetitions: must be 1 to 20/],
  ["a budget of nothing", { maxTokens: 0 }, /^maxTokens: /],
  ["a field nobody knows", { sampleSize: 3 }, /sampleSize/],
])("a run with %s is refused, and nothing is queued", async (_what, wrong, sentence) => {
  const definitionId = await aDefinition();
  const error = await startRun(await aCtx(), { definitionId, models: ["mock/brief"], ...wrong }).catch(caught);
  expect(error).toMatchObject({ name: "JobValidationError", code: "invalid_input" });
  expect((error as Error).message).toMatch(sentence);
  expect([await jobs(), (await runs({ db })).runs]).toEqual([{}, []]);
});

test("a run of a definition that is not there is refused", async () => {
  const ctx = await aCtx();
  await expect(startRun(ctx, { definitionId: 7, models: ["mock/brief"] })).rejects.toMatchObject({ code: "not_found" });
  const definitionId = await aDefinition();
  await deleteDefinition(ctx, definitionId);
  await expect(startRun(ctx, { definitionId, models: ["mock/brief"] })).rejects.toMatchObject({ code: "not_found" });
  expect(await definitions({ db })).toEqual([]);
});

test("a definition without scenarios, or with one twice, is refused", async () => {
  const one = { id: "a", title: "A", messages: ["Hello"] };
  const ctx = await aCtx();
  for (const scenarios of [[], [one, one]]) {
    await expect(createDefinition(ctx, { name: "x", scenarios })).rejects.toMatchObject({ name: "JobValidationError" });
  }
});

test("a run goes on from its snapshot when its definition is deleted", async () => {
  const definitionId = await aDefinition();
  const id = await aRun({ definitionId });
  await deleteDefinition(await aCtx(), definitionId);
  await work();
  expect(await status(id)).toBe("COMPLETED");
});

test("one idempotency key starts one run, also when it is used many times at once", async () => {
  const definitionId = await aDefinition();
  const ctx = await aCtx();
  const { won } = await atOnce(
    Array.from({ length: 5 }, () => () => startRun(ctx, { definitionId, models: ["mock/brief"], idempotencyKey: "k" })),
  );
  expect(new Set(won.map(({ run }) => run.id)).size).toBe(1);
  expect(await jobs()).toEqual({ "probe_scenario created": 3 });
  const other = startRun(ctx, { definitionId, models: ["mock/warm"], idempotencyKey: "k" });
  await expect(other).rejects.toMatchObject({ code: "key_reused" });
});

test("a sample is the percentage rounded down, and never none", () => {
  const sizes = [
    [10, 100, 10],
    [10, 55, 5],
    [3, 1, 1],
    [100, 29, 29],
    [1_000, 0.1 * 3 * 100, 300],
    [7, 99.99, 6],
  ];
  for (const [all, percentage, size] of sizes)
    expect(sampleSize(all!, percentage!), `${percentage} of ${all}`).toBe(size);
});

test("the same seed takes the same scenarios on any machine, and they keep their order", () => {
  const ids = Array.from({ length: 10 }, (_, place) => `s${place}`);
  expect(samplePlaces(ids, 30, 0n)).toEqual(VECTORS[0]);
  expect(samplePlaces(ids, 30, 42n)).toEqual(VECTORS[1]);
  expect(
    samplePlaces([...ids].reverse(), 30, 42n)
      .map((place) => 9 - place)
      .sort(),
  ).toEqual(VECTORS[1]);
  expect(samplePlaces(ids, 100, 7n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
// The three smallest of sha256("seed:id"), by hand: for i in 0..9: printf '%s:s%s' $seed $i | sha256sum.
const VECTORS = [
  [0, 3, 5],
  [1, 2, 9],
];

// ------------------------------------------------------------ states

type State = "PENDING" | "RUNNING" | "PAUSED" | "COMPLETED" | "FAILED" | "CANCELLED";

/** A run in this state. */
const IN: Record<State, () => Promise<number>> = {
  PENDING: () => aRun(),
  RUNNING: async () => {
    const id = await aRun({ models: ["mock/broken"] });
    await work();
    return id;
  },
  PAUSED: async () => {
    const id = await aRun();
    await pauseRun(await aCtx(), id);
    return id;
  },
  COMPLETED: async () => {
    const id = await aRun();
    await work();
    return id;
  },
  FAILED: async () => {
    const id = await aRun({ models: ["mock/broken"] });
    for (let tries = 0; tries < 4; tries += 1) {
      await work();
      await advance({ minutes: 10 });
    }
    return id;
  },
  CANCELLED: async () => {
    const id = await aRun();
    await cancelRun(await aCtx(), id);
    return id;
  },
};

test.each<[string, State, typeof pauseRun, State | "RunStateError"]>([
  ["pause", "PENDING", pauseRun, "PAUSED"],
  ["pause", "RUNNING", pauseRun, "PAUSED"],
  ["pause", "PAUSED", pauseRun, "PAUSED"],
  ["pause", "COMPLETED", pauseRun, "RunStateError"],
  ["pause", "FAILED", pauseRun, "RunStateError"],
  ["pause", "CANCELLED", pauseRun, "RunStateError"],
  ["resume", "PENDING", resumeRun, "PENDING"],
  ["resume", "RUNNING", resumeRun, "RUNNING"],
  ["resume", "PAUSED", resumeRun, "PENDING"],
  ["resume", "COMPLETED", resumeRun, "RunStateError"],
  ["resume", "FAILED", resumeRun, "RunStateError"],
  ["resume", "CANCELLED", resumeRun, "RunStateError"],
  ["cancel", "PENDING", cancelRun, "CANCELLED"],
  ["cancel", "RUNNING", cancelRun, "CANCELLED"],
  ["cancel", "PAUSED", cancelRun, "CANCELLED"],
  ["cancel", "COMPLETED", cancelRun, "RunStateError"],
  ["cancel", "FAILED", cancelRun, "RunStateError"],
  ["cancel", "CANCELLED", cancelRun, "CANCELLED"],
])("%s of a run that is %s", async (_verb, from, verb, to) => {
  const id = await IN[from]();
  expect(await status(id)).toBe(from);
  const after = await verb(await aCtx(), id).then(
    (run) => run.status,
    (error: Error) => error.name,
  );
  expect(after).toBe(to);
  expect(await status(id)).toBe(to === "RunStateError" ? from : to);
});

test("a run that was RUNNING is RUNNING again after its pause", async () => {
  const id = await IN.RUNNING();
  await pauseRun(await aCtx(), id);
  expect(await status(id)).toBe("PAUSED");
  await resumeRun(await aCtx(), id);
  expect(await status(id)).toBe("RUNNING");
});

test("of many who pause, resume and cancel at once none is lost, and a cancelled run stays cancelled", async () => {
  const id = await aRun({ scenarios: 20 });
  const ctx = await aCtx();
  const verbs = [pauseRun, resumeRun, cancelRun];
  await atOnce([
    ...Array.from({ length: 12 }, (_, i) => () => verbs[i % 3]!(ctx, id)),
    async () => void (await work()),
  ]);
  expect(await status(id)).toBe("CANCELLED");
  await work();
  const items = await itemsOf(id);
  expect((items.cancelled ?? 0) + (items.completed ?? 0)).toBe(20);
  expect(await status(id)).toBe("CANCELLED");
});

test("cancelling takes out what waits, keeps the results, and never becomes COMPLETED", async () => {
  const id = await aRun({ scenarios: 6 });
  let begun = 0;
  const twoThenCancel: Handlers["probe"] = async (ctx, job, signal) => {
    begun += 1;
    if (begun === 3) {
      await cancelRun(await aCtx(), id);
      // This conversation was running then; it comes to its end, and is not counted.
      return HANDLERS.probe(ctx, job, signal);
    }
    return HANDLERS.probe(ctx, job, signal);
  };
  await work({ probe: twoThenCancel }, 1);
  expect(await itemsOf(id)).toEqual({ completed: 2, cancelled: 4 });
  expect(await status(id)).toBe("CANCELLED");
  expect(await jobs()).toEqual({ "probe_scenario completed": 2, "probe_scenario cancelled": 4 });
});

test("workers that claim while runs end get in nobody's way: no claim fails, and every run ends", async () => {
  // A claim for a run that is far ahead brings the shares of all others up, also of those that are just ending.
  const ids = [await aRun({ scenarios: 60 })];
  await execute(db, sql`UPDATE job_models SET at_once = 32`);
  await execute(db, sql`UPDATE job_shares SET served = 100`);
  for (let n = 0; n < 24; n += 1) ids.push(await aRun({ scenarios: 1 }));
  await execute(db, sql`UPDATE job_shares SET served = run_id WHERE run_id > ${ids[0]}`);
  await Promise.all(["a", "b", "c"].map((worker) => work({}, 3, worker)));
  expect(await Promise.all(ids.map(status))).toEqual(ids.map(() => "COMPLETED"));
  expect(logged.filter(({ level }) => Number(level) >= 40)).toEqual([]);
});

test("the last ten items that end at the same moment end the run exactly once", async () => {
  const id = await aRun({ scenarios: 10 });
  let here = 0;
  let open = (): void => {};
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  const together: Handlers["probe"] = async (ctx, job, signal) => {
    here += 1;
    if (here === 10) open();
    await all;
    return HANDLERS.probe(ctx, job, signal);
  };
  await execute(db, sql`UPDATE job_models SET at_once = 10`);
  await work({ probe: together }, 10);
  expect(await status(id)).toBe("COMPLETED");
  const [ended] = await query(
    db,
    z.object({ ended: z.date() }),
    sql`SELECT ended_at AS ended FROM runs WHERE id = ${id}`,
  );
  expect(ended?.ended).toEqual(START);
  expect(await itemsOf(id)).toEqual({ completed: 10 });
  const analyses = await query(
    db,
    z.object({ name: z.string() }),
    sql`SELECT name FROM pgboss.job_common WHERE name LIKE 'analyze%' ORDER BY 1`,
  );
  expect(analyses, "the winner alone has it analysed").toEqual([{ name: "analyze_basic" }, { name: "analyze_deep" }]);
});

test("a run whose worker died between its last result and its end is ended by the next sweep, once", async () => {
  const id = await aRun({ scenarios: 1 });
  // The result is committed with its job; nothing runs any more afterwards.
  const dies: Handlers["probe"] = (ctx, job, signal) => HANDLERS.probe({ ...ctx, db: dyingAfter(1) }, job, signal);
  await work({ probe: dies, sweep: async () => {} });
  expect([await itemsOf(id), await status(id)]).toEqual([{ completed: 1 }, "RUNNING"]);
  const ctx = await aCtx();
  const swept = await Promise.all([sweepRuns(ctx), sweepRuns(ctx)]);
  expect([swept.reduce((sum, { finished }) => sum + finished, 0), await status(id)]).toEqual([1, "COMPLETED"]);
});

test("a bulk verb takes at most 5,000 items, and says whether others are left", async () => {
  const id = await aRun({ scenarios: 1 });
  // Nobody waits until so many have failed one by one.
  await execute(
    db,
    sql`INSERT INTO run_items (run_id, place, scenario_place, scenario_id, model_id, repetition, job_id, state, is_live, class, ended_at)
        SELECT ${id}, n, 0, 's0', 'mock/brief', 1 + n, gen_random_uuid(), 'failed', false, 'transient', ringback_now()
        FROM generate_series(1, 5020) AS n`,
  );
  const ctx = await aCtx();
  const look = () => retryFailed(ctx, id, { dryRun: true });
  expect(await look()).toMatchObject({ count: 5_000, hasMore: true });
  await execute(db, sql`DELETE FROM run_items WHERE run_id = ${id} AND place > 5000`);
  expect(await look()).toMatchObject({ count: 5_000, hasMore: false });
});

test("a large run is queued in chunks, cannot end before all are in, and is filled when the process that began it died", async () => {
  const definitionId = await aDefinition(550);
  const ctx = await aCtx();
  const models = ["mock/brief"];
  await openQueues(ctx);
  // It dies after its first commit: nothing runs any more in this process.
  const died = startRun({ ...ctx, db: dyingAfter(1) }, { definitionId, models, repetitions: 10 });
  await expect(died).rejects.toThrow("the process died");
  const [started] = (await runs({ db })).runs;
  expect(started).toMatchObject({ total: 5_500, queued: 5_000, isSealed: false });
  expect((await waitingBecause({ db }, started!.id)).reasons.map(({ code }) => code)).toContain("NOT_ALL_QUEUED");
  await execute(db, sql`UPDATE run_items SET state = 'cancelled', is_live = false, ended_at = ringback_now()`);
  expect(await finishRun(ctx, started!.id)).toBe(false);
  await sweepRuns(ctx);
  expect(await run({ db }, started!.id)).toMatchObject({ queued: 5_500, isSealed: true, status: "PENDING" });
  expect(await jobs()).toEqual({ "probe_scenario created": 5_500 });
  const cells = sql`SELECT count(DISTINCT (scenario_id, model_id, repetition))::int AS n FROM run_items`;
  expect(await query(db, z.object({ n: z.int() }), cells)).toEqual([{ n: 5_500 }]);
  await cancelRun(ctx, started!.id);
  expect(await itemsOf(started!.id)).toEqual({ cancelled: 5_500 });
  expect(await jobs(), "jobs of items that were taken away by hand").toEqual({
    "probe_scenario cancelled": 500,
    "probe_scenario created": 5_000,
  });
  await sweepRuns(ctx);
  expect(await jobs()).toEqual({ "probe_scenario cancelled": 5_500 });
});

/** A handle that begins so many transactions and no more. */
function dyingAfter(most: number): typeof db {
  let begun = 0;
  return new Proxy(db, {
    get(target, name) {
      if (name !== "$transaction") return Reflect.get(target, name);
      return (work: Parameters<typeof db.$transaction>[0]) => {
        begun += 1;
        if (begun > most) throw new Error("the process died");
        return target.$transaction(work);
      };
    },
  });
}

test("a spent budget of tokens pauses the run by itself, once", async () => {
  const id = await aRun({ scenarios: 10, maxTokens: 20 });
  await work({}, 1);
  expect(await status(id)).toBe("PAUSED");
  const [held] = await pausesNow({ db });
  expect(held).toMatchObject({ isAutomatic: true, why: "Its budget of 20 tokens is spent." });
  await resumeRun(await aCtx(), id);
  await work();
  expect(await status(id)).toBe("COMPLETED");
});

test("a run that has ended is not paused by its budget when its failed items succeed after all", async () => {
  const id = await aRun({ models: ["mock/brief", "mock/broken"], scenarios: 2, maxTokens: 1_000_000 });
  await workItOut();
  await execute(db, sql`UPDATE runs SET max_tokens = 1 WHERE id = ${id}`);
  await retryFailed(await aCtx(), id);
  const healed: Handlers["probe"] = (ctx, job, signal) =>
    HANDLERS.probe(ctx, { ...job, modelId: "mock/brief" }, signal);
  await work({ probe: healed }, 1);
  expect([await status(id), await itemsOf(id), await pausesNow({ db })]).toEqual(["COMPLETED", { completed: 4 }, []]);
});

// ------------------------------------------------------------ pauses

test("a run that is paused for longer than all retries would last begins nothing, not after a restart either, spends no attempt, and finishes when it goes on", async () => {
  const id = await aRun({ models: ["mock/broken"], scenarios: 2 });
  await work();
  await pauseRun(await aCtx(), id, { why: "the provider is down" });
  const restarted = await aCtx({ db: connectTest() });
  for (let day = 0; day < 4; day += 1) {
    await advance({ days: 20 });
    await work();
    await drainForCron(restarted, UNBOUNDED);
  }
  expect(await jobs()).toEqual({ "probe_scenario retry": 2 });
  expect(await itemsOf(id)).toEqual({ waiting: 2 });
  await resumeRun(await aCtx(), id);
  await work();
  expect(await jobs(), "the second attempt of four").toEqual({ "probe_scenario retry": 2 });
  await advance({ minutes: 10 });
  const healed: Handlers["probe"] = (ctx, job, signal) =>
    HANDLERS.probe(ctx, { ...job, modelId: "mock/brief" }, signal);
  await work({ probe: healed });
  expect([await itemsOf(id), await status(id)]).toEqual([{ completed: 2 }, "COMPLETED"]);
});

test("a run whose last conversation ends during a soft pause has completed, and is paused no more", async () => {
  const id = await aRun({ scenarios: 1 });
  const pauses: Handlers["probe"] = async (ctx, job, signal) => {
    await pauseRun(await aCtx(), id, { why: "lunch" });
    return HANDLERS.probe(ctx, job, signal);
  };
  await work({ probe: pauses });
  expect([await status(id), await pausesNow({ db })]).toEqual(["COMPLETED", []]);
});

test("several pauses may hold one run; each is named, and all must end", async () => {
  const id = await aRun();
  const ctx = await aCtx();
  await pauseRun(ctx, id, { why: "one" });
  await pauseModel(ctx, "mock/brief", { why: "two", isHard: true });
  await pauseQueue(ctx, { why: "three" });
  const held = await pausesNow({ db });
  expect(held.map(({ scope, why, isHard, pausedBy }) => [scope, why, isHard, pausedBy])).toEqual([
    ["run", "one", false, "service"],
    ["model", "two", true, "service"],
    ["queue", "three", false, "service"],
  ]);
  const steps = [() => resumeRun(ctx, id), () => resumeModel(ctx, "mock/brief"), () => resumeQueue(ctx)];
  for (const step of steps) {
    await work();
    expect(await itemsOf(id)).toEqual({ waiting: 3 });
    await step();
  }
  await work();
  expect(await itemsOf(id)).toEqual({ completed: 3 });
});

test("a pause ends by itself at its time", async () => {
  const id = await aRun();
  const ctx = await aCtx();
  await expect(pauseRun(ctx, id, { until: START.toISOString() })).rejects.toThrow("must be a time to come");
  await pauseRun(ctx, id, { until: "2026-03-02T10:00:00Z" });
  await advance({ minutes: 59 });
  await work();
  expect([await status(id), await itemsOf(id)]).toEqual(["PAUSED", { waiting: 3 }]);
  await advance({ minutes: 1 });
  expect(await status(id)).toBe("PENDING");
  await work();
  expect(await status(id)).toBe("COMPLETED");
});

test("a run that is started while everything is paused is queued all the same", async () => {
  await pauseQueue(await aCtx());
  const id = await aRun();
  expect(await jobs()).toEqual({ "probe_scenario created": 3 });
  await work();
  expect(await status(id)).toBe("PENDING");
});

test("a soft pause lets a running conversation finish; a hard one takes it back at its next turn, without an attempt", async () => {
  for (const isHard of [false, true]) {
    const id = await aRun({ scenarios: 1, turns: 3 });
    let begun = 0;
    const pausedMeanwhile: Handlers["probe"] = async (ctx, job, signal) => {
      begun += 1;
      await pauseRun(await aCtx(), id, { isHard });
      return HANDLERS.probe(ctx, job, signal);
    };
    await work({ probe: pausedMeanwhile });
    expect([begun, await itemsOf(id)]).toEqual([1, isHard ? { waiting: 1 } : { completed: 1 }]);
    if (isHard) {
      await resumeRun(await aCtx(), id);
      await work();
      const [item] = await query(
        db,
        z.object({ n: z.int() }),
        sql`SELECT attempts AS n FROM run_items WHERE run_id = ${id}`,
      );
      expect([item?.n, await status(id)]).toEqual([1, "COMPLETED"]);
    }
  }
});

test("runs are listed by state, the newest first, page by page", async () => {
  const ids = [await aRun(), await aRun(), await aRun()];
  await pauseRun(await aCtx(), ids[1]!);
  expect((await runs({ db }, { status: "PAUSED" })).runs.map(({ id }) => id)).toEqual([ids[1]]);
  const { runs: first, next } = await runs({ db }, { first: 2 });
  expect(first.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
  const { runs: rest, next: none } = await runs({ db }, { first: 2, after: next! });
  expect([rest.map(({ id }) => id), none]).toEqual([[ids[0]], null]);
});
