/** A browser holds a conversation from a page that is not ours. */
import { expect, test } from "vitest";
import { aTask, CONVERSATION, ends } from "#tests/factories/tasks";
import { advance } from "#tests/setup/database";
import { GET as events, OPTIONS as preflight } from "../../app/api/conversations/[conversationId]/events/route.ts";
import { POST as over } from "../../app/api/conversations/[conversationId]/over/route.ts";
import { POST as streamToken } from "../../app/api/conversations/[conversationId]/stream-token/route.ts";
import { GET as listCallbacks, OPTIONS as callbacks } from "../../app/api/callbacks/route.ts";
import { api } from "./api.ts";
import { asService, call, lines } from "./call.ts";

const ORIGIN = "https://app.example.com";
process.env.CONVERSATION_ORIGINS = `${ORIGIN}, http://localhost:5173`;

const params = { conversationId: CONVERSATION };
const asking = (origin: string) => ({
  headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
  params,
});
const allowed = ({ headers }: { headers: Headers }) => headers.get("access-control-allow-origin");

/** Opens a stream as an EventSource does: with an address, an origin, and the id of the last event. */
async function open(query: string, headers: Record<string, string> = {}, conversationId = CONVERSATION) {
  const gone = new AbortController();
  const request = new Request(`http://localhost:3000/api/conversations/${conversationId}/events?${query}`, {
    headers: { accept: "text/event-stream", origin: ORIGIN, ...headers },
    signal: gone.signal,
  });
  const response = await events(request, { params: Promise.resolve({ conversationId }) });
  const first = async () => {
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      text += value ?? "";
      const [, taskId] = /"contextId":"([^"]+)"/.exec(text) ?? [];
      if (taskId !== undefined || done) return taskId;
    }
  };
  return { response, first, leave: () => gone.abort() };
}

/** A token for the stream, as the subscriber of the conversation gets one. */
async function aStreamToken(): Promise<string> {
  const { body } = await api(`POST /conversations/${CONVERSATION}/token`, {});
  const headers = { authorization: `Bearer ${body.token}` };
  return String((await api(`POST /conversations/${CONVERSATION}/stream-token`, {}, { headers })).body.token);
}

test("a page of a listed origin may ask and read, errors as well, and never with credentials", async () => {
  for (const origin of [ORIGIN, "http://localhost:5173"]) {
    const may = await call(preflight, "OPTIONS", asking(origin));
    expect([may.status, allowed(may)]).toEqual([204, origin]);
    expect(may.headers.get("access-control-allow-headers")).toContain("authorization");
    expect(may.headers.get("access-control-allow-methods")).toContain("GET");
    for (const { headers } of [
      may,
      await call(events, "GET", { headers: { ...asService, origin }, params }),
      await call(over, "POST", { headers: { origin }, params }),
      await call(streamToken, "POST", { headers: { authorization: "Bearer nonsense", origin }, params }),
    ]) {
      expect(headers.get("access-control-allow-origin")).toBe(origin);
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      expect(headers.get("vary")).toContain("Origin");
    }
  }
});

test.each([
  "https://app.example.com.evil.example",
  "https://evil.example",
  "http://app.example.com",
  "https://app.example.com:8443",
  "https://APP.example.com",
  "null",
  "*",
])("a page of %s may read nothing, and a cache learns that origins differ", async (origin) => {
  for (const answer of [
    await call(preflight, "OPTIONS", asking(origin)),
    await call(events, "GET", { headers: { ...asService, origin }, params }),
  ]) {
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect(answer.headers.get("vary")).toContain("Origin");
  }
});

test("routes that are not for subscribers of a conversation are for no other origin", async () => {
  const headers = { ...asService, origin: ORIGIN };
  expect(allowed(await call(listCallbacks, "GET", { headers }))).toBeNull();
  expect(allowed(await call(callbacks, "OPTIONS", asking(ORIGIN)))).toBeNull();
});

test("a stream is opened by a token in its address, which stands in no line of the log", async () => {
  const token = await aStreamToken();
  await ends(await aTask("t"));
  const { response, first, leave } = await open(`token=${token}`);
  expect([response.status, allowed(response)]).toEqual([200, ORIGIN]);
  expect(await first()).toBe("t");
  leave();
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join()).not.toContain(token);
});

test("a token for a stream opens its own conversation only, nothing but a stream, and for a minute only", async () => {
  const token = await aStreamToken();
  expect((await open(`token=${token}`, {}, "other")).response.status).toBe(403);
  expect((await open(`token=${token}`, { accept: "application/json" })).response.status).toBe(401);
  const bearer = { authorization: `Bearer ${token}` };
  expect((await call(over, "POST", { headers: bearer, params })).status).toBe(401);
  expect((await open("", bearer)).response.status).toBe(401);
  const day = String((await api(`POST /conversations/${CONVERSATION}/token`, {})).body.token);
  expect((await open(`token=${day}`)).response.status).toBe(401);
  expect((await open(`token=${day.replace("rbh", "rbs")}`)).response.status).toBe(401);
  await advance({ seconds: 59 });
  const last = await open(`token=${token}`);
  expect(last.response.status).toBe(200);
  last.leave();
  await advance({ seconds: 1 });
  expect((await open(`token=${token}`)).response.status).toBe(401);
});

test("the last event id in the header counts before that in the address, and a malformed id counts as none", async () => {
  for (const taskId of ["a", "b"]) await ends(await aTask(taskId));
  for (const [query, headers, heard] of [
    ["after=x", {}, "a"],
    ["after=", {}, "a"],
    ["after=123456789012345678901", {}, "a"],
    ["after=1", {}, "b"],
    ["after=x", { "last-event-id": "1" }, "b"],
    ["after=0", { "last-event-id": "1" }, "b"],
  ] as const) {
    const { first, leave } = await open(query, { ...asService, ...headers });
    expect(await first(), query).toBe(heard);
    leave();
  }
});
