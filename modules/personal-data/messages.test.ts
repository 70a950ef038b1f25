/** The erasure of a person from texts and e-mails in every state, also while a worker or a request holds them. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { callbackAddress } from "../messages/transports/access.ts";
import { inTransaction } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import { importUsers } from "#modules/callbacks";
import { listDeadLetters, redriveDeadLetters, showMessage, takeInbound, takeStatusReport } from "#modules/messages";
import { erasePerson, exportPerson } from "#modules/personal-data";
import { atOnce, waitingForLocks } from "#tests/factories/at-once";
import { expectInvariants } from "#tests/factories/invariants";
import { aProvider, aText, drainMessages, failedWith, messageStates } from "#tests/factories/messages";
import { placesOf } from "#tests/factories/words";
import { api, everyRow, refused } from "#tests/routes/api";
import { asSupervisor } from "#tests/routes/signed-in";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, db } from "#tests/setup/database";

const WORD = "Zanzibar";
const userId = 4_711n;
/** The id of the same person in another system. */
const ELSEWHERE = "7f2c1b1e-5f43-4a53-9d8e-0f0f0f0f0f0f";
const NUMBER = "+442079460001";
const OTHER = "+442079460002";
const EMAIL = `${WORD.toLowerCase()}@example.com`;
const SENDER = "+14155550100";
const sid = (n: number) => `SM${String(n).padStart(32, "0")}`;
const erase = async () => erasePerson(await aCtx(), { customerId: String(userId) });
const text = (more: Parameters<typeof aText>[0] = {}, ctx: Parameters<typeof aText>[1] = {}) =>
  aText({ customerId: String(userId), body: WORD, ...more }, ctx);
const show = async (id: string) => showMessage(await aCtx(), { id });

async function import_(): Promise<void> {
  // In other letters than messages have it.
  const email = EMAIL.replace("example", "Example");
  const user = { id: userId, firstName: WORD, lastName: WORD, phone: NUMBER, email, timeZone: "Africa/Nairobi" };
  await importUsers(await aCtx(), { users: [user] });
}

async function inbound(n: number, body: string, meaning: "stop" | "start" | "text" = "text") {
  const ctx = await aCtx({ actor: { kind: "twilio" }, newId: () => crypto.randomUUID(), db: connectTest() });
  await takeInbound(ctx, { providerId: sid(n), from: NUMBER, to: SENDER, body, meaning });
}

async function status(n: number, word: string, named: string | null = null) {
  const ctx = await aCtx({ actor: { kind: "twilio" } });
  return takeStatusReport(ctx, {
    named: named === null ? null : { messageId: named, signature: signatureOf(named) },
    providerId: sid(n),
    status: word,
    errorCode: null,
  });
}

const signatureOf = (id: string): string =>
  new URL(callbackAddress("https://desk.example.com", id)).searchParams.get("signature") ?? "";

/** Every way of a word, a number, an address or a provider's name into the tables of messages; in the order of acceptance. */
async function aPast(): Promise<string[]> {
  // Before anybody knew whose number it is.
  await inbound(1, `${WORD} asks who this is`);
  await import_();
  // A customer of another system, at the same number.
  const foreign = await text({ customerId: ELSEWHERE });
  const provider = aProvider(
    { outcome: "sent", providerId: sid(2), said: `201 queued for ${WORD}` },
    { ...failedWith("permanent", "21612"), said: `no way to ${WORD}` },
  );
  await drainMessages(provider.transports, { messageConcurrency: 1 });
  const dead = await text({ metadata: { of: WORD } });
  await drainMessages(provider.transports);
  const sent = aProvider({ outcome: "sent", providerId: sid(3), said: `201 for ${WORD}` });
  const delivered = await text();
  await drainMessages(sent.transports);
  await status(3, "delivered");
  await inbound(4, `STOP ${WORD}`, "stop");
  const address = { subject: WORD, body: WORD, from: "desk@example.com", to: EMAIL };
  await api("POST /messages/email", { customerId: ELSEWHERE, ...address });
  await drainMessages();
  const why = { channel: "sms", recipient: NUMBER, why: `${WORD} asked by letter` };
  await api("POST /messages/suppressions", why, { headers: { "idempotency-key": "suppress" } });
  const held = await text({ sendAfter: "2026-03-05T12:00:00Z" });
  await drainMessages();
  // An event that a newer version has written becomes a dead letter of the queue.
  const unreadable = await text();
  await execute(
    db,
    sql`UPDATE message_queue SET event = event || '{"schema_version": 9}' WHERE id = ${unreadable.id}::uuid`,
  );
  await drainMessages();
  const queued = await text({ to: OTHER });
  return [foreign, dead, delivered, held, unreadable, queued].map(({ id }) => id);
}

