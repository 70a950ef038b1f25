import { expect, test } from "vitest";
import { z } from "zod";
import { execute, query, sql } from "#lib/database/sql";
import { type Handlers, pause } from "#modules/jobs";
import {
  analyzeAgain,
  cancelRun,
  definition,
  failureGroups,
  HANDLERS,
  item,
  items,
  pauseModel,
  pauseQueue,
  pauseRun,
  progress,
  queueStatus,
  recentTasks,
  redriveDeadLetters,
  resumeModel,
  retryFailed,
  run,
  waitingBecause,
} from "#modules/runs";
import { aDefinition, aRun, itemsOf, work, workItOut } from "#tests/factories/runs";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";
import { claimProbes } from "../jobs/sql/claim.ts";
import { beSeen } from "../jobs/workers.ts";
import { analysesWaitingOf } from "./waiting.ts";

const codes = async (id: number) => {
  const { reasons, items } = await waitingBecause({ db }, id);
  return [reasons.map(({ code }) => code), [...new Set(items.flatMap((item) => item.reasons.map(({ code }) => code)))]];
};

test("progress is counted from what has ended, by model, and is 100 only when everything has", async () => {
  const id = await aRun({ models: ["mock/brief", "mock/broken"], scenarios: 3 });
  expect(await progress({ db }, id)).toMatchObject({ total: 6, completed: 0, percentComplete: 0, stillRunning: 0 });
  await work();
  expect(await progress({ db }, id)).toMatchObject({
    completed: 3,
    failed: 0,
    percentComplete: 50,
    estimatedSecondsRemaining: null,
    byModel: [
      { modelId: "mock/brief", total: 3, completed: 3, failed: 0, stillRunning: 0, throttled: 0 },
      { modelId: "mock/broken", total: 3, completed: 0, failed: 0 },
    ],
  });
  await workItOut();
  expect(await progress({ db }, id)).toMatchObject({
    completed: 3,
    failed: 3,
    percentComplete: 100,
    estimatedSecondsRemaining: 0,
  });
});

test("the remaining time is estimated from the last completions, not before five are known, and not while the run is paused", async () => {
  const id = await aRun({ scenarios: 20 });
  let begunInAll = 0;
  const oneEachMinute: Handlers["probe"] = async (ctx, job, signal) => {
    const ended = begunInAll;
    begunInAll += 1;
    // A conversation begins while the end of the last one is written.
    await expect.poll(async () => (await progress({ db }, id)).completed).toBe(ended);
    await advance({ minutes: 1 });
    return HANDLERS.probe(ctx, job, signal);
  };
  const some = async (most: number) => {
    let begun = 0;
    const probe: Handlers["probe"] = async (ctx, job, signal) => {
      begun += 1;
      if (begun > most) {
        await pauseModel(await aCtx(), "mock/brief");
        return false;
      }
      return oneEachMinute(ctx, job, signal);
    };
    await work({ probe }, 1);
  };
  await some(4);
  expect(await progress({ db }, id)).toMatchObject({ completed: 4, estimatedSecondsRemaining: null });
  await resumeModel(await aCtx(), "mock/brief");
  await some(6);
  expect(await progress({ db }, id)).toMatchObject({ completed: 10, estimatedSecondsRemaining: null });
  await resumeModel(await aCtx(), "mock/brief");
  expect(await progress({ db }, id)).toMatchObject({ estimatedSecondsRemaining: 540 });
});

test("the latest tasks come first, five unless another number is asked for", async () => {
  const id = await aRun({ scenarios: 7 });
  await work();
  expect(await recentTasks({ db }, id)).toHaveLength(5);
  expect((await recentTasks({ db }, id, 7))[0]).toMatchObject({
    modelId: "mock/brief",
    status: "completed",
    error: null,
  });
  for (const limit of [0, 101, 1.5]) {
    await expect(recentTasks({ db }, id, limit)).rejects.toMatchObject({ name: "JobValidationError" });
  }
});

