import { expect, test } from "vitest";
import { UNBOUNDED } from "#lib/time/until";
import { openQueues } from "#modules/jobs";
import { analyzeAgain, cancelRun, failureGroups, HANDLERS, item, run, timeline } from "#modules/runs";
import { aRun, itemsOf, work } from "#tests/factories/runs";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";
import { claimProbes } from "../jobs/sql/claim.ts";
import { touchJobs } from "../jobs/sql/settle.ts";
import { OwedWrites } from "../jobs/owed-writes.ts";
import { Places } from "../jobs/places.ts";
import { maintain, Upkeep } from "../jobs/upkeep.ts";
import { beSeen } from "../jobs/workers.ts";
import { analysesWaitingOf } from "./waiting.ts";

const upkeep = async () => maintain(await aCtx(), await openQueues(await aCtx()), HANDLERS);
const story = async (id: number) =>
  (await timeline({ db }, `${id}-0`)).map(({ kind, attempt, error }) => [kind, attempt, error]);

const LOST = "The worker that held it was lost: it gave no sign of life for 60 seconds.";

test("an attempt whose worker was lost is counted once, however many look, and its story says so and that it runs again", async () => {
  const id = await aRun({ scenarios: 1 });
  const [stale] = await claimProbes(await aCtx(), 1);
  await advance({ seconds: 61 });
  await Promise.all([upkeep(), upkeep(), upkeep()]);
  expect(await story(id)).toEqual([
    ["queued", null, null],
    ["lost", 1, `${LOST} It runs again.`],
  ]);
  // The worker was only slow; it learns that the job is no longer its own.
  await HANDLERS.probe(await aCtx(), stale!, new AbortController().signal);
  expect(await item({ db }, `${id}-0`)).toMatchObject({ state: "waiting", attempts: 1, class: "expired" });
  await advance({ seconds: 20 });
  await work();
  expect((await story(id)).slice(1)).toEqual([
    ["lost", 1, `${LOST} It runs again.`],
    ["completed", 2, null],
  ]);
  expect(await item({ db }, `${id}-0`)).toMatchObject({ state: "completed", attempts: 2, error: null });
  await expectInvariants();
});

test("an attempt that takes too long is named as such, and the last one that is lost ends the item", async () => {
  const id = await aRun({ scenarios: 1 });
  const held = await claimProbes(await aCtx(), 1);
  await advance({ seconds: 301 });
  await touchJobs(await aCtx(), held);
  await upkeep();
  for (let attempt = 2; attempt <= 4; attempt += 1) {
    await advance({ minutes: 10 });
    expect(await claimProbes(await aCtx(), 1)).toMatchObject([{ attempt }]);
    await advance({ seconds: 61 });
    await upkeep();
  }
  expect((await story(id)).slice(1)).toEqual([
    ["lost", 1, "It took longer than 300 seconds. It runs again."],
    ["lost", 2, `${LOST} It runs again.`],
    ["lost", 3, `${LOST} It runs again.`],
    ["lost", 4, `${LOST} It was the last attempt.`],
  ]);
  expect(await itemsOf(id)).toEqual({ failed: 1 });
  expect(await failureGroups({ db }, id)).toMatchObject([{ class: "expired", code: "worker_lost", count: 1 }]);
  await expectInvariants();
});

test("a cancelled run whose worker is lost stays cancelled, and nothing of it begins again", async () => {
  const id = await aRun({ scenarios: 3 });
  expect(await claimProbes(await aCtx(), 2)).toHaveLength(2);
  await cancelRun(await aCtx(), id);
  for (let pass = 0; pass < 2; pass += 1) {
    await advance({ minutes: 10 });
    await upkeep();
    expect(await claimProbes(await aCtx(), 5)).toEqual([]);
  }
  expect([await itemsOf(id), (await run({ db }, id))?.status]).toEqual([{ cancelled: 3 }, "CANCELLED"]);
  expect((await story(id)).map(([kind]) => kind)).toEqual(["queued", "cancelled"]);
  await expectInvariants();
});

test("an analysis whose worker was lost says so, and is made again within minutes", async () => {
  const id = await aRun({ scenarios: 1 });
  await work();
  await analyzeAgain(await aCtx(), id);
  await (await openQueues(await aCtx())).fetch("analyze_deep");
  await advance({ seconds: 61 });
  await upkeep();
  await beSeen(await aCtx(), { id: "other", kind: "worker" });
  const sentences = (await analysesWaitingOf({ db }, [id]))[0]!.map(({ kind, reasons }) => [
    kind,
    reasons[0]?.sentence,
  ]);
  expect(Object.fromEntries(sentences)).toMatchObject({
    deep: expect.stringMatching(/^The worker that made it was lost\. It is tried again at 2026-.*\.$/),
  });
  await advance({ minutes: 2 });
  const made: string[] = [];
  await work({ analyze: async (_ctx, kind) => void made.push(kind) });
  expect(made).toContain("deep");
});

test("an analysis that takes long keeps its worker while that gives signs of life", async () => {
  const id = await aRun({ scenarios: 1 });
  await work();
  await analyzeAgain(await aCtx(), id);
  const ctx = await aCtx();
  const boss = await openQueues(ctx);
  const jobId = (await boss.fetch("analyze_deep"))[0]!.id;
  const places = new Places(1, () => {});
  const ends = Promise.withResolvers<void>();
  places.begin({ queue: "analyze_deep", id: jobId, retryCount: 0 }, () => ends.promise);
  const handlers = { ...HANDLERS, sweep: async () => {} };
  for (let beat = 0; beat < 2; beat += 1) {
    await advance({ seconds: 50 });
    const way = { worker: { id: "w", kind: "worker" }, ...UNBOUNDED } as const;
    const kept = new Upkeep({ ctx, boss, handlers, places, owed: new OwedWrites(ctx.log) }, way);
    await kept.doDue();
    await kept.pass;
  }
  ends.resolve();
  expect((await boss.getJobById("analyze_deep", jobId))?.state).toBe("active");
});