test("after an erasure no table holds a word, an address or a provider's name of the person's messages; states, times and counts stay", async () => {
  const ids = await aPast();
  const words = [WORD, NUMBER, OTHER, EMAIL, "Nairobi", sid(1), sid(2), sid(3), sid(4)];
  const planted = await placesOf(WORD);
  for (const place of [
    "messages.body",
    "messages.subject",
    "messages.metadata",
    "message_events.data",
    "message_queue.event",
    "message_suppressions.source",
    "idempotency_keys.answer",
  ])
    expect(planted).toContain(place);
  const counts = sql`SELECT sent_messages AS sent, received_messages AS received, last_at AS at FROM message_conversations ORDER BY started_at, id`;
  const row = z.object({ sent: z.int(), received: z.int(), at: z.date() });
  const before = await query(db, row, counts);
  expect((await erase()).messages).toBe(9);
  for (const word of words) expect(await placesOf(word), word).toEqual([]);
  expect(await query(db, row, counts)).toEqual(before);
  expect(await messageStates()).toEqual(["received", "sent", "dead", "delivered", "received", "sent", "suppressed"]);
  expect((await show(ids[2]!)).timeline.map(({ type }) => type)).toEqual([
    "accepted",
    "stored",
    "sending",
    "sent",
    "delivered",
    "erased",
  ]);
  for (const id of ids.slice(3)) expect((await show(id)).state, id).toBe("suppressed");
  await expectInvariants();
  const once = await everyRow();
  expect((await erase()).messages).toBe(0);
  const { audit_entries: _, ...rows } = once;
  expect(await everyRow()).toMatchObject(rows);
});

test("a stop goes on working after an erasure, also for the one who comes back, until the recipient says start", async () => {
  await import_();
  await text();
  await drainMessages();
  await inbound(1, "STOP", "stop");
  await erase();
  await import_();
  const provider = aProvider();
  const again = await text();
  await drainMessages(provider.transports);
  expect(await show(again.id)).toMatchObject({ state: "suppressed", why: expect.stringContaining("said stop") });
  expect(provider.handed).toEqual([]);
  // The same stop again is the same one, and is found by the number.
  await inbound(2, "STOP", "stop");
  const { suppressions } = (await api(`GET /messages/suppressions?recipient=${encodeURIComponent(NUMBER)}`)).body;
  expect(suppressions).toMatchObject([{ reason: "stop", recipient: expect.stringMatching(/^erased [0-9a-f]{64}$/) }]);
  await inbound(3, "START", "start");
  const after = await text();
  await drainMessages(provider.transports);
  expect(await show(after.id)).toMatchObject({ state: "sent" });
});

test("nothing that waits for an erased person is sent, nor redriven, nor repeated under its key, nor accepted anew", async () => {
  await import_();
  const key = { headers: { "idempotency-key": "the-key" } };
  const body = { customerId: String(userId), from: SENDER, to: NUMBER, body: WORD };
  const dead = await text();
  await drainMessages(aProvider(failedWith("permanent")).transports);
  const queued = await api("POST /messages/sms", body, key);
  await erase();
  expect(await show(queued.body.id as string)).toMatchObject({
    state: "suppressed",
    why: expect.stringContaining("erased"),
    body: null,
  });
  expect((await listDeadLetters(await aCtx(), { limit: 50 })).letters).toEqual([]);
  expect(await redriveDeadLetters(await aCtx(), { ids: [dead.id], preview: false })).toMatchObject({ moved: 0 });
  await refused(`PATCH /messages/dead-letters/${dead.id}`, { to: OTHER }, [409, "wrong_state"]);
  expect((await refused("POST /messages/sms", body, [422, "key_reused"], key)).body.detail).toContain("erased");
  await refused("POST /messages/sms", body, [409, "do_not_call"]);
  const provider = aProvider();
  await drainMessages(provider.transports);
  await advance({ days: 4 });
  await drainMessages(provider.transports);
  expect(provider.handed).toEqual([]);
  expect(await placesOf(WORD)).toEqual([]);
  await expectInvariants();
});

