import { expect, test } from "vitest";
import { z } from "zod";
import { query, sql } from "#lib/database/sql";
import { untilAnswered } from "../factories/at-once.ts";
import { expectInvariants } from "../factories/invariants.ts";
import { drainMessages } from "../factories/messages.ts";
import { advance, db } from "../setup/database.ts";
import { api, refused } from "./api.ts";
import { asCron } from "./call.ts";
import { asSupervisor } from "./signed-in.ts";

const text = {
  customerId: "1001",
  from: "+14155550100",
  to: "+442079460001",
  body: "We call you at 15:30.",
};
const mail = {
  customerId: 1001,
  from: "desk@example.com",
  to: "uma@example.com",
  subject: "Your call",
  body: "At 15:30.",
};

async function queued(): Promise<number> {
  const [row] = await query(db, z.object({ n: z.int() }), sql`SELECT count(*)::int AS n FROM message_queue`);
  return row!.n;
}

test("a text is accepted with 202 and its address, is sent by the cron, and can be read with its timeline", async () => {
  const accepted = await api("POST /messages/sms", text);
  expect(accepted.status).toBe(202);
  expect(accepted.headers.get("location")).toBe(`/api/messages/${accepted.body.id}`);
  expect(accepted.body).toMatchObject({ status: "accepted", encoding: "GSM-7", segments: 1, isReplay: false });
  expect((await api(`GET /messages/${accepted.body.id}`)).body).toMatchObject({ state: "accepted" });
  const drained = await api("GET /cron/messages", undefined, { headers: asCron });
  expect(drained.body).toMatchObject({ stored: 1, sent: 1, faults: 0 });
  const shown = await api(`GET /messages/${accepted.body.id}`);
  expect(shown.body).toMatchObject({
    state: "sent",
    body: text.body,
    from: text.from,
    to: text.to,
    customerId: "1001",
  });
  await expectInvariants();
});

test("the messages of a conversation are paged, newest first, and a conversation that is none is not found", async () => {
  for (const body of ["one", "two", "three"]) await api("POST /messages/sms", { ...text, body });
  await drainMessages();
  const { conversations } = (await api("GET /messages/conversations")).body as { conversations: { id: string }[] };
  const path = `GET /conversations/${conversations[0]!.id}/messages?limit=2`;
  const first = (await api(path)).body as { messages: unknown[]; nextCursor: string };
  expect(first.messages).toMatchObject([{ body: "three" }, { body: "two" }]);
  const next = (await api(`${path}&cursor=${first.nextCursor}`)).body;
  expect(next).toMatchObject({ messages: [{ body: "one" }], nextCursor: null });
  const unknown = "GET /conversations/00000000-0000-4000-8000-000000000000/messages";
  await refused(unknown, undefined, [404, "not_found"]);
});

test("a provider is left alone by a supervisor, says so in the list, and is used again", async () => {
  await refused("POST /messages/providers/outbox/pause", { why: " " }, [400, "invalid_input"]);
  expect((await api("POST /messages/providers/outbox/pause", { why: "incident" })).body).toMatchObject({
    success: true,
  });
  await api("POST /messages/sms", text);
  await drainMessages();
  const { providers } = (await api("GET /messages/providers")).body as { providers: unknown[] };
  expect(providers).toMatchObject([{ transport: "outbox", isPaused: true, waiting: 1 }]);
  await refused("POST /messages/providers/outbox/pause", { why: "again" }, [409, "wrong_state"]);
  await api("POST /messages/providers/outbox/resume");
  await refused("POST /messages/providers/outbox/resume", undefined, [409, "wrong_state"]);
});

test("an e-mail is accepted in the same way", async () => {
  const accepted = await api("POST /messages/email", mail);
  expect(accepted.body).toMatchObject({ status: "accepted", encoding: null, segments: null });
  await drainMessages();
  expect((await api(`GET /messages/${accepted.body.id}`)).body).toMatchObject({ state: "sent", subject: "Your call" });
});

test("the same key with the same body is the same message, marked as a replay; with another body it is refused", async () => {
  const headers = { "idempotency-key": "k-1", authorization: `Bearer ${process.env.SERVICE_API_KEY}` };
  const first = await api("POST /messages/sms", text, { headers });
  const again = await api("POST /messages/sms", { ...text, from: "+1 415 555 0100" }, { headers });
  expect([again.status, again.body.id, again.body.isReplay]).toEqual([202, first.body.id, true]);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  // The key in the body is the same key.
  expect((await api("POST /messages/sms", { ...text, idempotencyKey: "k-1" })).body.id).toBe(first.body.id);
  await refused("POST /messages/sms", { ...text, body: "Another" }, [422, "key_reused"], { headers });
  expect(await queued()).toBe(1);
  // The same text from another caller is another key.
  const theirs = { ...(await asSupervisor()), "idempotency-key": "k-1" };
  expect((await api("POST /messages/sms", text, { headers: theirs })).body).toMatchObject({ isReplay: false });
  // The key is kept as long as the message, not as long as other keys.
  await drainMessages();
  await advance({ days: 60 });
  expect((await api("POST /messages/sms", text, { headers })).body.id).toBe(first.body.id);
  expect(await queued()).toBe(0);
});