test("the sentence of a pause through the API says so in the word of the screens", async () => {
  const id = await aRun();
  await pauseRun(await aCtx({ actor: { kind: "service" } }), id, { why: "incident" });
  const { reasons } = await waitingBecause({ db }, id);
  expect(reasons[0]?.sentence).toBe("The run was paused by the API: incident");
});

test("everything that waits says why: no worker, a pause with its author, the time of the next attempt, next in line", async () => {
  const id = await aRun({ models: ["mock/broken"] });
  expect(await codes(id)).toEqual([["NO_WORKER"], ["NO_WORKER"]]);
  await work();
  expect(await codes(id)).toEqual([["RETRY_AT"], ["RETRY_AT"]]);
  await pauseRun(await aCtx({ actor: { kind: "supervisor", accountId: "ana" } }), id, { why: "incident" });
  await pauseModel(await aCtx(), "mock/broken");
  await pauseQueue(await aCtx());
  const { reasons, items } = await waitingBecause({ db }, id);
  expect(reasons[0]?.sentence).toBe("The run was paused by supervisor ana: incident");
  expect(items[0]?.reasons.map(({ code }) => code)).toEqual(["PAUSED_RUN", "PAUSED_MODEL", "PAUSED_QUEUE", "RETRY_AT"]);
  const ended = await aRun();
  await cancelRun(await aCtx(), ended);
  expect(await waitingBecause({ db }, ended)).toEqual({ reasons: [], items: [] });
});

test("the reasons of a run name the model that each concerns, those of an item speak of the item itself", async () => {
  const id = await aRun({ models: ["mock/broken", "mock/flaky"], scenarios: 4 });
  await work();
  const { reasons, items } = await waitingBecause({ db }, id);
  const wording = (sentence: string) => sentence.replace(/ at .*/, "");
  expect(reasons.map(({ sentence }) => wording(sentence))).toEqual([
    "A conversation with mock/broken is tried again",
    "A conversation with mock/flaky is tried again",
  ]);
  expect(items.flatMap((item) => item.reasons.map(({ sentence }) => wording(sentence)))).toContain("It is tried again");
});

/** The codes of every item that has not ended, of all runs; each item is named, and each reason has a sentence. */
async function whyEachWaits(): Promise<Record<string, string[]>> {
  const live = await query(
    db,
    z.object({ id: z.int(), itemId: z.string() }),
    sql`SELECT run_id AS id, run_id || '-' || place AS "itemId" FROM run_items WHERE is_live ORDER BY run_id, place`,
  );
  const named = new Map<string, string[]>();
  for (const id of new Set(live.map((one) => one.id))) {
    for (const { itemId, reasons } of (await waitingBecause({ db }, id, 1_000)).items) {
      for (const { sentence } of reasons) expect(sentence).toMatch(/^[A-Z0-9m].+[.]$/);
      named.set(
        itemId,
        reasons.map(({ code }) => code),
      );
    }
  }
  expect([...named.keys()].sort()).toEqual(live.map(({ itemId }) => itemId).sort());
  return Object.fromEntries(named);
}

/** Each item of a run with the same codes. */
const allOf = (id: number, items: number, ...reasons: string[]) =>
  Object.fromEntries(Array.from({ length: items }, (_, place) => [`${id}-${place}`, reasons]));