test.each([
  ["is taken", { outcome: "sent", providerId: sid(7), said: `201 for ${WORD}` }, "sent"],
  ["fails for now", { ...failedWith("transient"), said: WORD }, "suppressed"],
  [
    "says stop",
    { ...failedWith("recipient", "21610"), suppression: { reason: "stop", scope: "sender" } },
    "suppressed",
  ],
  ["is not answered", { outcome: "unsure", code: "timeout", sentence: "No answer came." }, "delivered"],
] as const)(
  "of a message that is being sent while its person is erased no word comes back when it %s, and it is not tried again",
  async (_what, answer, state) => {
    await import_();
    const { id } = await text();
    const provider = aProvider(async () => {
      await erase();
      return answer;
    });
    await drainMessages(provider.transports);
    await advance({ hours: 1 });
    await drainMessages(provider.transports);
    // A report of the provider still settles a message with an unknown result: it names the message with our signature.
    if (answer.outcome === "unsure") {
      expect((await show(id)).state).toBe("unsure");
      await status(7, "delivered", id);
    }
    expect(await show(id)).toMatchObject({ state, to: "erased", body: "Erased", providerId: null });
    for (const word of [WORD, NUMBER]) expect(await placesOf(word), word).toEqual([]);
    expect(provider.handed).toHaveLength(1);
    await import_();
    const next = await text({ from: SENDER });
    await drainMessages(aProvider().transports);
    expect((await show(next.id)).state).toBe(
      answer.outcome === "failed" && answer.errorClass === "recipient" ? "suppressed" : "sent",
    );
    await expectInvariants();
  },
);

test("texts that come in, posts, their repeats and workers beside an erasure leave nothing of the person's messages", async () => {
  await import_();
  for (let n = 0; n < 3; n += 1) await text({ idempotencyKey: `key-${n}` });
  const post = (n: number) => async () => text({ idempotencyKey: `key-${n}` }, { db: connectTest() });
  const { refused: codes } = await atOnce<unknown>([
    ...[0, 1, 2, 3, 4].map(post),
    () => inbound(1, "I am on my way"),
    () => drainMessages(aProvider((message) => ({ outcome: "sent", providerId: message.id, said: WORD })).transports),
    erase,
    () => inbound(2, "STOP", "stop"),
    ...[0, 3, 5].map(post),
  ] as (() => Promise<unknown>)[]);
  expect(codes.filter((code) => !["do_not_call", "key_reused"].includes(code))).toEqual([]);
  expect(await placesOf(WORD)).toEqual([]);
  await drainMessages();
  await expectInvariants();
});

test("nobody else is touched: another user's messages, their number that both have, and its suppressions", async () => {
  await import_();
  const other = 4_712n;
  const vera = { id: other, firstName: "Vera", lastName: "Vane", phone: OTHER, email: "vera@example.com" };
  await importUsers(await aCtx(), { users: [vera] });
  await aText({ customerId: String(other), to: OTHER, body: "the red bicycle" });
  await text({ to: OTHER });
  await drainMessages();
  const suppression = { channel: "sms", recipient: OTHER, sender: SENDER, why: "asked by letter" };
  await api("POST /messages/suppressions", suppression);
  const before = await exportPerson(await aCtx(), { customerId: String(other) });
  expect(before.messages).toHaveLength(1);
  await erase();
  expect(await exportPerson(await aCtx(), { customerId: String(other) })).toEqual(before);
  expect(await placesOf(WORD)).toEqual([]);
});

