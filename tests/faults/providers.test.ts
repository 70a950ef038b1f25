/** Models outside, answering over the protocol that most providers speak. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { query, sql } from "#lib/database/sql";
import { drain, type Handlers, pausesNow } from "#modules/jobs";
import {
  failureGroups,
  HANDLERS,
  pauseRun,
  progress,
  resumeModel,
  resumeRun,
  run,
  waitingBecause,
} from "#modules/runs";
import { aRun, itemsOf, work as workOn } from "#tests/factories/runs";
import { aCtx } from "#tests/setup/ctx";
import { advance, db, START } from "#tests/setup/database";

const asked: { body: Record<string, unknown>; key: string | undefined }[] = [];
beforeEach(() => {
  asked.length = 0;
});

type Given = { status?: number; headers?: Record<string, string>; body?: unknown } | "breaks off" | "hangs";

let answers: Given[] = [];
/** The provider gives these answers in turn, and repeats the last one. */
const provider = (...given: Given[]): void => {
  answers = given;
};

/** What happens while the provider works on each of its answers. */
let meanwhile: (() => Promise<unknown>) | null = null;
afterEach(() => {
  meanwhile = null;
});

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  asked.push({ body: JSON.parse(Buffer.concat(chunks).toString()), key: request.headers.authorization });
  const answer = answers[Math.min(asked.length, answers.length) - 1]!;
  await meanwhile?.();
  if (answer === "hangs") return;
  if (answer === "breaks off") return void request.socket.destroy();
  const { status = 200, headers = {}, body = said("Hello") } = answer;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
Object.assign(process.env, {
  AI_BASE_URL: `http://127.0.0.1:${port}/v1`,
  AI_API_KEY: "the-key",
  AI_MODELS: "gpt-test",
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const said = (content: string, more: object = {}, finish = "stop") => ({
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "gpt-test",
  choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: finish }],
  ...more,
});
const refusedWith = (code: string | null) => ({ error: { message: "No.", type: null, code } });

const work = () => workOn({}, 1);
const item = async () =>
  (
    await query(
      db,
      z.object({
        state: z.string(),
        class: z.string().nullable(),
        code: z.string().nullable(),
        attempts: z.int(),
        tokensIn: z.bigint().nullable(),
        finishReason: z.string().nullable(),
        transcript: z.unknown(),
      }),
      sql`SELECT state, class, code, attempts, tokens_in AS "tokensIn", finish_reason AS "finishReason", t.transcript
          FROM run_items LEFT JOIN run_transcripts t USING (run_id, place) ORDER BY run_id DESC, place LIMIT 1`,
    )
  )[0]!;
const aTalk = (turns = 1) => aRun({ models: ["gpt-test"], scenarios: 1, turns });

test("a conversation is held turn by turn, with the earlier turns, and its transcript has tokens and times", async () => {
  const usage = { usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } };
  provider({ body: said("First.", usage) }, { body: said("Second.", usage) });
  const id = await aTalk(2);
  await work();
  expect((await run({ db }, id))?.status).toBe("COMPLETED");
  expect(asked[0]).toMatchObject({ key: "Bearer the-key", body: { model: "gpt-test" } });
  expect(asked[1]?.body.messages).toMatchObject([
    { role: "user" },
    { role: "assistant", content: "First." },
    { role: "user" },
  ]);
  expect(await item()).toMatchObject({
    tokensIn: 14n,
    finishReason: "stop",
    transcript: [
      { answered: "First.", tokensIn: 7, tokensOut: 3, finishReason: "stop", latencyMs: expect.any(Number) },
      { answered: "Second." },
    ],
  });
});

test("usage that nobody knows is null, and characters that cannot be kept are made harmless", async () => {
  provider({ body: JSON.stringify(said("X")).replace('"X"', '"half \\ud83d and nul \\u0000."') });
  await aTalk();
  await work();
  expect(await item()).toMatchObject({
    state: "completed",
    tokensIn: null,
    transcript: [{ answered: "half \uFFFD and nul \uFFFD.", tokensIn: null }],
  });
});

test("a number of tokens that is none is unknown", async () => {
  const usage = (prompt_tokens: number) => ({ usage: { prompt_tokens, completion_tokens: 2 } });
  provider(...[1.5, -1, 1e30].map((tokens) => ({ body: said("Yes.", usage(tokens)) })));
  await aTalk(3);
  await work();
  const turn = { tokensIn: null, tokensOut: 2 };
  expect(await item()).toMatchObject({ state: "completed", tokensIn: null, transcript: [turn, turn, turn] });
});

test.each([
  ["length", "cut_short"],
  ["content_filter", "refused"],
])("an answer that ends with %s is kept as %s", async (finish, kept) => {
  provider({ body: said("I can", {}, finish) });
  await aTalk(3);
  await work();
  expect([asked.length, await item()]).toMatchObject([1, { state: "completed", class: kept }]);
});