test("every waiting row of a mixed queue says why it waits and when it goes on, and it does go on then", async () => {
  const healed: Handlers["probe"] = (at, job, signal) => HANDLERS.probe(at, { ...job, modelId: "mock/brief" }, signal);
  const dead = await aRun({ models: ["mock/broken"], scenarios: 2, priority: "HIGH" });
  await workItOut();
  await retryFailed(await aCtx(), dead, { itemIds: [`${dead}-0`] });
  const failing = await aRun({ models: ["mock/broken"], scenarios: 1 });
  await work();
  const lost = await aRun({ scenarios: 1 });
  await execute(db, sql`DELETE FROM pgboss.job_common WHERE group_id = ${`${lost}/mock/brief`}`);
  const held = await aRun({ scenarios: 2, priority: "LOW" });
  const stopped = await aRun({ models: ["mock/warm"], scenarios: 2 });
  const throttled = await aRun({ models: ["mock/slow"], scenarios: 2 });
  const busy = await aRun({ models: ["mock/refuses"], scenarios: 5 });
  const ctx = await aCtx();
  const until = (minutes: number) => new Date(ctx.now.getTime() + minutes * 60_000);
  await pauseRun(ctx, held, { until: until(30).toISOString(), why: "The desk is closed." });
  await pauseModel(ctx, "mock/warm", { isHard: true });
  await pause(ctx, { scope: "model", target: "mock/slow" }, { isAutomatic: true, until: until(60) });
  const claimed = await claimProbes(ctx, 10);
  const next = await aRun({ scenarios: 1 });
  await analyzeAgain(ctx, dead);
  await beSeen(ctx, { id: "other", kind: "worker" });

  const waiting = await whyEachWaits();
  expect(waiting).toEqual({
    [`${dead}-0`]: ["RETRY_AT"],
    [`${failing}-0`]: ["RETRY_AT"],
    ...allOf(lost, 1, "LOST"),
    ...allOf(held, 2, "PAUSED_RUN"),
    ...allOf(stopped, 2, "PAUSED_MODEL"),
    ...allOf(throttled, 2, "THROTTLED"),
    ...allOf(busy, 5, "MODEL_LIMIT"),
    ...Object.fromEntries(claimed.map(({ runId, place }) => [`${runId}-${place}`, ["RUNNING"]])),
    ...allOf(next, 1, "FAIR_SHARE"),
  });
  expect(claimed).toHaveLength(4);
  const [analyses] = await analysesWaitingOf({ db }, [dead]);
  expect(analyses?.map(({ reasons }) => reasons.map(({ sentence }) => sentence))).toEqual([
    ["It is next."],
    ["It is next."],
  ]);

  // What waits for a worker, a sweep or the end of others goes on now; what names a time or a person's pause does not.
  for (const job of claimed) await HANDLERS.probe(ctx, job, new AbortController().signal);
  await work({ probe: healed });
  const timed = [`${dead}-0`, `${failing}-0`, ...[held, stopped, throttled].flatMap((id) => [`${id}-0`, `${id}-1`])];
  expect(Object.keys(await whyEachWaits()).sort()).toEqual(timed.sort());
  expect((await analysesWaitingOf({ db }, [dead]))[0]).toEqual([]);
  await advance({ minutes: 31 });
  await work({ probe: healed });
  expect(Object.keys(await whyEachWaits()).sort()).toEqual(
    Object.keys({ ...allOf(stopped, 2), ...allOf(throttled, 2) }),
  );
  await advance({ minutes: 30 });
  await resumeModel(await aCtx(), "mock/warm");
  await work({ probe: healed });
  expect(await whyEachWaits()).toEqual({});

  // A dead letter waits for nobody, until it is tried again.
  expect(await itemsOf(dead)).toEqual({ completed: 1, failed: 1 });
  await redriveDeadLetters(await aCtx(), { runId: dead });
  await beSeen(await aCtx(), { id: "other", kind: "worker" });
  expect(await whyEachWaits()).toEqual({ [`${dead}-1`]: ["FAIR_SHARE"] });
  await work({ probe: healed });
  expect([await whyEachWaits(), await itemsOf(dead)]).toEqual([{}, { completed: 2 }]);
});

test("failures are grouped by what failed them, and one group alone can be tried again, with a look at it first", async () => {
  const id = await aRun({ models: ["mock/broken", "mock/brief"], scenarios: 3 });
  await workItOut();
  expect(await failureGroups({ db }, id)).toEqual([
    {
      class: "transient",
      code: "http_503",
      count: 3,
      models: ["mock/broken"],
      sample: "mock/broken could not be reached.",
    },
  ]);
  const ctx = await aCtx();
  expect(await retryFailed(ctx, id, { class: "transient", dryRun: true })).toMatchObject({ count: 3, dryRun: true });
  expect(await retryFailed(ctx, id, { modelId: "mock/brief" })).toMatchObject({ count: 0 });
  // Another error of the same class is another group, and is not retried with this one.
  await db.$executeRaw`UPDATE run_items SET code = NULL WHERE run_id = ${id} AND place = 0`;
  const ofGroup = (code: string) => retryFailed(ctx, id, { class: "transient", code, dryRun: true });
  expect([await ofGroup("http_503"), await ofGroup("")].map(({ count }) => count)).toEqual([2, 1]);
  expect((await queueStatus({ db })).totals).toMatchObject({ pending: 0, failed: 3 });
  expect(await retryFailed(ctx, id, { itemIds: [`${id}-0`] })).toMatchObject({ count: 1, sample: [`${id}-0`] });
  expect(await retryFailed(ctx, id)).toMatchObject({ count: 2, hasMore: false });
  expect(await retryFailed(ctx, id), "an item that is being retried already is left alone").toMatchObject({ count: 0 });
});