test("an e-mail address in other letters is the same address: its messages are handed out and erased, unless another user has it", async () => {
  await import_();
  const vera = { id: 4_712n, firstName: "Vera", lastName: "Vane", phone: OTHER, email: "Both@example.com" };
  await importUsers(await aCtx(), { users: [vera] });
  const mail = { customerId: ELSEWHERE, from: "desk@example.com", subject: "Hello" };
  await api("POST /messages/email", { ...mail, to: `${WORD}@example.com`, body: WORD });
  await api("POST /messages/email", { ...mail, to: "both@example.com", body: "to both" });
  await drainMessages();
  await api("POST /messages/email", { ...mail, to: EMAIL.toUpperCase(), body: WORD });
  const exported = await exportPerson(await aCtx(), { customerId: String(userId) });
  expect(exported.messages).toMatchObject([{ recipient: `${WORD}@example.com` }]);
  expect(exported.queuedMessages).toHaveLength(1);
  await erase();
  for (const word of [WORD, EMAIL.toUpperCase()]) expect(await placesOf(word), word).toEqual([]);
  expect(await placesOf("to both")).toContain("messages.body");
});

test("an export holds the person's messages with their stories, queued messages, the conversations and the suppressions", async () => {
  await aPast();
  await aText({ customerId: "9", to: "+442079460009", body: "somebody else's" });
  const exported = JSON.parse(JSON.stringify(await exportPerson(await aCtx(), { customerId: String(userId) })));
  expect(exported.messages).toHaveLength(7);
  expect(exported.messages[3]).toMatchObject({
    body: WORD,
    recipient: NUMBER,
    events: [
      { type: "stored" },
      { type: "sending" },
      { type: "sent", data: { said: `201 for ${WORD}` } },
      { type: "delivered" },
    ],
    providerEvents: [{ status: "delivered" }],
  });
  expect(exported.queuedMessages).toMatchObject([{ event: { body: WORD } }, { event: { to: OTHER, body: WORD } }]);
  expect(exported.messageConversations).toHaveLength(2);
  expect(exported.suppressions).toMatchObject([{ reason: "stop" }, { source: `${WORD} asked by letter` }]);
  expect(JSON.stringify(exported)).not.toContain("somebody else's");
});

