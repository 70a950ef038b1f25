import { printSchema } from "graphql";
import { expect, test } from "vitest";
import { z } from "zod";
import type { Reason } from "#client/runs";
import { execute, query, sql } from "#lib/database/sql";
import { pause } from "#modules/jobs";
import { analyzeAgain, pauseModel, pauseQueue, pauseRun, resumeModel, retryFailed } from "#modules/runs";
import { expectInvariants } from "#tests/factories/invariants";
import { aDefinition, aRun, itemsOf, work, workItOut } from "#tests/factories/runs";
import { aCtx } from "#tests/setup/ctx";
import { db } from "#tests/setup/database";
import { schema } from "../../app/api/graphql/schema.ts";
import { api } from "./api.ts";
import { asked, graphql } from "./graphql.ts";
import { reasonsOf, reasonText, shortReason } from "../../app/runs/words.ts";

test("schema.graphql is what the code says; `npm test -- tests/routes/graphql.test.ts -u` writes it anew", async () => {
  await expect(`${printSchema(schema)}\n`).toMatchFileSnapshot("../../app/api/graphql/schema.graphql");
});

test("a definition is made, a run of it started, paused, resumed and cancelled, each in one mutation", async () => {
  const made = await asked(
    `mutation ($input: CreateDefinitionInput!) { createDefinition(input: $input) { id scenarioCount scenarios { id messages values } } }`,
    {
      variables: { input: { name: "Parcels", scenarios: [{ id: "late", title: "Late", messages: ["Where is it?"] }] } },
    },
  );
  expect(made.createDefinition).toMatchObject({
    scenarioCount: 1,
    scenarios: [{ id: "late", messages: ["Where is it?"], values: [] }],
  });
  const { startRun } = await asked(
    `mutation ($input: StartRunInput!) { startRun(input: $input) { jobCount run { id status sampleSeed maxTokens } } }`,
    {
      variables: {
        input: {
          definitionId: made.createDefinition!.id,
          models: ["mock/brief", "mock/warm"],
          sampleSeed: "9007199254740993",
          maxTokens: 50_000,
        },
      },
    },
  );
  expect(startRun).toMatchObject({
    jobCount: 2,
    run: { status: "PENDING", sampleSeed: "9007199254740993", maxTokens: "50000" },
  });
  const { id } = startRun!.run!;
  const change = async (mutation: string) => Object.values(await asked(`mutation { ${mutation} }`))[0];
  expect(
    await change(`pauseRun(id: ${id}, input: { isHard: true, why: "lunch" }) { status waitingBecause { code } }`),
  ).toMatchObject({ status: "PAUSED", waitingBecause: expect.arrayContaining([{ code: "PAUSED_RUN" }]) });
  expect(await change(`resumeRun(id: ${id}) { status }`)).toEqual({ status: "PENDING" });
  expect(await change(`cancelRun(id: ${id}) { status }`)).toEqual({ status: "CANCELLED" });
  const { errors } = await graphql(`mutation { pauseRun(id: ${id}) { id } }`);
  expect(errors).toMatchObject([{ path: ["pauseRun"], extensions: { code: "wrong_state", status: "CANCELLED" } }]);
});

/** The answers of these mutations, sent at the same moment, five of each. */
const atOnce = (...mutations: string[]) =>
  Promise.all(
    Array.from({ length: 5 * mutations.length }, (_, n) => graphql(`mutation { ${mutations[n % mutations.length]} }`)),
  );

