import { printSchema } from "graphql";
import { expect, test } from "vitest";
import { aDefinition, aRun, work } from "#tests/factories/runs";
import { schema } from "../../app/api/graphql/schema.ts";
import { api } from "./api.ts";
import { asked, graphql } from "./graphql.ts";

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
