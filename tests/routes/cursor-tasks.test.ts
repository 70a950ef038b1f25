import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { asCursor } from "#tests/factories/signing";
import { aTask, CONVERSATION, ends, stateOf } from "#tests/factories/tasks";
import { POST as webhook } from "../../app/api/webhooks/cursor/route.ts";
import { db } from "../setup/database.ts";
import { api, everyRow, refused } from "./api.ts";
import { call, lines } from "./call.ts";

type Launch = {
  authorization: string | undefined;
  body: { prompt: object; source: object; webhook: { url: string; secret: string } };
};

/** Cursor's API: the requests that it received, and its answer. */
const launches: Launch[] = [];
let answer: () => { status: number; body: string } | "lost";
const cursor = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  launches.push({ authorization: request.headers.authorization, body: JSON.parse(Buffer.concat(chunks).toString()) });
  const said = answer();
  if (said === "lost") return void response.destroy();
  response.writeHead(said.status, { "content-type": "application/json" }).end(said.body);
});
const KEY = "key-of-the-cursor-account";

beforeAll(async () => {
  cursor.listen(0, "127.0.0.1");
  await once(cursor, "listening");
  const { port } = cursor.address() as AddressInfo;
  const home = "https://desk.example.com";
  Object.assign(process.env, { CURSOR_API_URL: `http://127.0.0.1:${port}`, CURSOR_API_KEY: KEY, RINGBACK_URL: home });
});
afterAll(() => cursor.close());
beforeEach(() => {
  launches.length = 0;
  answer = () => ({ status: 201, body: JSON.stringify({ id: "bc_1", status: "CREATING" }) });
});

const TASK = { taskId: "t", conversationId: CONVERSATION };
const PROMPT = { prompt: "Make a page.", repository: "https://github.com/acme/shop", ref: "main" };
const launch = (more: object = {}) => api("POST /cursor-tasks/t/launch", { ...PROMPT, ...more });

test("a task is registered with 201, the same again with 200, other content with 409; the list and the story show it", async () => {
  const task = {
    ...TASK,
    toolName: "make_page",
    toolArgs: { a: 9007199254740993n.toString() },
    userId: 7,
    priority: 5,
  };
  const made = await api("POST /cursor-tasks", task);
  expect([made.status, made.body.isNew]).toEqual([201, true]);
  expect((await api("POST /cursor-tasks", task)).status).toBe(200);
  await refused("POST /cursor-tasks", { ...task, priority: 6 }, [409, "task_differs"]);
  expect((await api("GET /cursor-tasks?state=pending")).body).toMatchObject({
    tasks: [{ taskId: "t", state: "pending", priority: 5, userId: "7" }],
    counts: { pending: 1, expired: 0 },
    oldestPendingSeconds: 0,
    parked: 0,
    nextCursor: null,
  });
  expect((await api("GET /cursor-tasks/t")).body).toMatchObject({ events: [{ what: "registered" }] });
  expect((await api("GET /cursor-tasks/u")).status).toBe(404);
});

test.each<[string, object]>([
  ["no id", { taskId: "" }],
  ["an id with a space", { taskId: "a b" }],
  ["an id of 201 characters", { taskId: "x".repeat(201) }],
  ["an id that leads elsewhere", { taskId: "../x" }],
  ["a conversation with a colon and a line break", { conversationId: "a:\n" }],
  ["a priority above 100", { priority: 101 }],
  ["a priority of a half", { priority: 0.5 }],
  ["a NUL in the payload", { sessionPayload: { a: ["\u0000"] } }],
  ["half a surrogate", { toolArgs: "\ud800" }],
  ["another way of delivery", { deliverAs: "agent_response" }],
  ["a state of one's own", { state: "delivered" }],
  ["a socket without TLS", { wsUrl: "ws://relay.example.com/" }],
  ["a socket at home", { wsUrl: "wss://127.0.0.1/" }],
  ["a socket with a password", { wsUrl: "wss://a:b@relay.example.com/" }],
])("a task with %s is refused, and nothing is written", async (_title, wrong) => {
  await refused("POST /cursor-tasks", { ...TASK, ...wrong }, [400, "invalid_input"]);
});

test("a task of more than 256 KB is refused with 413", async () => {
  await refused("POST /cursor-tasks", { ...TASK, toolArgs: "x".repeat(262_144) }, [413, "too_large"]);
});