describe("a customer whom only another system knows", () => {
  const STRANGER = "7f2c1b1e-5f43-4a53-9d8e-0f0f0f0f0f0f";
  const OTHER_STRANGER = "7f2c1b1e-5f43-4a53-9d8e-1f1f1f1f1f1f";
  const asked = async (what: "export" | "erase", customerId = STRANGER) =>
    api(`POST /personal-data/${what}`, { customerId }, { headers: await asSupervisor() });
  const eraseStranger = () => asked("erase");
  const ofStranger = (more: Parameters<typeof text>[0] = {}, ctx: Parameters<typeof text>[1] = {}) =>
    text({ customerId: STRANGER, ...more }, ctx);

  /** Every way into the tables of messages for somebody without a row of users. */
  async function aStrangersPast(): Promise<void> {
    await ofStranger({ metadata: { of: WORD } });
    const provider = aProvider(
      { outcome: "sent", providerId: sid(1), said: `201 for ${WORD}` },
      { ...failedWith("permanent", "21612"), said: `no way to ${WORD}` },
    );
    await drainMessages(provider.transports);
    await status(1, "delivered");
    await ofStranger();
    await drainMessages(provider.transports);
    await inbound(2, `STOP ${WORD}`, "stop");
    const address = { subject: WORD, body: WORD, from: "desk@example.com", to: EMAIL };
    await api("POST /messages/email", { customerId: STRANGER, ...address });
    // The outbox of the way out that needs no credentials.
    await drainMessages();
    const why = { channel: "sms", recipient: NUMBER, why: `${WORD} asked by letter` };
    await api("POST /messages/suppressions", why, { headers: { "idempotency-key": "suppress" } });
    await ofStranger({ to: OTHER, sendAfter: "2026-03-05T12:00:00Z" });
    await drainMessages();
    const unreadable = await ofStranger();
    const newer = sql`UPDATE message_queue SET event = event || '{"schema_version": 9}' WHERE id = ${unreadable.id}::uuid`;
    await execute(db, newer);
    await drainMessages();
    await ofStranger({ idempotencyKey: "the-key" });
  }

  test("is handed out to a supervisor, and leaves nothing but an entry of the audit once erased", async () => {
    await aStrangersPast();
    await ofStranger({ customerId: OTHER_STRANGER, to: "+442079460009", body: "somebody else's" });
    const exported = await asked("export", STRANGER.toUpperCase());
    expect(exported.status).toBe(200);
    const { messages, queuedMessages, messageConversations, suppressions, keptAnswers, ...rest } = exported.body;
    expect(rest).toMatchObject({ user: null, score: null, callbacks: [], calls: [], numbers: [] });
    expect((messages as { body: string }[]).map(({ body }) => body)).toEqual([WORD, WORD, `STOP ${WORD}`, WORD, WORD]);
    expect(queuedMessages).toMatchObject([{ event: { schema_version: 9 } }, { event: { body: WORD } }]);
    expect([messageConversations, suppressions, keptAnswers].map((one) => (one as unknown[]).length)).toEqual([
      2, 2, 1,
    ]);
    expect(JSON.stringify(exported.body)).not.toContain("somebody else's");

    expect(await eraseStranger()).toMatchObject({ status: 200, body: { messages: 7, keptAnswers: 1, users: 0 } });
    for (const word of [WORD, NUMBER, OTHER, EMAIL, sid(1), sid(2)]) expect(await placesOf(word), word).toEqual([]);
    expect(await placesOf(STRANGER)).toEqual(["audit_entries.subject"]);
    expect(await placesOf(OTHER_STRANGER)).toContain("message_queue.event");
    expect(await messageStates()).toEqual(["delivered", "dead", "received", "sent", "suppressed"]);
    for (const what of ["export", "erase"] as const)
      expect(await asked(what)).toMatchObject({ status: 404, body: { code: "not_found" } });
    const entries = await query(
      db,
      z.object({ line: z.string() }),
      sql`SELECT action || ' ' || subject AS line FROM audit_entries WHERE action LIKE 'customer.%' ORDER BY id`,
    );
    expect(entries.map(({ line }) => line)).toEqual([
      `customer.exported customer ${STRANGER}`,
      `customer.erased customer ${STRANGER}`,
    ]);
    await expectInvariants();
  });

  test("may come back as somebody new: a stop still holds, the old key is taken, nothing of the past is found", async () => {
    await aStrangersPast();
    await eraseStranger();
    const repeated = ofStranger({ idempotencyKey: "the-key" });
    await expect(repeated).rejects.toMatchObject({ code: "key_reused", message: expect.stringContaining("erased") });
    const provider = aProvider();
    const [stopped, again] = [await ofStranger({ body: "new" }), await ofStranger({ to: OTHER, body: "new" })];
    await drainMessages(provider.transports);
    expect(await show(stopped.id)).toMatchObject({ state: "suppressed", why: expect.stringContaining("said stop") });
    expect(await show(again.id)).toMatchObject({ state: "sent", customerId: STRANGER });
    const { messages } = await exportPerson(await aCtx(), { customerId: STRANGER });
    expect(messages.map(({ body }) => body)).toEqual(["new", "new"]);
    expect(await placesOf(WORD)).toEqual([]);
    await expectInvariants();
  });

  test("takes nothing of anybody else's with it: an address that a user or another customer has stays theirs", async () => {
    await import_();
    await text({ body: "the user's" });
    await ofStranger();
    await ofStranger({ customerId: OTHER_STRANGER, to: OTHER, body: "the other's" });
    await ofStranger({ to: OTHER });
    await drainMessages();
    await ofStranger({ customerId: "9", to: "+442079460009", body: "queued for another" });
    await ofStranger({ to: "+442079460009" });
    for (const recipient of [NUMBER, OTHER, "+442079460009"])
      await api("POST /messages/suppressions", { channel: "sms", recipient, sender: SENDER, why: "asked by letter" });
    const others = [String(userId), OTHER_STRANGER, "9"];
    const read = async () => Promise.all(others.map(async (customerId) => exportPerson(await aCtx(), { customerId })));
    const before = await read();
    expect((await eraseStranger()).body.messages).toBe(3);
    expect(await placesOf(STRANGER)).toEqual(["audit_entries.subject"]);
    const mine = (all: typeof before) =>
      all.map(({ messages, queuedMessages, suppressions }) => ({
        bodies: messages.map(({ body }) => body).filter((body) => body !== WORD && body !== "Erased"),
        queued: queuedMessages.filter(({ customer_id }) => customer_id !== STRANGER && customer_id !== "erased"),
        suppressions,
      }));
    expect(mine(await read())).toEqual(mine(before));
    expect(mine(before).map(({ suppressions }) => suppressions.length)).toEqual([1, 1, 1]);
  });

  test.each([
    ["is taken", { outcome: "sent", providerId: sid(7), said: `201 for ${WORD}` }, "sent"],
    ["fails for now", { ...failedWith("transient"), said: WORD }, "suppressed"],
  ] as const)(
    "leaves no word of a message that was being sent when it %s, which is not tried again",
    async (_what, answer, state) => {
      const { id } = await ofStranger();
      const provider = aProvider(async () => {
        await eraseStranger();
        return answer;
      });
      await drainMessages(provider.transports);
      await advance({ hours: 1 });
      await drainMessages(provider.transports);
      expect(await show(id)).toMatchObject({ state, to: "erased", body: "Erased", providerId: null });
      for (const word of [WORD, NUMBER]) expect(await placesOf(word), word).toEqual([]);
      expect(provider.handed).toHaveLength(1);
      await expectInvariants();
    },
  );

  test("beside posts, their repeats, inbound texts and workers: nothing from before the erasure is left, and messages accepted after it are whole", async () => {
    const NEW = "Samarkand";
    for (let n = 0; n < 3; n += 1) await ofStranger({ idempotencyKey: `key-${n}` });
    const accepted: string[] = [];
    const post = (n: number) => async () => {
      accepted.push((await ofStranger({ body: NEW, idempotencyKey: `new-${n}` }, { db: connectTest() })).id);
    };
    const { refused: codes } = await atOnce<unknown>([
      ...[0, 1, 2].map(post),
      () => ofStranger({ idempotencyKey: "key-0" }, { db: connectTest() }),
      () => inbound(1, "I am on my way"),
      () =>
        drainMessages(
          aProvider((message) => ({ outcome: "sent", providerId: message.id, said: message.body })).transports,
        ),
      eraseStranger,
      () => inbound(2, "STOP", "stop"),
      ...[3, 4, 5].map(post),
    ] as (() => Promise<unknown>)[]);
    expect(codes.filter((code) => code !== "key_reused")).toEqual([]);
    expect(await placesOf(WORD)).toEqual([]);
    await drainMessages();
    for (const id of accepted) {
      const { body, to, customerId, state } = await show(id);
      const isErased = body !== NEW;
      if (!isErased) expect([to, customerId]).toEqual([NUMBER, STRANGER]);
      else
        expect([[null, "Erased"].includes(body), customerId.startsWith("erased"), state === "accepted"]).toEqual([
          true,
          true,
          false,
        ]);
    }
    await expectInvariants();
  });
});

test("a message that is accepted while its customer is erased waits for the erasure, whether or not there is a row of users", async () => {
  for (const customerId of ["7f2c1b1e-5f43-4a53-9d8e-0f0f0f0f0f0f", "987654"]) {
    await text({ customerId });
    const other = connectTest({ poolSize: 2 });
    let isAccepted = false;
    let posting: Promise<unknown> | undefined;
    await inTransaction(await aCtx({ actor: { kind: "system" } }), async (tx) => {
      await erasePerson(tx, { customerId });
      posting = text({ customerId, body: "new" }, { db: other }).then(() => (isAccepted = true));
      await expect.poll(() => waitingForLocks(other), { timeout: 20_000 }).toBe(1);
      expect(isAccepted).toBe(false);
    });
    await posting;
    expect((await exportPerson(await aCtx(), { customerId })).queuedMessages).toMatchObject([
      { event: { body: "new" } },
    ]);
  }
});
