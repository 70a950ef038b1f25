import {
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLInputType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  parse,
  validate,
} from "graphql";
import { serverAudits } from "graphql-http";
import { expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { anAgent } from "#tests/factories/desk";
import { aDefinition, aRun, workItOut } from "#tests/factories/runs";
import { cancelRun } from "#modules/runs";
import { aCtx } from "#tests/setup/ctx";
import { db } from "#tests/setup/database";
import { asService, call, logged } from "./call.ts";
import { GET, POST } from "../../app/api/graphql/route.ts";
import { schema } from "../../app/api/graphql/schema.ts";
import { everyRow } from "./api.ts";
import { asked, graphql } from "./graphql.ts";
import { aKey, asAgent } from "./signed-in.ts";

const fields = (count: number) => Array.from({ length: count }, (_, place) => `f${place}`).join(" ");
const deep = (levels: number) => `{ runs ${"{ runs ".repeat(levels)}{ id } ${"}".repeat(levels)} }`;

test.each([
  ["fields 50 deep", deep(50)],
  ["1,000 aliases", `{ ${Array.from({ length: 1_000 }, (_, place) => `a${place}: __typename`).join(" ")} }`],
  ["31 aliases", `{ ${Array.from({ length: 31 }, (_, place) => `a${place}: __typename`).join(" ")} }`],
  ["10,000 fields", `{ ${fields(10_000)} }`],
  ["200 directives", `{ __typename ${"@include(if: true) ".repeat(200)} }`],
  ["fragments in a cycle", "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"],
  ["1 MB of a document", `{ __typename } #${"x".repeat(900_000)}`],
  ["10,000 tokens", `{ ${"a ".repeat(10_000)} }`],
  ["11 fields at the top", `{ ${Array.from({ length: 11 }, (_, place) => `a${place}: __typename`).join(" ")} }`],
  ["two mutations at once", "mutation { a: resumeQueue b: resumeQueue }"],
  ["a fragment that is named __schema", `{ ...__schema } fragment __schema on Query ${deep(50)}`],
  [
    "an alias that is named __schema",
    `{ ${Array.from({ length: 31 }, (_, place) => `__schema${place}: __typename`).join(" ")} }`,
  ],
  ["a subscription", "subscription { a }"],
  ["a field that is not there", "{ runz { id } }"],
  ["an argument of another type", '{ runs(first: "all") { next } }'],
  ["two operations and no name", "query a { __typename } query b { __typename }"],
])("G1: %s is 400 with a code, before anything is resolved", async (_what, query) => {
  const before = await everyRow();
  const { status, data, errors } = await graphql(query);
  expect([status, data, errors[0]?.extensions]).toEqual([400, undefined, { code: "invalid_input" }]);
  expect(errors[0]!.message).not.toMatch(/did you mean/i);
  expect(await everyRow()).toEqual(before);
});

test.each(["1000000", "0", "-1"])("G4: a page of %s is refused", async (first) => {
  const { errors } = await graphql(`{ runs(first: ${first}) { next } }`);
  expect(errors).toMatchObject([{ extensions: { code: "invalid_input" } }]);
});

test("an id that names nothing never means all of them, and a number out of range is refused in words that name the range", async () => {
  const id = await aRun({ scenarios: 1, models: ["mock/broken"] });
  const gone = await aRun({ scenarios: 1, models: ["mock/broken"] });
  await workItOut();
  await cancelRun(await aCtx(), await aRun({ scenarios: 1 }));
  const before = await everyRow();
  const asking: [query: string, code: string][] = [
    ['mutation { redriveDeadLetters(runId: "") { count } }', "invalid_input"],
    ["mutation { redriveDeadLetters(runId: 999) { count } }", "not_found"],
    [`mutation { redriveDeadLetters(runId: ${gone + 1}) { count } }`, "wrong_state"],
    ['{ deadLetters(runId: "") { hasMore } }', "invalid_input"],
    ["{ deadLetters(runId: 999) { hasMore } }", "not_found"],
    ["{ deadLetters(first: 0) { hasMore } }", "invalid_input"],
    ["{ definition(id: 1) { scenarios(first: 101) { id } } }", "invalid_input"],
    ["{ definition(id: 1) { scenarios(skip: -1) { id } } }", "invalid_input"],
    [`{ run(id: ${id}) { items(after: -1) { next } } }`, "invalid_input"],
    [`{ run(id: ${id}) { items(first: 0) { next } } }`, "invalid_input"],
    ...["sampleSeed: -1", "samplePercentage: 1e400", "maxTokens: 0", `experimentId: "${"x".repeat(201)}"`].map(
      (more): [string, string] => [
        `mutation { startRun(input: { definitionId: 1, models: ["mock/brief"], ${more} }) { jobCount } }`,
        "invalid_input",
      ],
    ),
    [`mutation { pauseQueue(input: { why: "${"x".repeat(501)}" }) { id } }`, "invalid_input"],
    ['{ runs(after: "") { next } }', "invalid_input"],
    [`mutation { retryFailed(runId: ${id}, filter: { itemIds: ["${id}-9999999999"] }) { count } }`, "invalid_input"],
    [
      `mutation { retryFailed(runId: ${id}, filter: { itemIds: ["${id}-0", "${gone}-0"] }) { count } }`,
      "invalid_input",
    ],
    [`mutation { retryFailed(runId: ${id}, filter: { class: "nul \\u0000" }) { count } }`, "invalid_input"],
    ['mutation { pauseQueue(input: { until: "9999-12-31T23:59:59-12:00" }) { id } }', "invalid_input"],
    [`{ run(id: ${id}, changedSince: "9999-12-31T23:59:59-12:00") { id } }`, "invalid_input"],
  ];
  const got: [query: string, code: unknown][] = [];
  for (const [query] of asking) {
    const [error] = (await graphql(query)).errors;
    got.push([query, error?.extensions.code]);
    expect(error?.message).not.toMatch(/expected|invalid input|too (small|big)/i);
  }
  expect(got).toEqual(asking);
  expect(await everyRow()).toEqual(before);
});

/** The shortest request for a field at the top of the schema, with arguments of the right form. */
function sampleOf(kind: "query" | "mutation", { name, args, type }: GraphQLField<unknown, unknown>): string {
  const given = args.filter(isRequiredArgument).map((arg) => `${arg.name}: ${sampleValue(arg.type)}`);
  const selected = isLeafType(getNamedType(type)) ? "" : "{ __typename }";
  return `${kind} { ${name}${given.length > 0 ? `(${given.join(", ")})` : ""} ${selected} }`;
}
function sampleValue(type: GraphQLInputType): string {
  const bare = getNullableType(type);
  if (isListType(bare)) return `[${sampleValue(bare.ofType)}]`;
  if (isInputObjectType(bare)) {
    const required = Object.values(bare.getFields()).filter(isRequiredInputField);
    return `{ ${required.map((field) => `${field.name}: ${sampleValue(field.type)}`).join(", ")} }`;
  }
  return bare.name === "String" ? '"x"' : "1";
}

test("G5: every query and every mutation of the schema is refused without its scope, to agents and to nobody", async () => {
  const reads = await aKey(["runs:read"]);
  const writes = await aKey(["runs:write"]);
  const agent = await asAgent(await anAgent());
  const before = await everyRow();
  for (const [kind, type, wrong] of [
    ["query", schema.getQueryType()!, writes],
    ["mutation", schema.getMutationType()!, reads],
  ] as const) {
    for (const field of Object.values(type.getFields())) {
      const query = sampleOf(kind, field);
      expect(validate(schema, parse(query)), query).toEqual([]);
      const ask = async (headers: Record<string, string>) =>
        (await call(POST, "POST", { body: { query }, headers })).status;
      expect([query, await ask({ authorization: "" }), await ask(agent), await ask(wrong)]).toEqual([
        query,
        401,
        403,
        403,
      ]);
    }
  }
  expect(await everyRow()).toEqual(before);
});

test("G6: no path of the schema leads to a customer or an employee, at any depth", () => {
  const names = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith("__"))
    .flatMap((type) => [type.name, ...Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)]);
  expect(names.length).toBeGreaterThan(100);
  const people = /^(users?|agents?|callbacks?|calls?|phones?|numbers?|mails?|addresses|customers?)$/i;
  expect(names.filter((name) => name.split(/(?=[A-Z])|\./).some((word) => people.test(word)))).toEqual([]);
});

