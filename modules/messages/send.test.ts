import { expect, test } from "vitest";
import { z } from "zod";
import { execute, query, sql } from "#lib/database/sql";
import { signatureOf } from "#lib/identity/signature";
import { anAgent, aUser } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aProvider, aText, drainMessages, failedWith, messageStates } from "#tests/factories/messages";
import { type FakeSmtp, SMTP_STAGES, type SmtpStage, startSmtp } from "#tests/fakes/smtp";
import { aCtx } from "#tests/setup/ctx";
import { advance, db, setClock } from "#tests/setup/database";
import {
  acceptEmail,
  correctAddress,
  listDeadLetters,
  listMessages,
  listProviders,
  listSuppressions,
  pauseProviderByHand,
  redriveDeadLetters,
  releaseMessage,
  removeSuppression,
  resumeProvider,
  settleUnsureMessage,
  settleUnsureSpan,
  showMessage,
  suppressRecipient,
  takeInbound,
  takeStatusReport,
} from "./index.ts";
import { claimDue } from "./sql/claim-due.ts";
import { sendMessage } from "./send.ts";
import { storeFromQueue } from "./store-from-queue.ts";
import { readSmtpUrl } from "./transports/access.ts";
import { outbox } from "./transports/outbox.ts";
import { smtpTransport } from "./transports/smtp.ts";
import type { Transport } from "./transports/transport.ts";

const show = async (id: string) => showMessage(await aCtx(), { id });
const UNSURE = { outcome: "unsure", code: "timeout", sentence: "No answer came." } as const;
const BY_HAND = { channel: "sms", reason: "manual", why: "asked by letter" } as const;
const SENT = { outcome: "sent", providerId: "SM1" } as const;
const sid = (n: number) => `SM${String(n).padStart(32, "0")}`;
const pausedNow = async () => (await listProviders(await aCtx())).providers.filter(({ isPaused }) => isPaused);
const report = async (providerId: string, status: string, errorCode: string | null = null) =>
  takeStatusReport(await aCtx({ actor: { kind: "twilio" } }), { named: null, providerId, status, errorCode });

test("attempts end at the maximum, and the message is a dead letter", async () => {
  const { id } = await aText();
  const provider = aProvider(failedWith("transient"));
  for (let round = 0; round < 5; round += 1) {
    await drainMessages(provider.transports, { retryMaxAttempts: 3 });
    await advance({ hours: 1 });
  }
  expect(provider.handed).toHaveLength(3);
  expect(await show(id)).toMatchObject({
    state: "dead",
    attempts: 3,
    why: expect.stringContaining("the last of 3 attempts"),
  });
  await expectInvariants();
});

test("an e-mail whose server falls silent before the end of the message is tried again and arrives once; after it, the e-mail is unsure", async () => {
  const servers = new Map<string, FakeSmtp>();
  const ids = new Map<SmtpStage, string>();
  for (const at of SMTP_STAGES) {
    const server = await startSmtp(["AUTH PLAIN"]);
    server.misbehave({ at, how: "hang" });
    servers.set(at, server);
    const mail = { customerId: `${2_000 + ids.size}`, from: "desk@example.com", to: "uma@example.org", subject: at };
    const ctx = await aCtx({ newId: () => crypto.randomUUID() });
    ids.set(at, (await acceptEmail(ctx, { ...mail, body: "Now.", urgent: false })).id);
  }
  let silenceMs = 1_500;
  const email: Transport = {
    name: "smtp",
    send: (message, options) => {
      const { url } = servers.get(message.subject!)!;
      const times = { greetingMs: silenceMs, answerMs: silenceMs, attemptMs: 60_000 };
      return smtpTransport(readSmtpUrl(url.replace("//", "//uma:secret@")), times).send(message, options);
    },
  };
  const transports = { sms: outbox, email };
  await drainMessages(transports);
  for (const server of servers.values()) server.misbehave(null);
  silenceMs = 30_000;
  await advance({ minutes: 1 });
  await drainMessages(transports);
  for (const at of SMTP_STAGES) {
    const isOver = at === "body" || at === "end";
    const { state, attempts } = await show(ids.get(at)!);
    expect({ at, state, attempts, taken: servers.get(at)!.taken.length }).toEqual({
      at,
      state: isOver ? "unsure" : "sent",
      attempts: isOver ? 1 : 2,
      taken: at === "body" ? 0 : 1,
    });
  }
  await Promise.all([...servers.values()].map(({ stop }) => stop()));
  await expectInvariants();
});

test("a message that could not be sent for too long is a dead letter, although attempts are left", async () => {
  const { id } = await aText();
  const provider = aProvider(failedWith("transient"));
  await drainMessages(provider.transports);
  await advance({ hours: 73 });
  await drainMessages(provider.transports);
  expect(provider.handed).toHaveLength(1);
  expect(await show(id)).toMatchObject({ state: "dead" });
});

test("a provider that is throttled is left alone by all for as long as it asked, and no attempt is spent", async () => {
  const { id } = await aText();
  const other = await aText({ customerId: 1002 });
  const provider = aProvider(
    { ...failedWith("throttled", "20429"), retryAfter: "20", said: "429 Too many" },
    { ...SENT, providerId: sid(1) },
    { ...SENT, providerId: sid(2) },
  );
  await drainMessages(provider.transports, { messageConcurrency: 1 });
  expect(provider.handed).toHaveLength(1);
  expect(await pausedNow()).toMatchObject([{ transport: "twilio", pausedUntil: "2026-03-02T09:00:20.000Z" }]);
  const { timeline } = await show(id);
  expect(timeline.at(-1)).toMatchObject({ type: "deferred", data: { code: "20429", said: "429 Too many" } });
  await advance({ seconds: 19 });
  await drainMessages(provider.transports);
  expect(provider.handed).toHaveLength(1);
  await advance({ seconds: 1 });
  await drainMessages(provider.transports);
  expect(await messageStates()).toEqual(["sent", "sent"]);
  expect([(await show(id)).attempts, (await show(other.id)).attempts]).toEqual([1, 1]);
  await expectInvariants();
});

