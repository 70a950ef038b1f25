import { expect, test } from "vitest";
import type { Handlers } from "#modules/jobs";
import {
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

test("failures are grouped by what failed them, and a group can be tried again, with a look at it first", async () => {
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