test("launching gives Cursor the prompt, the address of its webhook and the secret, and keeps the agent's id", async () => {
  await aTask("t");
  expect(await launch()).toMatchObject({ status: 200, body: { taskId: "t", cursorAgentId: "bc_1" } });
  expect(launches).toMatchObject([
    {
      authorization: `Bearer ${KEY}`,
      body: {
        prompt: { text: "Make a page." },
        source: { repository: "https://github.com/acme/shop", ref: "main" },
        webhook: {
          url: "https://desk.example.com/api/webhooks/cursor?task=t",
          secret: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
    },
  ]);
  expect((await api("GET /cursor-tasks/t")).body).toMatchObject({
    cursorAgentId: "bc_1",
    why: "Cursor agent bc_1 works on it.",
  });
  expect(lines.join("")).not.toMatch(/Make a page|key-of-the-cursor/);
});

test("the event that Cursor signs with the secret it was given ends the task, at the address it was given", async () => {
  await aTask("t");
  await launch();
  const { url, secret } = launches[0]!.body.webhook;
  const body = JSON.stringify({ event: "statusChange", id: "bc_1", status: "FINISHED", summary: "Done." });
  const event = await call(webhook, "POST", { body, headers: asCursor(body, secret), query: new URL(url).search });
  expect([event.status, event.body.received]).toEqual([200, "applied"]);
  expect(await stateOf("t")).toBe("completed");
});

test("launching twice, also at once, launches one agent", async () => {
  await aTask("t");
  const answers = await Promise.all([launch(), launch(), launch()]);
  expect(launches).toHaveLength(1);
  expect(answers.map(({ status }) => status).filter((status) => status === 200).length).toBeGreaterThan(0);
  expect(answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 409)).toEqual([]);
  expect((await launch()).body).toMatchObject({ cursorAgentId: "bc_1" });
  expect(launches).toHaveLength(1);
});

test("a launch that Cursor refuses may be tried again; one whose answer was lost only on demand, because it may run", async () => {
  await aTask("t");
  answer = () => ({ status: 429, body: "{}" });
  expect((await launch()).body).toMatchObject({ code: "launch_failed", detail: expect.stringContaining("429") });
  answer = () => ({ status: 504, body: "{}" });
  expect((await launch()).body).toMatchObject({
    code: "launch_failed",
    detail: expect.stringContaining("all the same"),
  });
  expect((await launch()).body).toMatchObject({ code: "wrong_state" });
  answer = () => "lost";
  expect((await launch({ again: true })).body).toMatchObject({
    code: "launch_failed",
    detail: expect.stringContaining("all the same"),
  });
  expect((await launch()).body).toMatchObject({ code: "wrong_state", detail: expect.stringContaining("again: true") });
  answer = () => ({ status: 200, body: '{"id":"bc_2"}' });
  expect((await launch({ again: true })).body).toMatchObject({ cursorAgentId: "bc_2" });
  expect(launches).toHaveLength(4);
});

test("an event that comes before the answer to the launch is parked under the agent's id, and applied", async () => {
  await aTask("t");
  const body = JSON.stringify({ event: "statusChange", id: "bc_1", status: "ERROR", summary: "No." });
  expect((await call(webhook, "POST", { body, headers: asCursor(body) })).body.received).toBe("parked");
  await launch();
  expect(await stateOf("t")).toBe("failed");
  expect(await db.parkedResult.count()).toBe(0);
});

test("an unknown task, and one that has ended, are not launched", async () => {
  await refused("POST /cursor-tasks/u/launch", PROMPT, [404, "not_found"]);
  await ends(await aTask("t"));
  await refused("POST /cursor-tasks/t/launch", PROMPT, [409, "wrong_state"]);
  expect(launches).toEqual([]);
});

test("an answer of Cursor's without an id leaves the launch open, and says so", async () => {
  await aTask("t");
  for (const body of ["{}", "<html>", '{"id":""}']) {
    answer = () => ({ status: 200, body });
    expect((await launch({ again: true })).body).toMatchObject({
      code: "launch_failed",
      detail: expect.stringContaining("without an id"),
    });
  }
});

test("a result is redelivered, or made a callback, through the API", async () => {
  await ends(await aTask("t"));
  await refused("POST /cursor-tasks/t/redeliver", {}, [409, "wrong_state"]);
  await api(`POST /conversations/${CONVERSATION}/over`, {});
  await refused("POST /cursor-tasks/t/callback", {}, [409, "conflict"]);
  await refused("POST /cursor-tasks/t/callback", { userId: 12 }, [409, "conflict"]);
  const before = await everyRow();
  expect(await everyRow()).toEqual(before);
});