test("an item that is retried in an ended run counts when it succeeds, and the run stays as it ended", async () => {
  const id = await aRun({ models: ["mock/broken", "mock/brief"], scenarios: 2 });
  await workItOut();
  expect([(await run({ db }, id))?.status, await itemsOf(id)]).toEqual(["COMPLETED", { completed: 2, failed: 2 }]);
  await retryFailed(await aCtx(), id);
  const healed: Handlers["probe"] = (ctx, job, signal) =>
    HANDLERS.probe(ctx, { ...job, modelId: "mock/brief" }, signal);
  await work({ probe: healed });
  expect([(await run({ db }, id))?.status, await itemsOf(id)]).toEqual(["COMPLETED", { completed: 4 }]);
});

test("a dead letter that is tried again and fails again is a dead letter again", async () => {
  const id = await aRun({ models: ["mock/broken"], scenarios: 2 });
  await workItOut();
  const ctx = await aCtx();
  for (let round = 0; round < 2; round += 1) {
    expect(await redriveDeadLetters(ctx, { dryRun: true })).toMatchObject({ count: 2 });
    expect(await redriveDeadLetters(ctx, { runId: id })).toMatchObject({ count: 2 });
    expect(await redriveDeadLetters(ctx, { dryRun: true })).toMatchObject({ count: 0 });
    await workItOut();
    expect(await itemsOf(id)).toEqual({ failed: 2 });
  }
  expect(await redriveDeadLetters(ctx, { dryRun: true })).toMatchObject({ count: 2 });
});

test("items are listed page by page, by state, by model and by what was said; one is shown with its transcript", async () => {
  const id = await aRun({ models: ["mock/brief", "mock/warm"], scenarios: 3 });
  await work();
  const { items: first, next } = await items({ db }, id, { first: 4 });
  expect([first.length, next, first[0]]).toMatchObject([
    4,
    3,
    { itemId: `${id}-0`, title: "Scenario 0", state: "completed" },
  ]);
  expect((await items({ db }, id, { after: next! })).items.map(({ place }) => place)).toEqual([4, 5]);
  const warm = await items({ db }, id, { search: "WE VALUE HONESTY" });
  expect(warm.items.map(({ modelId }) => modelId)).toEqual(Array(3).fill("mock/warm"));
  expect((await items({ db }, id, { modelId: "mock/brief", state: "failed" })).items).toEqual([]);
  expect(await item({ db }, `${id}-1`)).toMatchObject({
    transcript: [{ asked: expect.any(String), finishReason: "stop" }],
  });
  for (const none of ["1-99", "x", "1", ""])
    await expect(item({ db }, none)).rejects.toMatchObject({ code: "not_found" });
  await expect(items({ db }, id, { first: 0 })).rejects.toMatchObject({ name: "JobValidationError" });
});

test("a run has changed when one of its items has ended, and not otherwise", async () => {
  const id = await aRun();
  const { changedAt } = (await run({ db }, id))!;
  expect(await run({ db }, id, changedAt)).toBeNull();
  await advance({ seconds: 1 });
  await work();
  expect(await run({ db }, id, changedAt)).toMatchObject({ id, status: "COMPLETED" });
});

test("a definition is found by its id, until it is not", async () => {
  expect(await definition({ db }, await aDefinition(2))).toMatchObject({ name: "Angry customers" });
  expect(await definition({ db }, 99)).toBeNull();
});