test("without a key the time of sending makes one; without that two equal posts are two messages", async () => {
  const dated = { ...text, sentAt: "2026-03-02T08:59:58.200Z" };
  const first = await api("POST /messages/sms", dated);
  // The same second in any notation.
  for (const sentAt of [dated.sentAt, "2026-03-02T09:59:58.200+01:00", "2026-03-02T08:59:58.900Z"]) {
    const same = await api("POST /messages/sms", { ...dated, sentAt });
    expect(same.body).toMatchObject({ id: first.body.id, isReplay: true });
  }
  const [one, other] = [await api("POST /messages/sms", text), await api("POST /messages/sms", text)];
  expect(one.body.id).not.toBe(other.body.id);
  expect(await queued()).toBe(3);
});

test("the times of a request are the same in any spelling: a repeat with another offset is a replay", async () => {
  const dated = {
    ...text,
    idempotencyKey: "k-1",
    sendAfter: "2026-03-02T12:00:00Z",
    expiresAt: "2026-03-02T15:00:00Z",
  };
  const first = await api("POST /messages/sms", dated);
  const again = { ...dated, sendAfter: "2026-03-02T13:00:00.000+01:00", expiresAt: "2026-03-02T10:00:00-05:00" };
  expect((await api("POST /messages/sms", again)).body).toMatchObject({ id: first.body.id, isReplay: true });
  await refused("POST /messages/sms", { ...dated, expiresAt: "2026-03-02T15:00:01Z" }, [422, "key_reused"]);
});

test("messages and suppressions are found by a number and an address however they are written", async () => {
  await api("POST /messages/sms", text);
  await api("POST /messages/email", mail);
  await drainMessages();
  await api("POST /messages/suppressions", { channel: "sms", recipient: text.to, why: "asked" });
  for (const to of [
    "+44 (0)20 7946 0001",
    "tel:+442079460001",
    "0044 20 7946-0001",
    "＋４４ ２０ ７９４６ ０００１",
    " UMA@EXAMPLE.com ",
  ]) {
    const asked = encodeURIComponent(to);
    for (const query of [`/messages?to=${asked}`, `/messages?search=${asked}`])
      expect((await api(`GET ${query}`)).body.messages, query).toHaveLength(1);
    if (to.includes("@")) continue;
    const { suppressions } = (await api(`GET /messages/suppressions?recipient=${asked}`)).body;
    expect(suppressions, to).toHaveLength(1);
  }
});

test("a key that was made is not one that the caller has used: another message that would have the same says to send a key", async () => {
  const dated = { ...mail, sentAt: "2026-03-02T08:59:58Z" };
  await api("POST /messages/email", dated);
  const other = { ...dated, subject: "Your invoice" };
  const { status, body } = await api("POST /messages/email", other);
  expect([status, body.code, body.detail]).toEqual([
    422,
    "key_reused",
    expect.stringContaining("send a key of its own"),
  ]);
  expect(await queued()).toBe(1);
  expect((await api("POST /messages/email", { ...other, idempotencyKey: "invoice" })).status).toBe(202);
});

test("of fifty posts of one key at once one is queued, and all have its id", async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, () =>
      untilAnswered(() => api("POST /messages/sms", { ...text, idempotencyKey: "twin" })),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(answers.filter(({ body }) => body.isReplay === false)).toHaveLength(1);
  expect(await queued()).toBe(1);
  await expectInvariants();
});

test.each([
  ["letters in a number", { ...text, to: "+1 800 FLOWERS" }],
  ["an extension", { ...text, to: "+442079460001 ext. 12" }],
  ["a short code", { ...text, to: "12345" }],
  ["a number without its country", { ...text, to: "020 7946 0001" }],
  ["a number that no network gives out", { ...text, to: "+15550100" }],
  ["a number of the right length that no network gives out", { ...text, to: "+441632960000" }],
  ["an empty text", { ...text, body: " \n " }],
  ["a text that is too long", { ...text, body: "a".repeat(1_601) }],
  [
    "an expiry before the time of sending",
    { ...text, sendAfter: "2026-03-03T09:00:00Z", expiresAt: "2026-03-03T08:00:00Z" },
  ],
  ["no customer", { ...text, customerId: "somebody" }],
  ["a time without an offset", { ...text, sentAt: "2026-03-02T09:00:00" }],
])("%s is refused, and nothing is queued", async (_name, body) => {
  await refused("POST /messages/sms", body, [400, "invalid_input"]);
});

test.each([
  ["a line break in a subject", { ...mail, subject: "Hi\r\nBcc: all@example.com" }],
  ["a line break in an address", { ...mail, to: "uma@example.com\nBcc: all@example.com" }],
  ["an address without a domain", { ...mail, to: "uma" }],
  ["a name before the address", { ...mail, from: "Desk <desk@example.com>" }],
])("of an e-mail %s is refused, and nothing is queued", async (_name, body) => {
  await refused("POST /messages/email", body, [400, "invalid_input"]);
});
