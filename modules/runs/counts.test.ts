/** The queries of screens and programs about large runs: counts, lists, timelines, two runs side by side. */
import { expect, test } from "vitest";
import { z } from "zod";
import { violated } from "#lib/database/error";
import { execute, query, sql } from "#lib/database/sql";
import { invariants } from "../all.ts";
import {
  cancelRun,
  compareRuns,
  deadLetters,
  items,
  models,
  progress,
  progressOf,
  queueStatus,
  retryFailed,
  runs,
  timeline,
} from "#modules/runs";
import { sweepRuns } from "./sweep.ts";
import { expectInvariants } from "#tests/factories/invariants";
import { aRun, work, workItOut } from "#tests/factories/runs";
import { aCtx } from "#tests/setup/ctx";
import { db } from "#tests/setup/database";

test("workers that settle items of one model at once, a cancel and a retry leave counts that are what the items add up to", async () => {
  const [one, two] = [
    await aRun({ models: ["mock/brief", "mock/broken"], scenarios: 12 }),
    await aRun({ scenarios: 30 }),
  ];
  await Promise.all([work({}, 8, "a"), work({}, 8, "b"), cancelRun(await aCtx(), two)]);
  await workItOut();
  await retryFailed(await aCtx(), one, { modelId: "mock/broken" });
  await expectInvariants();
  const list = await runs({ db });
  const found = await progressOf({ db }, list.runs);
  expect(found.get(one)).toEqual(await progress({ db }, one));
  expect(found.get(one)).toMatchObject({ total: 24, completed: 12, failed: 12 });
  expect((await queueStatus({ db })).totals).toMatchObject({ pending: 12, active: 0 });
});

test("a count that was changed behind the items is found by an invariant, and the sweep corrects it once", async () => {
  const id = await aRun({ scenarios: 4 });
  await work();
  await execute(db, sql`UPDATE run_counts SET completed = completed + 7 WHERE run_id = ${id}`);
  const { statement } = invariants.find((one) => one.id === "run-counts-are-its-items")!;
  expect(await db.$queryRaw(statement)).toEqual([{ example: `run ${id}` }]);
  const ctx = await aCtx();
  const swept = await Promise.all([sweepRuns(ctx), sweepRuns(ctx)]);
  expect(swept.reduce((sum, { recounted }) => sum + recounted, 0)).toBeGreaterThan(0);
  expect(await progress({ db }, id)).toMatchObject({ completed: 4, percentComplete: 100 });
  await expectInvariants();
});

test("what an attempt used before it failed counts with its item, and so with the budget of the run", async () => {
  const id = await aRun({ models: ["mock/flaky"], scenarios: 12, turns: 3 });
  await workItOut();
  const found = await query(
    db,
    z.object({ attempts: z.int(), used: z.int(), turns: z.array(z.int()) }),
    sql`SELECT attempts, (tokens_in + tokens_out)::int AS used, array(
          SELECT ((turn ->> 'tokensIn')::int + (turn ->> 'tokensOut')::int) FROM jsonb_array_elements(transcript) AS turn) AS turns
        FROM run_items JOIN run_transcripts USING (run_id, place) WHERE run_id = ${id}`,
  );
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
  for (const { attempts, used, turns } of found.filter(({ attempts }) => attempts < 3)) {
    // The model says the same at each attempt: the failed one got as far as some turn of the one that succeeded.
    const before = attempts === 1 ? [0] : turns.map((_, at) => sum(turns.slice(0, at)));
    expect(before).toContain(used - sum(turns));
  }
  expect(found.some(({ used, turns }) => used > sum(turns))).toBe(true);
  const [counted] = await query(
    db,
    z.object({ tokens: z.int() }),
    sql`SELECT sum(tokens)::int AS tokens FROM run_counts WHERE run_id = ${id}`,
  );
  const [items] = await query(
    db,
    z.object({ tokens: z.int() }),
    sql`SELECT sum(coalesce(tokens_in, 0) + coalesce(tokens_out, 0))::int AS tokens FROM run_items WHERE run_id = ${id}`,
  );
  expect(counted).toEqual(items);
  await expectInvariants();
});

test("an item's timeline has each failed attempt, the person who retried it, and its end", async () => {
  const id = await aRun({ models: ["mock/broken"], scenarios: 1 });
  await workItOut();
  const letters = await deadLetters({ db });
  expect(letters).toMatchObject({
    letters: [{ itemId: `${id}-0`, modelId: "mock/broken", title: "Scenario 0" }],
    hasMore: false,
  });
  await retryFailed(await aCtx({ actor: { kind: "supervisor", accountId: "ana" } }), id);
  await cancelRun(await aCtx(), await aRun());
  const events = await timeline({ db }, `${id}-0`);
  expect(events.map(({ kind, attempt, who }) => [kind, attempt, who])).toEqual([
    ["queued", null, events[0]!.who],
    ["failed", 1, null],
    ["failed", 2, null],
    ["failed", 3, null],
    ["failed", 4, null],
    ["retried", null, "supervisor ana"],
  ]);
  await expect(timeline({ db }, "1-999")).rejects.toMatchObject({ code: "not_found" });
  expect(await deadLetters({ db }, { runId: id })).toEqual({ letters: [], hasMore: false });
  expect((await models({ db })).find(({ modelId }) => modelId === "mock/broken")).toMatchObject({
    atOnce: 4,
    running: 0,
  });
});