test.each<[string, Given, string, string]>([
  ["400", { status: 400, body: refusedWith("invalid_temperature") }, "permanent", "invalid_temperature"],
  ["401", { status: 401, body: refusedWith("invalid_api_key") }, "permanent", "invalid_api_key"],
  ["404", { status: 404, body: "<html>no</html>" }, "permanent", "http_404"],
  ["409", { status: 409, body: {} }, "permanent", "http_409"],
  ["402", { status: 402, body: "" }, "exhausted", "http_402"],
  ["410 with a NUL", { status: 410, body: "<html>\0</html>" }, "permanent", "http_410"],
  [
    "422 whose code cannot be stored",
    { status: 422, body: '{"error":{"code":"no\\u0000\\ud83d"}}' },
    "permanent",
    "no\uFFFD\uFFFD",
  ],
  [
    "429 for want of money",
    { status: 429, body: refusedWith("insufficient_quota") },
    "exhausted",
    "insufficient_quota",
  ],
])("%s is not tried again", async (_what, answer, errorClass, code) => {
  provider(answer);
  const id = await aTalk();
  await work();
  expect(asked).toHaveLength(1);
  expect(await failureGroups({ db }, id)).toMatchObject([{ class: errorClass, code, count: 1 }]);
  expect((await run({ db }, id))?.status).toBe("FAILED");
});

test.each<[string, Given, string]>([
  ["408", { status: 408, body: "" }, "transient"],
  ["425", { status: 425, body: "" }, "transient"],
  ["500", { status: 500, body: refusedWith(null) }, "transient"],
  ["503 in HTML", { status: 503, body: "<html>busy</html>" }, "transient"],
  ["nothing", { body: said("") }, "invalid_output"],
  ["another shape", { body: { hello: "world" } }, "invalid_output"],
  ["more than 4 MiB", { body: said("x".repeat(4_200_000)) }, "invalid_output"],
])("%s is tried again by the queue, once for each attempt and by nobody else", async (_what, answer, errorClass) => {
  provider(answer, { body: said("At last.") });
  const id = await aTalk();
  await work();
  expect([asked.length, await item()]).toMatchObject([1, { state: "waiting", class: errorClass, attempts: 1 }]);
  await advance({ seconds: 10 });
  await work();
  expect([asked.length, await item(), (await run({ db }, id))?.status]).toMatchObject([
    2,
    { state: "completed", class: null, attempts: 2 },
    "COMPLETED",
  ]);
});

test.each<[string, string | undefined, number]>([
  ["seconds", "120", 120],
  ["an HTTP date", "Mon, 02 Mar 2026 09:02:00 GMT", 120],
  ["a date that has passed", "Mon, 02 Mar 2026 08:00:00 GMT", 1],
  ["no seconds", "0", 1],
  ["far too many seconds", "9999999999", 3_600],
  ["a date in the far future", "Fri, 31 Dec 9999 23:59:59 GMT", 3_600],
  ["1e20", "1e20", 30],
  ["a minus", "-5", 30],
  ["words", "soon", 30],
  ["nothing", undefined, 30],
])(
  "429 with Retry-After as %s leaves the model alone for so long, for everybody, and spends no attempt",
  async (_what, after, seconds) => {
    provider(
      { status: 429, body: refusedWith("rate_limit"), headers: after === undefined ? {} : { "retry-after": after } },
      {},
    );
    const id = await aTalk();
    const other = await aRun({ models: ["gpt-test"], scenarios: 1 });
    await work();
    const until = new Date(START.getTime() + seconds * 1_000);
    expect(asked).toHaveLength(1);
    expect(await pausesNow({ db })).toMatchObject([{ scope: "model", target: "gpt-test", isAutomatic: true, until }]);
    expect(await progress({ db }, id)).toMatchObject({ throttled: 1 });
    expect((await waitingBecause({ db }, other)).items[0]?.reasons[0]).toMatchObject({ code: "THROTTLED", until });
    await advance({ seconds: seconds + 1 });
    await work();
    expect([await itemsOf(id), await itemsOf(other)]).toEqual([{ completed: 1 }, { completed: 1 }]);
    const attempts = await query(db, z.object({ n: z.int() }), sql`SELECT attempts AS n FROM run_items`);
    expect(attempts).toEqual([{ n: 1 }, { n: 1 }]);
  },
);

test.each([
  ["seconds", "30", "2026-03-02T09:02:30Z"],
  ["an HTTP date", "Mon, 02 Mar 2026 09:02:30 GMT", "2026-03-02T09:02:30Z"],
])(
  "a 429 late in a conversation, with Retry-After as %s, leaves the model alone from the answer on",
  async (_what, after, until) => {
    provider({}, { status: 429, body: refusedWith(null), headers: { "retry-after": after } }, {});
    meanwhile = () => advance({ minutes: 1 });
    const id = await aTalk(2);
    await work();
    expect(asked).toHaveLength(2);
    expect(await pausesNow({ db })).toMatchObject([{ target: "gpt-test", isAutomatic: true, until: new Date(until) }]);
    meanwhile = null;
    await advance({ seconds: 29 });
    await work();
    expect(asked).toHaveLength(2);
    await advance({ seconds: 2 });
    await work();
    expect(await itemsOf(id)).toEqual({ completed: 1 });
  },
);