test("a fault in a field leaves as a sentence and a code, with nothing of the error, and is logged", async () => {
  await aDefinition();
  await execute(db, sql`UPDATE run_definitions SET scenarios = '["secret"]'::jsonb`);
  const { data, errors } = await graphql("{ definitions { scenarios { title } } }");
  expect(data).toBeNull();
  expect(errors).toEqual([
    {
      message: "This failed on our side; the log says why under the request id.",
      path: ["definitions", 0, "scenarios", 0, "title"],
      locations: [expect.anything()],
      extensions: { code: "internal" },
    },
  ]);
  expect(logged()).toContainEqual(expect.objectContaining({ msg: "a field of a GraphQL answer failed" }));
});

test("G3: an array of requests is refused", async () => {
  const { status } = await call(POST, "POST", { body: [{ query: "{ __typename }" }] });
  expect(status).toBe(400);
});

test("a key for reading asks but changes nothing, and a key for changing does not ask", async () => {
  const reads = await aKey(["runs:read"]);
  const writes = await aKey(["runs:write"]);
  expect(await asked("{ queueStatus { isPaused } }", { headers: reads })).toEqual({ queueStatus: { isPaused: false } });
  expect((await graphql("mutation { resumeQueue }", { headers: reads })).status).toBe(403);
  expect(await asked("mutation { resumeQueue }", { headers: writes })).toEqual({ resumeQueue: 0 });
  expect((await graphql("{ queueStatus { isPaused } }", { headers: writes })).status).toBe(403);
});