test.each([
  ["throttled", (at: Date) => at.toUTCString()],
  ["throttled", () => "20"],
  ["transient", (at: Date) => at.toUTCString()],
  ["transient", () => "20"],
] as const)(
  "a Retry-After that comes late in a round counts from when it came: %s, with %s",
  async (errorClass, header) => {
    await aText();
    const { now } = await aCtx();
    const after = (seconds: number) => setClock(new Date(now.getTime() + seconds * 1_000));
    const refusedLate = async () => {
      await after(50);
      return { ...failedWith(errorClass, "20429"), retryAfter: header(new Date(now.getTime() + 70_000)) };
    };
    const provider = aProvider(refusedLate, { ...SENT, providerId: sid(1) });
    await drainMessages(provider.transports, { messageConcurrency: 1 });
    await after(69);
    await drainMessages(provider.transports);
    expect(provider.handed).toHaveLength(1);
    await after(70);
    await drainMessages(provider.transports);
    expect(await messageStates()).toEqual(["sent"]);
  },
);

test("a dead letter whose address was put right still says why it is dead, until it is redriven", async () => {
  const { id } = await aText();
  const provider = aProvider(failedWith("permanent", "21211"), { ...SENT, providerId: sid(1) });
  await drainMessages(provider.transports);
  const { why } = await show(id);
  for (const to of ["+442079460002", "+442079460003"]) {
    await correctAddress(await aCtx(), { id, to });
    expect(await show(id)).toMatchObject({
      to,
      state: "dead",
      why: `${why} Its address was put right; it is sent when somebody redrives it.`,
    });
  }
  await redriveDeadLetters(await aCtx(), { ids: [id], preview: false });
  await drainMessages(provider.transports);
  expect(await show(id)).toMatchObject({ state: "sent", to: "+442079460003" });
  await expectInvariants();
});

test("a fault of our own holds the provider until somebody resumes it, and suppresses nobody", async () => {
  const { id } = await aText();
  const provider = aProvider(failedWith("ours", "20003"), SENT);
  await drainMessages(provider.transports);
  await advance({ hours: 5 });
  await drainMessages(provider.transports);
  expect(provider.handed).toHaveLength(1);
  expect(await pausedNow()).toMatchObject([{ transport: "twilio", pausedUntil: null }]);
  expect(await query(db, z.object({ id: z.int() }), sql`SELECT id FROM message_suppressions`)).toEqual([]);
  await resumeProvider(await aCtx(), { transport: "twilio" });
  await drainMessages(provider.transports);
  expect(await show(id)).toMatchObject({ state: "sent" });
});

test("a message that nobody has tried says by whom its provider is paused, and until when; a shorter pause changes nothing", async () => {
  const { id } = await aText();
  const pause = async (why: string, until?: string) =>
    pauseProviderByHand(await aCtx(), { transport: "outbox", why, ...(until !== undefined && { until }) });
  await expect(pause("too late", "2026-03-02T08:59:00Z")).rejects.toMatchObject({ code: "invalid_input" });
  await pause("incident", "2026-03-02T10:30:00Z");
  await drainMessages();
  expect((await show(id)).why).toContain("paused until 10:30 UTC: Paused through the API: incident.");
  await expect(pause("shorter", "2026-03-02T10:00:00Z")).rejects.toMatchObject({ code: "wrong_state" });
  await pause("for good");
  const { providers } = await listProviders(await aCtx());
  expect(providers).toMatchObject([
    { transport: "outbox", channels: ["sms", "email"], isPaused: true, pausedUntil: null, waiting: 1 },
  ]);
  await advance({ hours: 5 });
  await drainMessages();
  expect((await show(id)).why).toContain("paused until somebody resumes it: Paused through the API: for good.");
  await resumeProvider(await aCtx(), { transport: "outbox" });
  await pause("over night", "2026-03-03T06:05:00Z");
  expect((await show(id)).why).toContain("is paused until 3 March 06:05 UTC: ");
  await resumeProvider(await aCtx(), { transport: "outbox" });
  await drainMessages();
  expect(await show(id)).toMatchObject({ state: "sent" });
  await expectInvariants();
});

test("a message that another provider had before waits for the one that sends it now, in its own words and in the count of the providers", async () => {
  const { id } = await aText();
  await drainMessages(aProvider(failedWith("transient")).transports);
  await pauseProviderByHand(await aCtx(), { transport: "twilio", why: "incident" });
  expect((await show(id)).why).toBe("The provider answered 500. It is tried again.");
  expect(await pausedNow()).toMatchObject([{ transport: "twilio", channels: [], waiting: 0 }]);
  await resumeProvider(await aCtx(), { transport: "twilio" });
  await pauseProviderByHand(await aCtx(), { transport: "outbox", why: "incident" });
  expect((await show(id)).why).toContain("Its provider is paused until somebody resumes it");
  expect(await pausedNow()).toMatchObject([{ transport: "outbox", waiting: 1 }]);
});