test("callers who pause, resume, retry and redrive a run at the same moment, while it drains, are all answered, and no item is retried twice", async () => {
  // A model that stays paused keeps the run open.
  for (const model of ["mock/brief", "mock/warm"]) await pauseModel(await aCtx(), model);
  const id = await aRun({ models: ["mock/brief", "mock/warm", "mock/broken"], scenarios: 6 });
  await workItOut();
  expect(await itemsOf(id)).toEqual({ waiting: 12, failed: 6 });
  await resumeModel(await aCtx(), "mock/brief");
  const [answers] = await Promise.all([
    atOnce(
      `pauseRun(id: ${id}) { id }`,
      `retryFailed(runId: ${id}) { count }`,
      `resumeRun(id: ${id}) { id }`,
      `redriveDeadLetters(runId: ${id}) { count }`,
    ),
    work(),
  ]);
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  const counts = answers.flatMap(({ data }) => Object.values(data!).map((one) => Number(one.count ?? 0)));
  expect(counts.reduce((sum, count) => sum + count)).toBe(6);
  await asked(`mutation { resumeRun(id: ${id}) { id } }`);
  await work();
  // The retried ones wait for the next of their new attempts.
  expect(await itemsOf(id)).toEqual({ completed: 6, waiting: 12 });
  await expectInvariants();
});

test("callers who cancel, pause and retry a run at the same moment, while it drains, cancel it once and for all", async () => {
  const id = await aRun({ models: ["mock/slow"], scenarios: 20 });
  const [answers] = await Promise.all([
    atOnce(`cancelRun(id: ${id}) { status }`, `pauseRun(id: ${id}) { status }`, `retryFailed(runId: ${id}) { count }`),
    work(),
  ]);
  const cancelled = answers.filter((_, n) => n % 3 === 0);
  expect(cancelled.map(({ data }) => data?.cancelRun)).toEqual(
    Array.from({ length: 5 }, () => ({ status: "CANCELLED" })),
  );
  const codes = new Set(answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code)));
  expect([...codes].filter((code) => code !== "wrong_state")).toEqual([]);
  const { waiting = 0 } = await itemsOf(id);
  const open = await query(db, z.object({ id: z.int() }), sql`SELECT id FROM job_pauses WHERE ended_at IS NULL`);
  const entries = await db.auditEntry.count({ where: { action: "run.cancelled" } });
  expect({ waiting, pauses: open.length, entries }).toEqual({ waiting: 0, pauses: 0, entries: 1 });
  await expectInvariants();
});

test("a run is watched with its progress, its last tasks and its queues; without a change there is nothing new", async () => {
  const id = await aRun({ models: ["mock/brief"], scenarios: 2 });
  await work();
  const { run, queueStatus } = await asked(
    `query ($id: ID!) {
       run(id: $id) { changedAt progress { total completed percentComplete byModel { modelId completed } } recentTasks(limit: 1) { status } }
       queueStatus { isPaused jobTypes { type completed } totals { completed } }
     }`,
    { variables: { id } },
  );
  expect(run!.progress).toEqual({
    total: 2,
    completed: 2,
    percentComplete: 100,
    byModel: [{ modelId: "mock/brief", completed: 2 }],
  });
  expect(run!.recentTasks).toEqual([{ status: "completed" }]);
  expect(queueStatus!.jobTypes).toContainEqual({ type: "probe:scenario", completed: 2 });
  const since = `query ($since: DateTime!) { run(id: ${id}, changedSince: $since) { id } }`;
  expect(await asked(since, { variables: { since: run!.changedAt } })).toEqual({ run: null });
});

test("a query goes by GET as well, a mutation does not", async () => {
  await aDefinition();
  const get = (query: string) => api(`GET /graphql?query=${encodeURIComponent(query)}`);
  expect((await get("{ definitions { name } }")).body).toEqual({
    data: { definitions: [{ name: "Angry customers" }] },
  });
  const refused = await get(`mutation { pauseQueue { id } }`);
  expect([refused.status, refused.body.code, refused.headers.get("allow")]).toEqual([
    405,
    "method_not_allowed",
    "POST",
  ]);
  expect((await asked("{ queueStatus { isPaused } }")).queueStatus).toEqual({ isPaused: false });
});

const REASON =
  "waitingBecause { code modelId until since pausedBy isHard why running atOnce ahead queued total sentence }";