test("an Idempotency-Key of a mutation is refused with the words that say what to send", async () => {
  expect((await graphql("mutation { resumeQueue }", { headers: { "idempotency-key": "a" } })).status).toBe(400);
});

test("the audits of GraphQL over HTTP pass, none waived", async () => {
  const audits = serverAudits({
    url: "http://localhost:3000/api/graphql",
    fetchFn: (url: string, init: RequestInit = {}) => {
      const handler = init.method === "POST" ? POST : GET;
      const headers = { ...asService, ...(init.headers as Record<string, string>) };
      return handler(new Request(url, { ...init, headers }), { params: Promise.resolve({}) });
    },
  });
  const failed: string[] = [];
  for (const { id, name, fn } of audits) {
    const result = await fn();
    if (result.status !== "ok") failed.push(`${id} ${name}`);
  }
  expect(audits.length).toBeGreaterThan(50);
  expect(failed).toEqual([]);
});

test("a run or definition that does not exist is null with `not_found` and a sentence; a run without a change is null alone", async () => {
  const id = await aRun({ scenarios: 1 });
  const definitionId = await aDefinition();
  await asked(`mutation { deleteDefinition(id: ${definitionId}) }`);
  const since = "2126-01-01T00:00:00Z";
  const { data, errors } = await graphql(`{
    unchanged: run(id: ${id}, changedSince: "${since}") { id }
    known: run(id: ${id}) { id }
    gone: run(id: 999) { id }
    goneSince: run(id: 999, changedSince: "${since}") { id }
    none: definition(id: 999) { id }
    deleted: definition(id: ${definitionId}) { id }
  }`);
  const known = { id: String(id) };
  expect(data).toEqual({ unchanged: null, known, gone: null, goneSince: null, none: null, deleted: null });
  const said = errors.map(({ path, message, extensions }) => [path?.[0], message, extensions.code]);
  expect(said.sort()).toEqual([
    ["deleted", `There is no definition ${definitionId}.`, "not_found"],
    ["gone", "There is no run 999.", "not_found"],
    ["goneSince", "There is no run 999.", "not_found"],
    ["none", "There is no definition 999.", "not_found"],
  ]);
});