test("the list holds what is still in the queue, in the order of acceptance, page after page", async () => {
  await aUser({ id: 1002n, firstName: "Ivan", lastName: "Petrov" });
  const ids = [(await aText()).id];
  await drainMessages();
  for (const customerId of [1002, 1003]) ids.unshift((await aText({ customerId })).id);
  const whole = await listMessages(await aCtx(), { limit: 50 });
  expect(whole.messages.map(({ id, state }) => [id, state])).toEqual([
    [ids[0], "accepted"],
    [ids[1], "accepted"],
    [ids[2], "sent"],
  ]);
  expect(whole.messages[1]).toMatchObject({
    customerName: "Ivan Petrov",
    why: expect.stringContaining("in the queue"),
  });
  const paged: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof listMessages>> = await listMessages(await aCtx(), { limit: 1, cursor });
    paged.push(...page.messages.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(ids);
  expect((await listMessages(await aCtx(), { limit: 50, state: "sent" })).messages).toHaveLength(1);
  expect((await listMessages(await aCtx(), { limit: 50, to: "+442079460001" })).messages).toHaveLength(1);
});

test("a recipient at fault is suppressed, and the next message to the same number is not sent", async () => {
  const first = await aText();
  const stop = { ...failedWith("recipient", "21610"), suppression: { reason: "stop", scope: "sender" } } as const;
  const provider = aProvider(stop, SENT);
  await drainMessages(provider.transports);
  expect(await show(first.id)).toMatchObject({ state: "suppressed" });
  const next = await aText({ customerId: 1002 });
  const byAnother = await aText({ customerId: 1003, from: "+14155550101" });
  await drainMessages(provider.transports);
  expect(await show(next.id)).toMatchObject({
    state: "suppressed",
    why: "The recipient has said stop; it was not sent.",
  });
  expect(await show(byAnother.id)).toMatchObject({ state: "sent" });
  expect(provider.handed).toHaveLength(2);
  await expectInvariants();
});

test("a STOP between acceptance and sending keeps the message back, and START lets the next one through", async () => {
  const { id } = await aText();
  await storeFromQueue(await aCtx());
  const inbound = { from: "+442079460001", to: "+14155550100" };
  const ctx = await aCtx({ actor: { kind: "twilio" }, newId: () => crypto.randomUUID() });
  await takeInbound(ctx, { ...inbound, providerId: sid(9), body: "STOP", meaning: "stop" });
  await takeInbound(ctx, { ...inbound, providerId: sid(9), body: "STOP", meaning: "stop" });
  const provider = aProvider(SENT);
  await drainMessages(provider.transports);
  expect(provider.handed).toEqual([]);
  expect(await show(id)).toMatchObject({ state: "suppressed" });
  await takeInbound(ctx, { ...inbound, providerId: sid(10), body: "Start", meaning: "start" });
  const after = await aText();
  await drainMessages(provider.transports);
  expect(await show(after.id)).toMatchObject({ state: "sent" });
  expect(await messageStates()).toEqual(["suppressed", "received", "received", "sent"]);
  await expectInvariants();
});

test("a user who asked not to be contacted gets nothing, and nobody does at a number that asked not to be called", async () => {
  const userId = await aUser({ doNotCall: true });
  const { id } = await aText({ customerId: String(userId) });
  const provider = aProvider(SENT);
  await drainMessages(provider.transports);
  expect(await show(id)).toMatchObject({
    state: "suppressed",
    why: "The user asked not to be contacted; it was not sent.",
  });
  await execute(
    db,
    sql`INSERT INTO phone_numbers (number, do_not_call_at, do_not_call_by, do_not_call_why, do_not_call_source, do_not_call_user_id, created_at) VALUES ('+442079460002', ringback_now(), 'test', 'asked', 'supervisor', 1, ringback_now())`,
  );
  const other = await aText({ to: "+442079460002" });
  await drainMessages(provider.transports);
  expect(await show(other.id)).toMatchObject({ state: "suppressed" });
  expect(provider.handed).toEqual([]);
});

test("a suppression by hand holds until it expires", async () => {
  const { id } = await aText();
  await suppressRecipient(await aCtx(), {
    channel: "sms",
    recipient: "+44 20 7946 0001",
    reason: "manual",
    why: "asked by letter",
    expiresAt: "2026-03-02T10:00:00Z",
  });
  const suppress = async (expiresAt?: string) =>
    suppressRecipient(await aCtx(), { ...BY_HAND, recipient: "+442079460001", ...(expiresAt && { expiresAt }) });
  const provider = aProvider(SENT);
  await drainMessages(provider.transports);
  expect(await show(id)).toMatchObject({ state: "suppressed" });
  await advance({ hours: 1 });
  const later = await aText();
  await drainMessages(provider.transports);
  expect(await show(later.id)).toMatchObject({ state: "sent" });
  expect((await listSuppressions(await aCtx(), { all: false, limit: 50 })).suppressions).toEqual([]);
  // One that has run out keeps no other from holding, and one that ends sooner does not shorten it.
  await expect(suppress("2026-03-02T10:00:00Z")).rejects.toMatchObject({ code: "invalid_input" });
  expect(await suppress()).toMatchObject({ expiresAt: null });
  expect(await suppress("2026-03-02T11:00:00Z")).toMatchObject({ expiresAt: null });
  await advance({ hours: 2 });
  const last = await aText();
  await drainMessages(provider.transports);
  expect(await show(last.id)).toMatchObject({ state: "suppressed" });
});

test("an e-mail address is suppressed in every spelling of its letters", async () => {
  const mail = { customerId: "1001", from: "Desk@Example.com", subject: "Hi", body: "Hi", urgent: false };
  const held = await suppressRecipient(await aCtx(), {
    ...BY_HAND,
    channel: "email",
    recipient: "Uma.Ortiz@Bücher.example",
    sender: "desk@EXAMPLE.com",
  });
  expect(held).toMatchObject({ recipient: "uma.ortiz@xn--bcher-kva.example", sender: "desk@example.com" });
  const found = await listSuppressions(await aCtx(), { recipient: "UMA.Ortiz@BÜCHER.example", all: false, limit: 50 });
  expect(found.suppressions).toMatchObject([{ id: held.id }]);
  await acceptEmail(await aCtx(), { ...mail, to: "uma.ORTIZ@bücher.EXAMPLE" });
  await drainMessages();
  expect(await messageStates()).toEqual(["suppressed"]);
});

test("a message that expired in the queue is never sent", async () => {
  const { id } = await aText({ expiresAt: "2026-03-02T09:30:00Z" });
  await advance({ minutes: 30 });
  const provider = aProvider(SENT);
  await drainMessages(provider.transports);
  expect(await show(id)).toMatchObject({ state: "expired" });
  expect(provider.handed).toEqual([]);
  await expectInvariants();
});

test("a text that is not urgent waits for the decent hours of its recipient; an urgent one, one with a time of its own and an e-mail do not", async () => {
  await setClock("2026-03-02T22:30:00Z");
  const night = await aText();
  const urgent = await aText({ customerId: 2, urgent: true });
  const timed = await aText({ customerId: 3, sendAfter: "2026-03-02T22:45:00Z" });
  const provider = aProvider((message) => ({ outcome: "sent", providerId: message.id }));
  await drainMessages(provider.transports);
  expect(await show(night.id)).toMatchObject({
    state: "held",
    holdReason: "quiet_hours",
    heldUntil: "2026-03-03T08:00:00.000Z",
  });
  expect(await show(urgent.id)).toMatchObject({ state: "sent" });
  expect(await show(timed.id)).toMatchObject({ state: "held", holdReason: "send_after" });
  await advance({ minutes: 15 });
  await drainMessages(provider.transports);
  expect(await show(timed.id)).toMatchObject({ state: "sent" });
  expect(await show(night.id)).toMatchObject({ state: "held" });
  const over = await aText({ customerId: 4, expiresAt: "2026-03-02T22:50:00Z" });
  await drainMessages(provider.transports);
  expect((await show(over.id)).why).toContain("It expires before that: it is sent only if somebody releases it.");
  expect((await show(night.id)).why).not.toContain("expires");
  await advance({ minutes: 5 });
  await expect(releaseMessage(await aCtx(), { id: over.id })).rejects.toMatchObject({ code: "wrong_state" });
  await releaseMessage(await aCtx(), { id: night.id });
  await drainMessages(provider.transports);
  expect(await show(night.id)).toMatchObject({ state: "sent" });
  await expectInvariants();
});

test("a text waits for the decent hours by the clock of the zone that is known, in the nights in which the clocks change, too", async () => {
  const night = async (at: string, to: string, customerId = 1) => {
    await setClock(at);
    const { id } = await aText({ to, customerId });
    await drainMessages(aProvider((message) => ({ outcome: "sent", providerId: message.id })).transports);
    const { state, heldUntil, why } = await show(id);
    return { state, heldUntil, why };
  };
  const british = "+442079460001";
  const where = "It is night where the recipient is, and it is not urgent; it waits until 8:00 in London.";
  expect(await night("2026-03-28T22:30:00Z", british)).toEqual({
    state: "held",
    heldUntil: "2026-03-29T07:00:00.000Z",
    why: where,
  });
  expect(await night("2026-03-29T07:00:00Z", british)).toMatchObject({ state: "sent" });
  expect(await night("2026-10-24T20:30:00Z", british)).toMatchObject({
    state: "held",
    heldUntil: "2026-10-25T08:00:00.000Z",
    why: where,
  });
  expect(await night("2026-10-25T07:30:00Z", british)).toMatchObject({ state: "held" });
  const unknown =
    "The time zone of the recipient is not known, and it is night in Chicago, and it is not urgent; it waits until 8:00 in Chicago.";
  expect(await night("2026-10-26T02:00:00Z", "+14155550100", 2)).toMatchObject({ state: "held", why: unknown });
  const userId = await aUser({ phone: "+14155550101" });
  await execute(db, sql`UPDATE users SET time_zone = NULL WHERE id = ${String(userId)}::text::bigint`);
  expect(await night("2026-10-26T03:00:00Z", "+14155550101", Number(userId))).toMatchObject({
    state: "held",
    why: unknown,
  });
  const known = await aUser({ phone: "+14155550102", timeZone: "America/Los_Angeles" });
  expect(await night("2026-10-26T03:10:00Z", "+14155550102", Number(known))).toMatchObject({ state: "sent" });
});

test("within a conversation the next message waits until the one before is sent; other conversations do not wait", async () => {
  const first = await aText({ body: "first" });
  const second = await aText({ body: "second" });
  await aText({ body: "other", customerId: 1002 });
  const provider = aProvider(failedWith("transient"), (message) => ({ outcome: "sent", providerId: message.id }));
  await drainMessages(provider.transports, { messageConcurrency: 1 });
  expect(provider.handed.map(({ body }) => body)).toEqual(["first", "other"]);
  expect((await show(second.id)).why).toContain("An earlier message of its conversation");
  await advance({ minutes: 1 });
  await drainMessages(provider.transports);
  expect(provider.handed.map(({ body }) => body)).toEqual(["first", "other", "first", "second"]);
  expect(await show(first.id)).toMatchObject({ state: "sent" });
  await expectInvariants();
});

test("a silence after everything has left is unsure: it is not sent again, and a person settles it", async () => {
  const { id } = await aText();
  const provider = aProvider(UNSURE, SENT);
  await drainMessages(provider.transports);
  for (const minutes of [2, 3, 10, 60, 600]) {
    await advance({ minutes });
    await drainMessages(provider.transports);
  }
  expect(provider.handed).toHaveLength(1);
  expect(await show(id)).toMatchObject({ state: "unsure", why: expect.stringContaining("Somebody must say") });
  await settleUnsureMessage(await aCtx(), { id, arrived: true });
  await expect(settleUnsureMessage(await aCtx(), { id, arrived: false })).rejects.toMatchObject({
    code: "wrong_state",
  });
  await drainMessages(provider.transports);
  expect(provider.handed).toHaveLength(1);
  expect(await show(id)).toMatchObject({ state: "sent" });
  await expectInvariants();
});

test("a provider that leaves three messages in a row unsure is paused by itself; then one message at a time tries it, until a clear answer opens it for all", async () => {
  for (const customerId of [1, 2, 3, 4, 5, 6, 7, 8]) await aText({ customerId });
  const provider = aProvider(UNSURE, SENT, UNSURE, UNSURE, UNSURE, UNSURE, (message) => ({
    outcome: "sent",
    providerId: message.id,
  }));
  const round = async (minutes: number, messageConcurrency = 1) => {
    await advance({ minutes });
    await drainMessages(provider.transports, { messageConcurrency });
    return provider.handed.length;
  };
  expect(await round(0)).toBe(5);
  expect(await pausedNow()).toMatchObject([
    {
      pausedUntil: "2026-03-02T09:02:00.000Z",
      why: "It left the last 3 messages unsure: No answer came. After the pause one message tries it again.",
    },
  ]);
  expect(await round(1)).toBe(5);
  // The pause is over, and of all that are claimed at once one is the probe.
  expect(await round(1, 10)).toBe(6);
  expect(await pausedNow()).toMatchObject([{ pausedUntil: "2026-03-02T09:06:00.000Z" }]);
  expect(await round(3)).toBe(6);
  expect(await round(1, 10)).toBe(8);
  expect(await pausedNow()).toEqual([]);
  const states = await messageStates();
  expect(["unsure", "sent"].map((state) => states.filter((one) => one === state).length)).toEqual([5, 3]);
  await expectInvariants();
});

test("a probe that was not handed over leaves its turn to the next, and a provider that somebody resumes is open for all", async () => {
  for (const customerId of [1, 2, 3]) await aText({ customerId });
  await aText({ customerId: 4, expiresAt: "2026-03-02T09:01:00Z" });
  const last = await aText({ customerId: 5 });
  const provider = aProvider(UNSURE, UNSURE, UNSURE, UNSURE, (message) => ({
    outcome: "sent",
    providerId: message.id,
  }));
  await drainMessages(provider.transports, { messageConcurrency: 1 });
  await advance({ minutes: 2 });
  const ctx = await aCtx();
  const [claimed] = await claimDue(ctx, { channels: ["sms"], limit: 1 });
  await sendMessage(ctx, claimed!, provider.transports, new AbortController().signal);
  expect(provider.handed).toHaveLength(3);
  await drainMessages(provider.transports);
  expect(provider.handed.at(-1)?.id).toBe(last.id);
  expect(await messageStates()).toEqual(["unsure", "unsure", "unsure", "expired", "unsure"]);
  await resumeProvider(await aCtx(), { transport: "twilio" });
  for (const customerId of [6, 7]) await aText({ customerId });
  await drainMessages(provider.transports);
  expect(provider.handed).toHaveLength(6);
});

test("an unsure message whose time has passed is not sent again when somebody says that it did not arrive, and the answer says so", async () => {
  const over = await aText({ expiresAt: "2026-03-02T09:30:00Z" });
  const { id } = await aText({ customerId: 1002 });
  const provider = aProvider(UNSURE, UNSURE, SENT);
  await drainMessages(provider.transports);
  await advance({ hours: 1 });
  const settle = async (one: string) => settleUnsureMessage(await aCtx(), { id: one, arrived: false });
  const why = "Somebody says that it did not arrive; its time has passed, and it is not sent again.";
  expect(await settle(over.id)).toEqual({ success: true, message: why });
  expect(await show(over.id)).toMatchObject({ state: "expired", why });
  expect((await settle(id)).message).toContain("it is in line to be sent again.");
  await drainMessages(provider.transports);
  expect(provider.handed).toHaveLength(3);
  expect(await messageStates()).toEqual(["expired", "sent"]);
  await expectInvariants();
});

test("the unsure messages of a provider and a span are settled at once, after a count; others and those whose time has passed are not sent again", async () => {
  const provider = aProvider(UNSURE, UNSURE, UNSURE, (message) => ({ outcome: "sent", providerId: message.id }));
  const early = await aText({ customerId: 1 });
  await drainMessages(provider.transports);
  await advance({ minutes: 10 });
  await aText({ customerId: 2, expiresAt: "2026-03-02T09:11:00Z" });
  await aText({ customerId: 3 });
  await drainMessages(provider.transports);
  await advance({ minutes: 5 });
  const settle = async (more: Partial<Parameters<typeof settleUnsureSpan>[1]>) =>
    settleUnsureSpan(await aCtx(), { transport: "twilio", arrived: false, preview: false, ...more });
  const since = "2026-03-02T09:10:00Z";
  expect(await settle({ preview: true })).toMatchObject({ matching: 3 });
  expect(await settle({ since, preview: true })).toEqual({ matching: 2, settled: 0, sentAgain: 0, left: 2 });
  expect(await settle({ until: "2026-03-02T08:59:00Z" })).toMatchObject({ matching: 0, settled: 0 });
  expect(await settle({ transport: "smtp" })).toMatchObject({ matching: 0, settled: 0 });
  expect(await messageStates()).toEqual(["unsure", "unsure", "unsure"]);
  const twice = await Promise.all([settle({ since }), settle({ since })]);
  expect(twice.map(({ settled }) => settled).toSorted()).toEqual([0, 2]);
  expect(twice.map(({ sentAgain }) => sentAgain).toSorted()).toEqual([0, 1]);
  expect(await settle({ arrived: true })).toEqual({ matching: 1, settled: 1, sentAgain: 0, left: 0 });
  expect(await show(early.id)).toMatchObject({ state: "sent", why: "Somebody says that it arrived." });
  await drainMessages(provider.transports);
  expect(provider.handed).toHaveLength(4);
  expect(await messageStates()).toEqual(["sent", "expired", "sent"]);
  await expectInvariants();
});

test("with UNSURE_POLICY=resend an unsure message is looked up three times and then sent again", async () => {
  const { id } = await aText();
  const provider = aProvider(UNSURE, SENT);
  let asked = 0;
  const lookUp = async () => {
    asked += 1;
    return { outcome: "not_found" } as const;
  };
  const transports = { ...provider.transports, sms: { ...provider.transport, lookUp } };
  await drainMessages(transports, { unsurePolicy: "resend" });
  for (const minutes of [1, 1, 3, 10]) {
    await advance({ minutes });
    await drainMessages(transports, { unsurePolicy: "resend" });
  }
  expect([asked, provider.handed.length]).toEqual([3, 2]);
  expect(await show(id)).toMatchObject({ state: "sent", attempts: 2 });
  await expectInvariants();
});

test("a look-up that finds the message settles it", async () => {
  const { id } = await aText();
  const provider = aProvider(UNSURE);
  const found = { outcome: "found", providerId: sid(1), status: "delivered", errorCode: null } as const;
  const transports = { ...provider.transports, sms: { ...provider.transport, lookUp: async () => found } };
  await drainMessages(transports);
  await advance({ minutes: 2 });
  await drainMessages(transports);
  expect(await show(id)).toMatchObject({ state: "delivered", providerId: sid(1) });
  expect(provider.handed).toHaveLength(1);
});

test.each([
  ["hold", 0, "No answer came. Somebody must say whether it arrived.", 1],
  ["resend", 2, "The provider has it.", 2],
] as const)(
  "an unsure message whose provider cannot be asked does not wait for an answer: with UNSURE_POLICY=%s it is settled after %i minutes",
  async (unsurePolicy, minutes, why, times) => {
    const { id } = await aText();
    const provider = aProvider(UNSURE, SENT);
    await drainMessages(provider.transports, { unsurePolicy });
    await advance({ minutes });
    await drainMessages(provider.transports, { unsurePolicy });
    expect(await show(id)).toMatchObject({ why, nextAttemptAt: null });
    expect(provider.handed).toHaveLength(times);
    await expectInvariants();
  },
);

test("a provider that does not answer a look-up holds up no other message", async () => {
  const { id } = await aText();
  const provider = aProvider(UNSURE);
  const silent = async () => ({ outcome: "not_found" }) as const;
  await drainMessages({ ...provider.transports, sms: { ...provider.transport, lookUp: silent } });
  await advance({ minutes: 2 });
  const other = await aText({ customerId: 1002, to: "+442079460002" });
  const handed = Promise.withResolvers<void>();
  const send = async () => {
    handed.resolve();
    return SENT;
  };
  // It is silent until the other message has been handed over.
  const lookUp = async () => {
    await handed.promise;
    return { outcome: "found", providerId: sid(1), status: "delivered", errorCode: null } as const;
  };
  await drainMessages({ ...provider.transports, sms: { ...provider.transport, send, lookUp } });
  expect(await show(other.id)).toMatchObject({ state: "sent" });
  expect(await show(id)).toMatchObject({ state: "delivered" });
});

test.each([
  ["delivered, then sent", ["sent", "delivered", "sent"], "delivered", null],
  ["failed without a code, then with one", ["failed", "failed 30005"], "failed", "30005"],
  ["failed with a code, then without", ["failed 30005", "failed", "sent"], "failed", "30005"],
  ["a part failed, and then another was delivered", ["undelivered 30006", "delivered"], "failed", "30006"],
  ["delivered, then failed", ["delivered", "undelivered 30003"], "delivered", null],
])("receipts in any order: %s", async (_name, receipts, state, errorCode) => {
  const { id } = await aText();
  await drainMessages(aProvider({ ...SENT, providerId: sid(1) }).transports);
  for (const receipt of receipts) {
    const [status, code] = receipt.split(" ");
    await report(sid(1), status!, code ?? null);
    await report(sid(1), status!, code ?? null);
  }
  const shown = await show(id);
  expect(shown).toMatchObject({ state, errorCode });
  // In the provider's own words, each once, also what came late.
  expect(shown.reports).toHaveLength(new Set(receipts).size);
  await expectInvariants();
});

test("a report that comes again does not bring back a suppression that was lifted meanwhile", async () => {
  await aText();
  await drainMessages(aProvider({ ...SENT, providerId: sid(1) }).transports);
  const inForce = async () => (await listSuppressions(await aCtx(), { all: false, limit: 50 })).suppressions;
  await report(sid(1), "undelivered", "30005");
  const [bounce] = await inForce();
  expect(bounce).toMatchObject({ recipient: "+442079460001", sender: null, reason: "bounce" });
  await removeSuppression(await aCtx(), { id: bounce!.id, why: "it rings again" });
  expect(await report(sid(1), "undelivered", "30005")).toEqual({ applied: false });
  expect(await inForce()).toEqual([]);
});

test("a network that filters one message fails that message alone; three recipients within ten minutes hold the provider", async () => {
  const names = Array.from({ length: 7 }, (_, n) => sid(n + 1));
  const { transports } = aProvider(...names.map((providerId) => ({ outcome: "sent" as const, providerId })));
  const filter = async (name: string) => {
    expect(await report(name, "undelivered", "30007")).toEqual({ applied: true });
    return (await listProviders(await aCtx())).providers.find(({ isPaused }) => isPaused)?.why ?? null;
  };
  for (const [place, to] of [1, 1, 1, 2, 3].entries()) await aText({ customerId: place + 1, to: `+44207946000${to}` });
  await drainMessages(transports, { messageConcurrency: 1 });
  for (const name of names.slice(0, 4)) expect(await filter(name)).toBeNull();
  // The reports before are too old to count with this one.
  await advance({ minutes: 11 });
  expect(await filter(names[4]!)).toBeNull();
  for (const to of [4, 5]) await aText({ customerId: to, to: `+44207946000${to}` });
  await drainMessages(transports);
  expect(await filter(names[5]!)).toBeNull();
  expect(await filter(names[6]!)).toContain("for 3 recipients within 10 minutes");
  expect((await listSuppressions(await aCtx(), { all: true, limit: 50 })).suppressions).toEqual([]);
  expect(await messageStates()).toEqual(names.map(() => "failed"));
});

test("a fault on our side that a report names holds the provider and suppresses nobody; what shows the state of hours ago, or of before it was resumed, does not", async () => {
  const names = [sid(1), sid(2), sid(3), sid(4)];
  const { transports } = aProvider(...names.map((providerId) => ({ outcome: "sent" as const, providerId })));
  const isPaused = async () => (await listProviders(await aCtx())).providers.some((provider) => provider.isPaused);
  for (const _ of names.slice(0, 2)) await aText();
  await drainMessages(transports);
  expect(await report(sid(1), "undelivered", "30034")).toEqual({ applied: true });
  expect(await isPaused()).toBe(true);
  expect((await listSuppressions(await aCtx(), { all: true, limit: 50 })).suppressions).toEqual([]);
  await advance({ minutes: 1 });
  await resumeProvider(await aCtx(), { transport: "twilio" });
  expect(await report(sid(2), "undelivered", "30034")).toEqual({ applied: true });
  expect(await isPaused()).toBe(false);
  await advance({ minutes: 1 });
  for (const _ of names.slice(2)) await aText();
  await drainMessages(transports);
  expect(await report(sid(3), "undelivered", "30034")).toEqual({ applied: true });
  expect(await isPaused()).toBe(true);
  await advance({ minutes: 1 });
  await resumeProvider(await aCtx(), { transport: "twilio" });
  // As if nothing had ever been paused.
  await execute(db, sql`DELETE FROM message_providers`);
  await advance({ hours: 3 });
  expect(await report(sid(4), "undelivered", "30034")).toEqual({ applied: true });
  expect(await isPaused()).toBe(false);
});

test("a stop that a report names keeps back texts of that sender alone", async () => {
  await aText();
  await drainMessages(aProvider({ ...SENT, providerId: sid(1) }).transports);
  await report(sid(1), "failed", "21610");
  const byAnother = await aText({ customerId: 1002, from: "+14155550101" });
  await aText({ customerId: 1003 });
  await drainMessages(aProvider({ ...SENT, providerId: sid(2) }).transports);
  expect(await messageStates()).toEqual(["failed", "sent", "suppressed"]);
  expect(await show(byAnother.id)).toMatchObject({ state: "sent" });
});

test("a receipt that comes before our own request has returned is kept and applied", async () => {
  const { id } = await aText();
  const provider = aProvider(async () => {
    expect(await report(sid(1), "delivered")).toEqual({ applied: false });
    return { ...SENT, providerId: sid(1) };
  });
  await drainMessages(provider.transports);
  expect(await show(id)).toMatchObject({ state: "delivered" });
});

test("a report that came before anybody knew whose it was counts as soon as another one names the message", async () => {
  const { id } = await aText();
  await drainMessages(aProvider({ outcome: "unsure", code: "timeout", sentence: "No answer came." }).transports);
  const named = { messageId: id, signature: signatureOf("message", id) };
  const reported = async (status: string, at: typeof named | null) =>
    takeStatusReport(await aCtx({ actor: { kind: "twilio" } }), {
      named: at,
      providerId: sid(1),
      status,
      errorCode: null,
    });
  expect(await reported("delivered", null)).toEqual({ applied: false });
  expect(await reported("sent", named)).toEqual({ applied: true });
  expect(await show(id)).toMatchObject({ state: "delivered", providerId: sid(1), reports: { length: 2 } });
  expect(await reported("delivered", named)).toEqual({ applied: false });
  await expectInvariants();
});

test("a report about one message, sent to the address of another, changes neither", async () => {
  const [one, other] = [await aText(), await aText({ customerId: 1002, to: "+442079460002" })];
  const provider = aProvider(
    { ...SENT, providerId: sid(1) },
    { outcome: "unsure", code: "timeout", sentence: "No answer came." },
  );
  await drainMessages(provider.transports, { messageConcurrency: 1 });
  const taken = await takeStatusReport(await aCtx({ actor: { kind: "twilio" } }), {
    named: { messageId: other.id, signature: signatureOf("message", other.id) },
    providerId: sid(1),
    status: "undelivered",
    errorCode: "30006",
  });
  expect(taken).toEqual({ applied: false });
  expect([(await show(one.id)).state, (await show(other.id)).state]).toEqual(["sent", "unsure"]);
});

test("a text that comes in under the name of one that went out is stored and counted, and reports of that name stay those of the one that went out", async () => {
  const { id } = await aText();
  await drainMessages(aProvider({ ...SENT, providerId: sid(1) }).transports);
  const incoming = async (name: string, body: string) =>
    takeInbound(await aCtx({ actor: { kind: "twilio" }, newId: () => crypto.randomUUID() }), {
      providerId: name,
      from: "+442079460001",
      to: "+14155550100",
      body,
      meaning: "text",
    });
  await incoming(sid(1), "Thank you.");
  await incoming(sid(2), "At what time?");
  // Long after the first, when its digest is not kept any more.
  await execute(db, sql`DELETE FROM message_provider_events`);
  await incoming(sid(1), "Thank you.");
  expect(await messageStates()).toEqual(["sent", "received", "received"]);
  await expectInvariants();
  expect(await report(sid(1), "delivered")).toEqual({ applied: true });
  await aText();
  await drainMessages(aProvider({ ...SENT, providerId: sid(2) }).transports);
  expect(await report(sid(2), "delivered")).toEqual({ applied: true });
  expect(await show(id)).toMatchObject({ state: "delivered" });
  expect(await messageStates()).toEqual(["delivered", "received", "received", "delivered"]);
  await expectInvariants();
});

test("a message of which nothing was heard for 72 hours says so, and a late receipt still counts", async () => {
  const { id } = await aText();
  await drainMessages(aProvider({ ...SENT, providerId: sid(1) }).transports);
  await advance({ hours: 72 });
  await drainMessages();
  expect(await show(id)).toMatchObject({ state: "no_receipt" });
  await report(sid(1), "delivered");
  expect(await show(id)).toMatchObject({ state: "delivered" });
});

test.each([
  ["outbox", "The outbox keeps it; nothing has left, so nobody reports of it."],
  ["smtp", "The mail server has it, and mail servers do not report whether an e-mail arrived."],
  ["twilio", "The provider has said nothing of it for 72 hours."],
] as const)("a message of %s without a receipt says why none came", async (name, why) => {
  const { id } = await aText();
  const { transports } = aProvider(SENT);
  await drainMessages({ ...transports, sms: { ...transports.sms, name } });
  await advance({ hours: 72 });
  await drainMessages();
  expect(await show(id)).toMatchObject({ state: "no_receipt", why });
});

test("a worker that comes back after its lease can neither begin nor settle what is another's", async () => {
  const { id } = await aText();
  const provider = aProvider(SENT);
  await storeFromQueue(await aCtx());
  const [claim] = await claimDue(await aCtx(), { channels: ["sms"], limit: 1 });
  await advance({ minutes: 4 });
  const [again] = await claimDue(await aCtx(), { channels: ["sms"], limit: 1 });
  const signal = new AbortController().signal;
  expect(await sendMessage(await aCtx(), claim!, provider.transports, signal)).toBe(false);
  expect(provider.handed).toEqual([]);
  expect(await sendMessage(await aCtx(), again!, provider.transports, signal)).toBe(true);
  expect(provider.handed).toHaveLength(1);
  expect(await show(id)).toMatchObject({ state: "sent", attempts: 1 });
  await expectInvariants();
});

test("a message that ended its worker three times is a dead letter and not taken a fourth time", async () => {
  const { id } = await aText();
  await storeFromQueue(await aCtx());
  for (let time = 0; time < 3; time += 1) {
    expect(await claimDue(await aCtx(), { channels: ["sms"], limit: 1 })).toHaveLength(1);
    await advance({ minutes: 4 });
  }
  expect(await claimDue(await aCtx(), { channels: ["sms"], limit: 1 })).toEqual([]);
  await drainMessages(aProvider(SENT).transports);
  expect(await show(id)).toMatchObject({ state: "dead", errorCode: "crashes" });
});

test("dead letters are previewed, redriven once by however many at once, and a report about their earlier attempts changes nothing", async () => {
  const { id } = await aText();
  await drainMessages(aProvider({ ...SENT, providerId: sid(1) }).transports);
  await report(sid(1), "undelivered", "30003");
  const ctx = await aCtx();
  expect((await listDeadLetters(ctx, { limit: 50 })).groups).toMatchObject([
    { state: "failed", errorCode: "30003", count: 1 },
  ]);
  expect(await redriveDeadLetters(ctx, { all: true, preview: true })).toEqual({
    matching: 1,
    movable: 1,
    moved: 0,
    left: 1,
  });
  for (const [group, matching] of [
    [{ state: "failed", channel: "sms", errorCode: "30003" }, 1],
    [{ state: "dead", errorCode: "30003" }, 0],
    [{ errorCode: "none" }, 0],
  ] as const)
    expect(await redriveDeadLetters(ctx, { group, preview: true })).toMatchObject({ matching });
  const moved = await Promise.all([1, 2, 3, 4].map(() => redriveDeadLetters(ctx, { ids: [id], preview: false })));
  expect(moved.reduce((sum, one) => sum + one.moved, 0)).toBe(1);
  // At the address of this message, as Twilio calls it for the earlier delivery.
  await takeStatusReport(await aCtx({ actor: { kind: "twilio" } }), {
    named: { messageId: id, signature: signatureOf("message", id) },
    providerId: sid(1),
    status: "failed",
    errorCode: "30008",
  });
  expect(await show(id)).toMatchObject({ state: "stored", providerId: null });
  await drainMessages(aProvider({ ...SENT, providerId: sid(2) }).transports);
  expect(await show(id)).toMatchObject({ state: "sent", providerId: sid(2), attempts: 1 });
  await expectInvariants();
});

test("one redrive moves at most 5,000 dead letters, spread over a minute, and its preview says how many; the next moves the rest", async () => {
  await aText();
  await drainMessages(aProvider(failedWith("transient")).transports);
  // As when the statistics are of the time before an outage.
  await execute(db, sql`ANALYZE messages`);
  await execute(
    db,
    sql`INSERT INTO messages (id, seq, conversation_id, direction, channel, sender, recipient, body, body_hash, caller, accepted_at, stored_at,
          state, error_class, error_code, error_sentence, due_since, ended_at, event_at, event_type, event_actor, event_why)
        SELECT gen_random_uuid(), 1000 + n, conversation_id, 'out', 'sms', sender, recipient, body, body_hash, caller, accepted_at, stored_at,
          'dead', 'transient', '20503', 'Twilio was not available.', due_since, accepted_at, accepted_at, 'dead', 'test', 'test' FROM messages, generate_series(1, 5001) n`,
  );
  await aText({ body: "of a newer version" });
  await execute(db, sql`UPDATE message_queue SET event = event || '{"schema_version": 2}'`);
  await drainMessages(aProvider(failedWith("transient")).transports);
  const all = (preview: boolean) => aCtx().then((ctx) => redriveDeadLetters(ctx, { all: true, preview }));
  expect(await all(true)).toEqual({ matching: 5_002, movable: 5_000, moved: 0, left: 5_002 });
  expect(await all(false)).toEqual({ matching: 5_002, movable: 5_000, moved: 5_000, left: 2 });
  const [spread] = await query(
    db,
    z.object({ first: z.number(), last: z.number() }),
    sql`SELECT extract(epoch FROM min(next_attempt_at) - min(event_at))::float8 AS first, extract(epoch FROM max(next_attempt_at) - min(event_at))::float8 AS last
        FROM messages WHERE event_type = 'redriven'`,
  );
  expect(spread!.first).toBe(0);
  expect(spread!.last).toBeCloseTo(60, 1);
  expect(await all(true)).toEqual({ matching: 2, movable: 2, moved: 0, left: 2 });
  expect(await all(false)).toMatchObject({ moved: 2, left: 0 });
});

test("an event of a newer version goes to the dead letters of the queue with that reason, and can be redriven", async () => {
  const { id } = await aText();
  await execute(db, sql`UPDATE message_queue SET event = event || '{"schema_version": 2}'`);
  expect(await drainMessages()).toMatchObject({ stored: 1, sent: 0, faults: 0 });
  expect(await show(id)).toMatchObject({ state: "dead" });
  const ctx = await aCtx();
  const { unreadable } = await listDeadLetters(ctx, { limit: 50 });
  expect(unreadable).toMatchObject([{ id, why: expect.stringContaining("schema_version is 2") }]);
  await expectInvariants();
  await execute(db, sql`UPDATE message_queue SET event = event || '{"schema_version": 1}'`);
  expect(await redriveDeadLetters(ctx, { all: true, preview: false })).toMatchObject({ moved: 1 });
  await drainMessages();
  expect(await show(id)).toMatchObject({ state: "sent" });
  await expectInvariants();
});

test("of workers at once each message is handed over once", async () => {
  await anAgent();
  for (let n = 0; n < 20; n += 1) await aText({ customerId: 2_000 + (n % 7), body: `text ${n}` });
  const provider = aProvider((message) => ({ outcome: "sent", providerId: message.id }));
  await Promise.all([1, 2, 3, 4].map(() => drainMessages(provider.transports)));
  await drainMessages(provider.transports);
  expect(provider.handed).toHaveLength(20);
  expect(new Set(provider.handed.map(({ id }) => id)).size).toBe(20);
  await expectInvariants();
});

test("SENDS_PER_SECOND is one limit for all workers", async () => {
  for (let n = 0; n < 5; n += 1) await aText({ customerId: 2_000 + n });
  const provider = aProvider((message) => ({ outcome: "sent", providerId: message.id }));
  await Promise.all([1, 2].map(() => drainMessages(provider.transports, { sendsPerSecond: 3 })));
  expect(provider.handed).toHaveLength(3);
  await advance({ seconds: 1 });
  await drainMessages(provider.transports, { sendsPerSecond: 3 });
  expect(provider.handed).toHaveLength(5);
});

test("a provider that takes a text and says in the same answer that it failed has it failed, and the dead address suppressed", async () => {
  const { id } = await aText({ to: "+442079460044" });
  await drainMessages(
    aProvider({ ...SENT, providerId: sid(44), report: { status: "failed", errorCode: "30005" } }).transports,
  );
  expect(await show(id)).toMatchObject({ state: "failed", errorClass: "recipient", errorCode: "30005" });
  await expectInvariants();
});