type Because = { waitingBecause: (Reason & { sentence: string })[] };
type Watched = Because & {
  id: string;
  analysesWaiting: (Because & { kind: string })[];
  items: { items: (Because & { itemId: string; modelId: string })[] };
};

/** Everything in the queue that has not ended, as the tables have it, and how the API says each waits. */
async function everythingThatWaits() {
  const [rows] = await query(
    db,
    z.object({ runs: z.array(z.string()), items: z.array(z.string()), analyses: z.array(z.string()) }),
    sql`SELECT ARRAY(SELECT id::text FROM runs r WHERE ended_at IS NULL ORDER BY r.id) AS runs,
               ARRAY(SELECT run_id || '-' || place FROM run_items WHERE is_live ORDER BY run_id, place) AS items,
               ARRAY(SELECT (data ->> 'runId') || ' ' || substr(name, 9) FROM pgboss.job_common
                     WHERE name IN ('analyze_basic', 'analyze_deep') AND state < 'completed' ORDER BY 1) AS analyses`,
  );
  const ids = await query(db, z.object({ id: z.int() }), sql`SELECT id FROM runs ORDER BY id`);
  const watched: Watched[] = [];
  for (const { id } of ids) {
    const fields = `id ${REASON} analysesWaiting { kind ${REASON} } items(first: 100) { items { itemId modelId ${REASON} } }`;
    watched.push((await asked(`{ run(id: ${id}) { ${fields} } }`)).run as unknown as Watched);
  }
  const isHeld = ({ waitingBecause }: Because) => waitingBecause.length > 0;
  const items = watched.flatMap((run) => run.items.items);
  expect(watched.filter(isHeld).map((run) => run.id)).toEqual(rows!.runs);
  expect(items.filter(isHeld).map((item) => item.itemId)).toEqual(rows!.items);
  const analyses = watched.flatMap((run) =>
    run.analysesWaiting.map((one) => ({ ...one, of: `${run.id} ${one.kind}` })),
  );
  expect(analyses.filter(isHeld).map(({ of }) => of)).toEqual(rows!.analyses);
  // The page has words for each of them, and for each model of an open run that has something left.
  const now = Date.parse("2026-03-02T09:00:00Z");
  for (const reason of [...watched, ...items, ...analyses].flatMap((one) => one.waitingBecause)) {
    const said = [reason.sentence, reasonText(reason, now), shortReason(reason)];
    expect([reason.code, ...said.filter((words) => !words || /null|undefined|NaN/.test(words))]).toEqual([reason.code]);
  }
  for (const run of watched.filter(isHeld)) {
    for (const { modelId } of run.items.items.filter(isHeld)) {
      expect([run.id, modelId, reasonsOf(modelId, run.waitingBecause).length]).not.toContain(0);
    }
  }
  const codes = (all: Because[]) =>
    [...new Set(all.flatMap((one) => one.waitingBecause.map(({ code }) => code)))].join(" ");
  return watched.map((run) => [codes([run]), codes(run.items.items), codes(run.analysesWaiting)].join(" | ").trimEnd());
}