test("a search that has read its share without finding anything says where it goes on", async () => {
  const id = await aRun({ scenarios: 2_001 });
  expect(await items({ db }, id, { search: "nowhere" })).toEqual({ items: [], next: 1_999 });
  expect(await items({ db }, id, { search: "nowhere", after: 1_999 })).toEqual({ items: [], next: null });
});

test("two runs are compared model by model over the scenarios of both, in words, and not with themselves", async () => {
  const [a, b] = [await aRun({ models: ["mock/brief", "mock/warm"] }), await aRun({ models: ["mock/brief"] })];
  expect(await compareRuns({ db }, a, b)).toMatchObject({
    note: `Runs ${a} and ${b} have no analysis yet. It is made when each of them ends, or now on its page.`,
    byModel: [
      {
        modelId: "mock/brief",
        a: null,
        b: null,
        sentence: `Nothing is said of mock/brief before run ${a} and run ${b} are analysed.`,
      },
      { modelId: "mock/warm", sentence: `mock/warm is not in run ${b}, so nothing is said of it.` },
    ],
  });
  const cells = (model: string, score: number) =>
    Array.from({ length: 8 }, (_, n) => ({
      scenarioId: `s${n}`,
      modelId: model,
      items: 1,
      completed: 1,
      failed: 0,
      refused: 0,
      score,
      latencyMs: { median: 5 },
    }));
  const keep = async (run: number, all: ReturnType<typeof cells>) => {
    const byModel = all.slice(0, 1).map((cell) => ({ ...cell, scenarioId: undefined, items: 8 }));
    const result = { byModel, byScenario: all };
    await execute(
      db,
      sql`INSERT INTO run_analyses VALUES (${run}, 'basic', 8, ${JSON.stringify(result)}::jsonb, NULL, ringback_now())`,
    );
  };
  await keep(a, cells("mock/brief", 0.25));
  await keep(b, cells("mock/brief", 0.75));
  const { note, byModel } = await compareRuns({ db }, a, b);
  expect(note).toBeNull();
  expect(byModel[0]).toMatchObject({
    a: { items: 8, score: 0.25, medianLatencyMs: 5 },
    b: { score: 0.75 },
    paired: { scenarios: 8, difference: 0.5, isTied: false },
    sentence: `mock/brief is better in run ${b} over the same 8 scenarios, by 0.50 of 1.`,
  });
  expect(byModel[1]!.sentence).toBe(`mock/warm is not in run ${b}, so nothing is said of it.`);
  const failed = await aRun();
  const why = "There is no Python 3 here.";
  await execute(db, sql`INSERT INTO run_analyses VALUES (${failed}, 'basic', 0, NULL, ${why}, ringback_now())`);
  expect((await compareRuns({ db }, a, failed)).note).toBe(`Run ${failed} has no analysis. ${why}`);
  const inWords = async (...scores: number[]) => {
    const like = await aRun();
    await keep(
      like,
      scores.map((score, n) => ({ ...cells("mock/brief", score)[0]!, scenarioId: `s${n}` })),
    );
    return (await compareRuns({ db }, a, like)).byModel[0]!.sentence;
  };
  const tied = "mock/brief is tied between the runs over the same 8 scenarios:";
  expect(await inWords(...Array<number>(8).fill(0.25))).toBe(`${tied} it scores the same in each.`);
  expect(await inWords(0, 0.5, 0, 0.5, 0, 0.5, 0, 0.5)).toBe(`${tied} on average it scores the same.`);
  expect(await inWords(0, 0.5, 0, 0.5, 0, 0.5, 0, 0.75)).toBe(`${tied} a difference of 0.03 may well be chance.`);
  expect(await inWords(0.25, 1)).toMatch(
    /has 2 scenarios in both runs; at least 6 are needed to say which is better\.$/,
  );
  const other = await aRun();
  await keep(other, [{ ...cells("mock/brief", 1)[0]!, scenarioId: "elsewhere" }]);
  expect((await compareRuns({ db }, b, other)).byModel.map(({ sentence }) => sentence)).toEqual([
    "mock/brief has no score for a scenario of both runs, so nothing is said of it.",
  ]);
  await expect(compareRuns({ db }, a, a)).rejects.toMatchObject({ name: "JobValidationError" });
});

test("an item of no run is refused, and the items of a run go with it", async () => {
  const id = await aRun({ scenarios: 2 });
  await work();
  const moved = execute(
    db,
    sql`INSERT INTO run_items (run_id, place, scenario_place, scenario_id, model_id, repetition, job_id)
    SELECT run_id + 1, place, scenario_place, scenario_id, model_id, repetition, gen_random_uuid() FROM run_items`,
  );
  await expect(moved).rejects.toSatisfy((error) => violated(error) === "run_counts_run_id_fkey");
  await execute(db, sql`DELETE FROM runs WHERE id = ${id}`);
  const left = sql`SELECT count(*)::int AS n FROM (SELECT run_id FROM run_items UNION ALL SELECT run_id FROM run_counts
    UNION ALL SELECT run_id FROM run_transcripts UNION ALL SELECT run_id FROM run_item_events) of_runs`;
  expect(await query(db, z.object({ n: z.int() }), left)).toEqual([{ n: 0 }]);
});
