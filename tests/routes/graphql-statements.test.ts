/**
 * How many statements a query takes: as many for twenty rows or aliases as for one.
 * @module-tag long
 */
import { graphql } from "graphql";
import { expect, test } from "vitest";
import { analyzeAgain } from "#modules/runs";
import { aDefinition, aRun, work, workItOut } from "#tests/factories/runs";
import { aCtx } from "#tests/setup/ctx";
import { connectTest } from "#tests/setup/database";
import { failingPool, type Watch } from "../faults/failing-pool.ts";
import { loadersFor } from "../../app/api/graphql/loaders.ts";
import { schema } from "../../app/api/graphql/schema.ts";

const watch: Watch = { statements: [], fault: null };
const counted = connectTest({ Pool: failingPool(watch) });

/** The answer to a query, and its number of statements. */
async function statementsOf(source: string): Promise<{ statements: number; data: Record<string, unknown> }> {
  const ctx = await aCtx({ db: counted });
  watch.statements.length = 0;
  const { data, errors } = await graphql({ schema, source, contextValue: { ctx, load: loadersFor(ctx) } });
  expect(errors).toBeUndefined();
  return { statements: watch.statements.length, data: data! };
}

const PROGRESS = "progress { completed byModel { modelId } }";
const FIELDS = [
  PROGRESS,
  "recentTasks(limit: 3) { itemId }",
  "failureGroups { class count sample }",
  "analysis { kind } analysesWaiting { kind waitingBecause { code } }",
  "waitingBecause { code sentence }",
  "pauses { id }",
  "items(first: 3) { items { itemId transcript { answered } timeline { kind } waitingBecause { code } } next }",
  'items(first: 3, search: "parcel") { items { itemId } next }',
];

test("a query takes as many statements for 20 runs, definitions or aliases as for one, and each gets its own", async () => {
  for (let run = 0; run < 20; run += 1) {
    const definitionId = await aDefinition(2 + (run % 3));
    const id = await aRun({ definitionId, models: run % 2 === 0 ? ["mock/brief"] : ["mock/brief", "mock/broken"] });
    if (run === 9) await workItOut();
    if (run === 3) await work({}, 1);
    if (run === 4) await work();
    if (run === 5) await analyzeAgain(await aCtx(), 1);
    expect(id).toBe(run + 1);
  }
  for (const field of [...FIELDS, FIELDS.slice(0, 7).join(" ")]) {
    const of = (first: number) => statementsOf(`{ runs(first: ${first}) { runs { id ${field} } } }`);
    const [one, many] = [await of(1), await of(20)];
    expect([field, many.statements]).toEqual([field, one.statements]);
    // A query for each run alone gives the same answer as for all of them.
    const alone = await Promise.all(
      [2, 4, 19].map(async (id) => (await statementsOf(`{ run(id: ${id}) { id ${field} } }`)).data.run),
    );
    const listed = (many.data.runs as { runs: { id: string }[] }).runs;
    expect(alone).toEqual([2, 4, 19].map((id) => listed.find((run) => run.id === String(id))));
  }
  const aliased = (count: number, field: (place: number) => string) =>
    Array.from({ length: count }, (_, place) => `a${place}: ${field(place)}`).join(" ");
  const same = async (few: string, many: string) =>
    expect([many, (await statementsOf(many)).statements]).toEqual([many, (await statementsOf(few)).statements]);
  const run = (place: number) => `run(id: ${place + 1}) { id ${FIELDS.join(" ").replace("items", "x: items")} }`;
  await same(`{ ${aliased(1, run)} }`, `{ ${aliased(10, run)} }`);
  const tasks = (place: number) => `recentTasks(limit: ${place + 1}) { itemId }`;
  await same(`{ run(id: 2) { ${aliased(1, tasks)} } }`, `{ run(id: 2) { ${aliased(20, tasks)} } }`);
  const pages = (place: number) => `items(first: ${place + 1}, state: failed) { items { itemId } }`;
  await same(`{ run(id: 2) { ${aliased(1, pages)} } }`, `{ run(id: 2) { ${aliased(20, pages)} } }`);
  const item = (place: number) => `item(id: "${place + 1}-0") { title transcript { asked } timeline { kind } }`;
  await same(`{ ${aliased(1, item)} }`, `{ ${aliased(10, item)} }`);
  const definition = (place: number) => `definition(id: ${place + 1}) { scenarioCount scenarios(first: 1) { title } }`;
  await same(`{ ${aliased(1, definition)} }`, `{ ${aliased(10, definition)} }`);
  await same("{ queueStatus { isPaused } }", `{ ${aliased(10, () => "queueStatus { isPaused }")} }`);
  await same("{ models { modelId } }", `{ ${aliased(10, () => "models { modelId }")} }`);
  const names = await statementsOf("{ definitions { id name } }");
  expect([names.statements, (names.data.definitions as unknown[]).length]).toEqual([1, 20]);
  const whole = await statementsOf("{ definitions { id scenarioCount scenarios(first: 2, skip: 1) { id } } }");
  expect(whole.statements).toBe(3);
  expect((whole.data.definitions as unknown[])[0]).toEqual({
    id: "20",
    scenarioCount: 3,
    scenarios: [{ id: "s1" }, { id: "s2" }],
  });
});

test("the conversations that still run are counted once for an answer, so that its progress and its reasons agree", async () => {
  for (let run = 0; run < 2; run += 1) await aRun({ models: ["mock/brief", "mock/warm"] });
  await statementsOf("{ runs(first: 2) { runs { progress { stillRunning } waitingBecause { running } } } }");
  expect(watch.statements.filter((text) => text.startsWith("WITH counted"))).toHaveLength(1);
});