test("every run, item and analysis that has not ended says at least one reason, by API and on the page, for every kind of hold", async () => {
  const ctx = await aCtx();
  await aRun({ scenarios: 1 });
  expect(await everythingThatWaits(), "nobody has ever worked").toEqual(["NO_WORKER | NO_WORKER |"]);
  await aRun({ models: ["mock/broken", "mock/brief"], scenarios: 1 });
  await workItOut();
  const one = { scenarios: 1 };
  await aRun(one);
  await aRun({ ...one, models: ["mock/broken"] });
  const analyze = async () => {
    throw new Error("no memory");
  };
  await work({ analyze });
  await retryFailed(ctx, 2);
  await pauseModel(ctx, "mock/broken", { why: "too dear." });
  await analyzeAgain(ctx, 1);
  const paused = await aRun({ ...one, models: ["mock/brief", "mock/warm"] });
  await pauseRun(ctx, paused, { why: "lunch" });
  const spent = await aRun(one);
  await pause(ctx, { scope: "run", target: spent }, { isAutomatic: true, why: "Its budget of 5 tokens is spent." });
  await pause(
    ctx,
    { scope: "model", target: "mock/refuses" },
    { isAutomatic: true, until: new Date(ctx.now.getTime() + 1e7) },
  );
  await aRun({ ...one, models: ["mock/refuses", "mock/warm"] });
  const unsealed = await aRun(one);
  await execute(db, sql`UPDATE runs SET sealed_at = NULL, total = total + 2 WHERE id = ${unsealed}`);
  const cancelled = await aRun(one);
  await execute(db, sql`UPDATE runs SET status = 'CANCELLED', ended_at = ringback_now() WHERE id = ${cancelled}`);
  const lost = await aRun({ scenarios: 2 });
  await execute(
    db,
    sql`DELETE FROM pgboss.job_common WHERE data @> ${JSON.stringify({ runId: lost, place: 0 })}::jsonb`,
  );
  await execute(
    db,
    sql`UPDATE pgboss.job_common SET state = 'failed' WHERE data @> ${JSON.stringify({ runId: lost, place: 1 })}::jsonb`,
  );
  const limited = await aRun({ scenarios: 6, models: ["mock/slow", "mock/warm"] });
  await execute(
    db,
    sql`UPDATE pgboss.job_common SET state = 'active' WHERE data @> ${JSON.stringify({ runId: limited })}::jsonb AND group_id LIKE '%slow'
          AND (data ->> 'place')::int < 8`,
  );
  await aRun({ ...one, priority: "LOW" });
  expect(await everythingThatWaits()).toEqual([
    " |  | FAIR_SHARE",
    " | PAUSED_MODEL |",
    " |  | RETRY_AT",
    "PAUSED_MODEL RETRY_AT | PAUSED_MODEL RETRY_AT |",
    "PAUSED_RUN | PAUSED_RUN |",
    "PAUSED_RUN | PAUSED_RUN |",
    "THROTTLED FAIR_SHARE | THROTTLED FAIR_SHARE |",
    "NOT_ALL_QUEUED | FAIR_SHARE |",
    " | CANCELLING |",
    "LOST | LOST ENDING |",
    "MODEL_LIMIT FAIR_SHARE | RUNNING FAIR_SHARE MODEL_LIMIT |",
    "FAIR_SHARE | FAIR_SHARE |",
  ]);
  await pauseQueue(ctx, { isHard: true, why: "maintenance" });
  expect(await everythingThatWaits(), "everything is paused").toEqual([
    " |  | PAUSED_QUEUE",
    " | PAUSED_MODEL PAUSED_QUEUE |",
    " |  | PAUSED_QUEUE RETRY_AT",
    "PAUSED_MODEL PAUSED_QUEUE RETRY_AT | PAUSED_MODEL PAUSED_QUEUE RETRY_AT |",
    "PAUSED_RUN PAUSED_QUEUE | PAUSED_RUN PAUSED_QUEUE |",
    "PAUSED_RUN PAUSED_QUEUE | PAUSED_RUN PAUSED_QUEUE |",
    "THROTTLED PAUSED_QUEUE | THROTTLED PAUSED_QUEUE |",
    "PAUSED_QUEUE NOT_ALL_QUEUED | PAUSED_QUEUE |",
    " | CANCELLING |",
    "PAUSED_QUEUE LOST | PAUSED_QUEUE LOST ENDING |",
    "PAUSED_QUEUE MODEL_LIMIT | RUNNING PAUSED_QUEUE MODEL_LIMIT |",
    "PAUSED_QUEUE | PAUSED_QUEUE |",
  ]);
});