test("a conversation that goes on after a 429 is running, and counts as throttled no more", async () => {
  provider({ status: 429, body: refusedWith(null), headers: { "retry-after": "30" } }, {});
  const id = await aTalk();
  await work();
  expect(await progress({ db }, id)).toMatchObject({ throttled: 1, stillRunning: 0 });
  await advance({ seconds: 31 });
  const seen: unknown[] = [];
  meanwhile = async () => seen.push(await progress({ db }, id));
  await work();
  expect(seen).toMatchObject([{ throttled: 0, stillRunning: 1 }]);
});

test("conversations under way at one moment that are all answered with 429 halve the limit of their model once", async () => {
  provider({ status: 429, body: refusedWith(null), headers: { "retry-after": "60" } });
  await aRun({ models: ["gpt-test"], scenarios: 12 });
  const begun: Handlers["probe"] = async (at, job, end) => {
    // They begin one after another, and are answered when all have begun.
    const late = { ...at, now: new Date(at.now.getTime() + job.place) };
    return HANDLERS.probe(late, job, end);
  };
  meanwhile = () => advance({ seconds: 1 });
  await workOn({ probe: begun }, 4);
  expect(asked).toHaveLength(4);
  const [model] = await query(db, z.object({ n: z.int() }), sql`SELECT at_once AS n FROM job_models`);
  expect(model).toEqual({ n: 2 });
});

test("a model that says 429 takes half as many at once; one more after each window of answers at its limit", async () => {
  provider({ status: 429, body: refusedWith(null) }, {});
  const limit = async () =>
    (await query(db, z.object({ n: z.int() }), sql`SELECT at_once AS n FROM job_models WHERE model_id = 'gpt-test'`))[0]
      ?.n;
  await aRun({ models: ["gpt-test"], scenarios: 12 });
  expect(await limit()).toBe(4);
  await work();
  expect(await limit()).toBe(2);
  await resumeModel(await aCtx(), "gpt-test");
  await advance({ minutes: 1 });
  await workOn({}, 2);
  expect(await limit()).toBeGreaterThan(2);
});

test("a job that is only throttled has failed after six hours", async () => {
  provider({ status: 429, body: refusedWith(null), headers: { "retry-after": "3600" } });
  const id = await aTalk();
  for (let hour = 0; hour < 7; hour += 1) {
    await work();
    await advance({ seconds: 3_602 });
  }
  expect(await failureGroups({ db }, id)).toMatchObject([{ class: "throttled", count: 1 }]);
});

test("a network that breaks off is transient", async () => {
  provider("breaks off");
  await aTalk();
  await work();
  expect(await item()).toMatchObject({ state: "waiting", class: "transient", code: "network" });
});

test("a worker that ends gives back a conversation whose model does not answer, without an attempt spent", async () => {
  provider("hangs", {});
  const id = await aTalk();
  const end = new AbortController();
  const way = { worker: { id: "w", kind: "worker" }, stop: end.signal, end: end.signal, untilEmpty: false } as const;
  const drained = drain(await aCtx(), HANDLERS, way);
  await expect.poll(() => asked.length).toBe(1);
  end.abort();
  await drained;
  expect(await item()).toMatchObject({ state: "waiting", attempts: 0, class: null });
  await work();
  expect([await item(), (await run({ db }, id))?.status]).toMatchObject([
    { state: "completed", attempts: 1 },
    "COMPLETED",
  ]);
});

const USED = { body: said("Hello", { usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 } }) };

test("the tokens of a conversation that a hard pause takes back between its turns count with its item", async () => {
  const id = await aTalk(2);
  provider(USED);
  meanwhile = async () => pauseRun(await aCtx(), id, { isHard: true });
  await work();
  expect(await item()).toMatchObject({ state: "waiting", attempts: 0, tokensIn: 7n });
  meanwhile = null;
  await resumeRun(await aCtx(), id);
  await work();
  expect(await item()).toMatchObject({ state: "completed", attempts: 1, tokensIn: 21n });
});

test.each([
  ["its model is busy", 429, 0],
  ["its model fails", 503, 1],
])("the tokens of the turns before %s count with its item", async (_, status, failed) => {
  await aTalk(2);
  provider(USED, { status, headers: { "retry-after": "1" }, body: refusedWith(null) }, USED);
  await work();
  expect(await item()).toMatchObject({ state: "waiting", attempts: failed, tokensIn: 7n });
  await advance({ minutes: 10 });
  await work();
  expect(await item()).toMatchObject({ state: "completed", attempts: failed + 1, tokensIn: 21n });
});
