import { expect, test } from "vitest";
import { conversationToken } from "#lib/identity/conversation-token";
import { aUser } from "#tests/factories/desk";
import { aTask, CONVERSATION, ends, stateOf } from "#tests/factories/tasks";
import { advance } from "#tests/setup/database";
import { GET as events } from "../../app/api/conversations/[conversationId]/events/route.ts";
import { api, everyRow, refused } from "./api.ts";
import { asService } from "./call.ts";

const LATER = new Date("2100-01-01");
const asSubscriber = (conversationId = CONVERSATION, expiresAt = LATER) => ({
  authorization: `Bearer ${conversationToken(conversationId, expiresAt)}`,
});
const EVENTS = `/conversations/${CONVERSATION}/events`;

/** A stream that is read event by event, as a browser reads it. */
async function open(headers: Record<string, string> = {}) {
  const gone = new AbortController();
  const request = new Request(`http://localhost:3000/api${EVENTS}`, {
    headers: { accept: "text/event-stream", ...asService, ...headers },
    signal: gone.signal,
  });
  const response = await events(request, { params: Promise.resolve({ conversationId: CONVERSATION }) });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (): Promise<{ id: string; data: { contextId: string; id: string } } | null> => {
    for (;;) {
      const found = /id: (\d+)\nevent: result\ndata: (.*)\n\n/.exec(text);
      if (found) {
        text = text.slice(found.index + found[0].length);
        return { id: found[1]!, data: JSON.parse(found[2]!) };
      }
      const { value, done } = await reader.read();
      if (done) return null;
      text += value;
    }
  };
  return { response, next, leave: () => gone.abort() };
}

const acknowledge = (id: string) => api(`POST ${EVENTS}/${id}/ack`, {});

test("a subscriber gets its results, acknowledges them, and gets them no more", async () => {
  const { body } = await api(`POST /conversations/${CONVERSATION}/token`, {});
  const headers = { authorization: `Bearer ${body.token}` };
  await ends(await aTask("t", { sessionPayload: { call: "CA1" } }));
  const sent = await api(`GET ${EVENTS}`, undefined, { headers });
  expect(sent.body).toMatchObject({
    isOver: false,
    events: [{ id: "1", type: "contextual_update", contextId: "t", metadata: { sessionPayload: { call: "CA1" } } }],
  });
  expect((await api(`POST ${EVENTS}/1/ack`, {}, { headers })).body).toEqual({ acknowledged: true, taskId: "t" });
  expect((await api(`POST ${EVENTS}/1/ack`, {}, { headers })).status).toBe(200);
  expect((await api(`GET ${EVENTS}`, undefined, { headers })).body.events).toEqual([]);
});

test("a conversation token opens one conversation, no other, no list, and nothing after its time", async () => {
  await aTask("t");
  for (const request of [`GET /conversations/other/events`, `GET /cursor-tasks`, `GET /cursor-tasks/t`])
    expect((await api(request, undefined, { headers: asSubscriber() })).status).toBe(403);
  await refused("POST /conversations/other/over", {}, [403, "forbidden"], { headers: asSubscriber() });
  await refused(`POST ${EVENTS}/1/ack`, {}, [401, "unauthenticated"], {
    headers: asSubscriber(CONVERSATION, new Date(0)),
  });
  const token = conversationToken(CONVERSATION, LATER);
  for (const forged of [
    token.replace(/.$/, "A"),
    token.replace(/_\d+_/, "_9999999999_"),
    token.slice(0, -1),
    "rbh_1_x_y",
  ])
    expect((await api(`GET ${EVENTS}`, undefined, { headers: { authorization: `Bearer ${forged}` } })).status).toBe(
      401,
    );
});

test("a token is valid for a day by the database's clock, also when this machine's is wrong", async () => {
  const { body } = await api(`POST /conversations/${CONVERSATION}/token`, {});
  const headers = { authorization: `Bearer ${body.token}` };
  await advance({ hours: 24, seconds: -1 });
  expect((await api(`GET ${EVENTS}`, undefined, { headers })).status).toBe(200);
  await advance({ seconds: 1 });
  expect((await api(`GET ${EVENTS}`, undefined, { headers })).status).toBe(401);
});

test("a conversation that its subscriber ends makes the callback, and a repeat of the order makes no second", async () => {
  const userId = await aUser();
  await ends(await aTask("t", { userId }));
  const hang = () => api(`POST /conversations/${CONVERSATION}/over`, {}, { headers: asSubscriber() });
  expect((await hang()).body).toEqual({ isOver: true, callbackIds: [1], pending: 0 });
  expect((await hang()).body).toEqual({ isOver: true, callbackIds: [], pending: 0 });
  expect((await api(`GET /callbacks/1`)).body).toMatchObject({ userId: String(userId), status: "pending" });
  expect((await api(`GET ${EVENTS}`)).body).toMatchObject({ events: [], isOver: true });
});

test("a stream sends what is there, then each result as it arrives, with its id, kept from every cache and packer", async () => {
  await ends(await aTask("first"));
  await aTask("second");
  const { response, next, leave } = await open();
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(response.headers.get("cache-control")).toBe("no-store, no-transform");
  expect(await next()).toMatchObject({ id: "1", data: { contextId: "first", id: "1" } });
  await ends("second");
  expect(await next()).toMatchObject({ id: "2", data: { contextId: "second" } });
  leave();
  await acknowledge("1");
  expect([await stateOf("first"), await stateOf("second")]).toEqual(["delivered", "delivering"]);
});

test("a stream that is opened again after a break says what was received, and gets the rest", async () => {
  for (const taskId of ["a", "b"]) await ends(await aTask(taskId));
  const broken = await open();
  const heard = await broken.next();
  broken.leave();
  const again = await open({ "last-event-id": heard!.id });
  expect(await again.next()).toMatchObject({ data: { contextId: "b" } });
  again.leave();
  const afresh = await open();
  expect([await afresh.next(), await afresh.next()]).toMatchObject([
    { data: { contextId: "a" } },
    { data: { contextId: "b" } },
  ]);
  afresh.leave();
});

test("a stream ends when the conversation is over", async () => {
  const { next } = await open();
  await api(`POST /conversations/${CONVERSATION}/over`, {});
  expect(await next()).toBeNull();
});

test.each(["x", "", "-1", "12345678901234567890"])(
  "a last event id that is none, %j, counts as nothing heard",
  async (id) => {
    await ends(await aTask("t"));
    const { response, next, leave } = await open({ "last-event-id": id });
    expect(response.status).toBe(200);
    expect(await next()).toMatchObject({ data: { contextId: "t" } });
    leave();
  },
);

test("a stream is opened by nobody without the right to it", async () => {
  const before = await everyRow();
  expect((await open({ authorization: "Bearer nonsense" })).response.status).toBe(401);
  expect((await open(asSubscriber("other"))).response.status).toBe(403);
  expect(await everyRow()).toEqual(before);
});

test("two subscribers of one conversation get the same results; a result that one acknowledges is not redelivered to the other", async () => {
  const [one, two] = [await open(), await open()];
  await ends(await aTask("t"));
  const first = await Promise.race([one.next(), two.next()]);
  expect(first).toMatchObject({ data: { contextId: "t" } });
  await acknowledge(first!.id);
  expect((await acknowledge(first!.id)).status).toBe(200);
  one.leave();
  two.leave();
});
