/** Texts about a callback: at the promise, before the call and with every change; once each, and to nobody who must not get one. */
import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { query, sql } from "#lib/database/sql";
import {
  cancelCallback,
  getCallback,
  importUsers,
  promiseCallback,
  rescheduleCallback,
  snoozeCallback,
  understandWhen,
  undoSnooze,
} from "#modules/callbacks";
import { recordCall, recordOutcome } from "#modules/calls";
import {
  pauseProviderByHand,
  redriveDeadLetters,
  resumeProvider,
  settleUnsureMessage,
  showMessage,
  suppressRecipient,
} from "#modules/messages";
import { erasePerson } from "#modules/personal-data";
import { atOnce } from "#tests/factories/at-once";
import { anAgent, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aProvider, drainMessages, failedWith, messageStates } from "#tests/factories/messages";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, db, setClock, START } from "#tests/setup/database";
import { wordsOf } from "./remind.ts";

const userId = 4_711n;
const limits = { reminderFrom: "+14155550100", reminderLeadMinutes: 30 };
const newId = () => crypto.randomUUID();
const here = (more: Parameters<typeof aCtx>[0] = {}) => aCtx({ limits, newId, ...more });
const at = (minutes: number): string => new Date(START.getTime() + minutes * 60_000).toISOString();

async function aUserWith(more: object = {}): Promise<void> {
  const user = { id: userId, firstName: "Uma", lastName: "Ortiz", phone: "+442079460001", timeZone: "Europe/Berlin" };
  await importUsers(await aCtx(), { users: [{ ...user, ...more }] });
}
beforeEach(() => aUserWith());

async function promised(minutes: number): Promise<number> {
  return (await promiseCallback(await here(), { userId, scheduledFor: at(minutes), remind: true })).id;
}

/** The messages in the outbox, in order. */
async function sent(): Promise<string[]> {
  await drainMessages();
  const rows = await query(
    db,
    z.object({ body: z.string() }),
    sql`SELECT body FROM messages WHERE transport = 'outbox' ORDER BY seq`,
  );
  return rows.map(({ body }) => body);
}

test.each([
  ["promised", 390, "We call you at 16:30."],
  ["soon", 30, "We call you at 10:30."],
  ["moved", 60 * 24, "We call you on Tuesday 3 March at 10:00 instead."],
  ["cancelled", 60, "We will not call you at 11:00; the call is cancelled."],
] as const)("a text of %s says the time on the clock of the called person", (occasion, minutes, words) => {
  expect(wordsOf(occasion, new Date(at(minutes)), START, "Europe/Berlin")).toBe(words);
});

test("a promise with remind sends a text, another before the call and with each change, and none without it; the story shows them", async () => {
  const id = await promised(180);
  await promiseCallback(await here(), { userId, scheduledFor: at(300) });
  expect(await sent()).toEqual(["We call you at 13:00."]);
  await setClock(at(149));
  await tick({ limits, newId });
  expect(await sent()).toHaveLength(1);
  await advance({ minutes: 1 });
  await tick({ limits, newId });
  await tick({ limits, newId });
  expect(await sent()).toEqual(["We call you at 13:00.", "We call you at 13:00."]);
  const { data } = await snoozeCallback(await here(), { callbackId: id, snoozeMinutes: 10 });
  await undoSnooze(await here(), { callbackId: id, snoozedUntil: data.newScheduledTime });
  await rescheduleCallback(await here(), { callbackId: id, scheduledFor: at(240) });
  await cancelCallback(await here(), { callbackId: id, reason: "not needed" });
  expect((await sent()).slice(2)).toEqual([
    "We call you at 13:10 instead.",
    "We call you at 13:00 instead.",
    "We call you at 14:00 instead.",
    "We will not call you at 14:00; the call is cancelled.",
  ]);
  const { texts } = await getCallback(await here(), { id });
  expect(texts.map(({ occasion, state }) => [occasion, state])).toEqual(
    ["promised", "soon", "moved", "moved", "moved", "cancelled"].map((occasion) => [occasion, "sent"]),
  );
  await advance({ hours: 9 });
  await tick({ limits, newId });
  expect(await sent()).toHaveLength(6);
  await expectInvariants();
});

test("a text about a time within the lead is the reminder of that time, too", async () => {
  await promised(20);
  await tick({ limits, newId });
  expect(await sent()).toEqual(["We call you at 10:20."]);
});

test("of ticks and a snooze at the same moment each time of the call has one text", async () => {
  const id = await promised(60);
  await sent();
  await setClock(at(35));
  for (let round = 0; round < 3; round += 1) {
    const ticks = [0, 1, 2].map(() => async () => tick({ limits, newId, db: connectTest() }));
    const snooze = async () => snoozeCallback(await here({ db: connectTest() }), { callbackId: id, snoozeMinutes: 5 });
    await atOnce<unknown>([...ticks, ...(round < 2 ? [snooze] : []), ...ticks]);
  }
  await tick({ limits, newId });
  const rows = z.object({ occasion: z.string(), time: z.date(), n: z.int() });
  const doubled = await query(
    db,
    rows,
    sql`SELECT min(occasion) AS occasion, for_time AS time, count(*)::int AS n FROM callback_texts
        WHERE at > for_time - interval '30 minutes' GROUP BY for_time HAVING count(*) > 1`,
  );
  expect(doubled).toEqual([]);
  const { texts } = await getCallback(await here(), { id });
  expect(texts.filter(({ occasion }) => occasion === "moved")).toHaveLength(2);
  await expectInvariants();
});

test("a text that cannot be queued never stops the change, and a change that is undone leaves no text", async () => {
  const id = await promised(120);
  const failing = { ...(await here()), newId: () => "no uuid" };
  await expect(snoozeCallback(failing, { callbackId: id, snoozeMinutes: 5 })).rejects.toThrow();
  expect((await getCallback(await here(), { id })).snoozes).toBe(0);
  expect(await sent()).toHaveLength(1);
  await aUserWith({ phone: "+44 20 7946 0001 ext. 12" });
  const moved = await rescheduleCallback(await here(), { callbackId: id, scheduledFor: at(150) });
  expect(moved.data.conflicts).toContain("No text was sent to the user: No text can be sent to this number.");
  const { texts, scheduledFor } = await getCallback(await here(), { id });
  expect(scheduledFor).toBe(at(150));
  expect(texts.at(-1)).toMatchObject({ occasion: "moved", state: null, why: "No text can be sent to this number." });
});

test("a reminder that finds the queue full is queued by a later tick; a change is made without its text", async () => {
  const id = await promised(60);
  await sent();
  await setClock(at(31));
  const full = { ...limits, queueBackend: "memory", messageQueueDepth: 0 } as const;
  await tick({ limits: full, newId });
  await tick({ limits, newId });
  await snoozeCallback(await here({ limits: full }), { callbackId: id, snoozeMinutes: 5 });
  expect(await sent()).toEqual(["We call you at 11:00.", "We call you at 11:00."]);
  const { texts } = await getCallback(await here(), { id });
  expect(texts.map(({ occasion, state }) => [occasion, state])).toEqual([
    ["promised", "sent"],
    ["soon", "sent"],
    ["moved", null],
  ]);
});

test("a text is queued with its change also where messages go through a broker, which is not asked", async () => {
  const broker = await here({ limits: { ...limits, queueBackend: "rabbitmq" } });
  await promiseCallback(broker, { userId, scheduledFor: at(180), remind: true });
  expect(await sent()).toEqual(["We call you at 13:00."]);
  await expectInvariants();
});

test("a suppressed number, a user who asked not to be called, and one who is erased get no text", async () => {
  const id = await promised(120);
  await sent();
  const stop = { channel: "sms", recipient: "+442079460001", reason: "stop", why: "asked" } as const;
  await suppressRecipient(await here(), stop);
  await snoozeCallback(await here(), { callbackId: id, snoozeMinutes: 5 });
  expect(await sent()).toHaveLength(1);
  expect(await messageStates()).toEqual(["sent", "suppressed"]);
  // Cancelling is part of an erasure.
  await erasePerson(await here(), { customerId: String(userId) });
  expect(await sent()).toHaveLength(1);
  await aUserWith({ phone: "+442079460002" });
  const late = await promised(121);
  await aUserWith({ phone: "+442079460002", doNotCall: true });
  await setClock(at(100));
  await tick({ limits, newId });
  expect(await sent()).toHaveLength(1);
  const { texts } = await getCallback(await here(), { id: late });
  expect(texts[0]).toMatchObject({ occasion: "promised", state: "suppressed" });
  await expectInvariants();
});

test("a text waits for the decent hours and is never sent after the time of its call", async () => {
  // 23:30 in Berlin, for 7:00 and for 9:30.
  await setClock("2026-03-02T22:30:00Z");
  for (const scheduledFor of ["2026-03-03T06:00:00Z", "2026-03-03T08:30:00Z"])
    await promiseCallback(await here(), { userId, scheduledFor, remind: true });
  expect(await sent()).toEqual([]);
  expect(await messageStates()).toEqual(["held", "held"]);
  await setClock("2026-03-03T07:00:00Z");
  expect(await sent()).toEqual(["We call you on Tuesday 3 March at 09:30."]);
  expect(await messageStates()).toEqual(["expired", "sent"]);
  const late = await promiseCallback(await here(), { userId, scheduledFor: "2026-03-03T06:59:00Z", remind: true });
  await cancelCallback(await here(), { callbackId: late.id, reason: "too late" });
  expect((await getCallback(await here(), { id: late.id })).texts).toEqual([]);
});

test("a text that waits for the morning is not sent once its call has moved or was cancelled", async () => {
  // 23:30 in Berlin.
  await setClock("2026-03-02T22:30:00Z");
  const promise = async (scheduledFor: string) =>
    (await promiseCallback(await here(), { userId, scheduledFor, remind: true })).id;
  const [moved, cancelled] = [await promise("2026-03-03T09:00:00Z"), await promise("2026-03-03T10:00:00Z")];
  await promise("2026-03-03T12:00:00Z");
  await drainMessages();
  await rescheduleCallback(await here(), { callbackId: moved, scheduledFor: "2026-03-03T11:00:00Z" });
  await cancelCallback(await here(), { callbackId: cancelled, reason: "has rung in" });
  await drainMessages();
  await tick({ limits, newId });
  const { texts } = await getCallback(await here(), { id: moved });
  expect(texts).toMatchObject([
    { occasion: "promised", state: "expired", why: expect.stringContaining("Its call has moved") },
    { occasion: "moved", state: "held" },
  ]);
  await setClock("2026-03-03T07:00:00Z");
  expect(await sent()).toEqual([
    "We call you on Tuesday 3 March at 13:00.",
    "We call you on Tuesday 3 March at 12:00 instead.",
    "We will not call you on Tuesday 3 March at 11:00; the call is cancelled.",
  ]);
  await expectInvariants();
});

test.each([
  ["dead", failedWith("permanent", "21211")],
  ["unsure", { outcome: "unsure", code: "timeout", sentence: "No answer came." }],
] as const)(
  "a text that is %s is not sent again once its call has moved, also when somebody asks for it",
  async (state, answer) => {
    const id = await promised(180);
    const provider = aProvider(answer, { outcome: "sent", providerId: "SM2" });
    await drainMessages(provider.transports);
    await rescheduleCallback(await here(), { callbackId: id, scheduledFor: at(240) });
    const { texts } = await getCallback(await here(), { id });
    expect(texts[0]).toMatchObject({
      state,
      why: expect.stringMatching(/Its call has moved.+it is not sent any more\.$/),
    });
    const [messageId] = texts.map((text) => text.messageId!);
    if (state === "dead") await redriveDeadLetters(await here(), { ids: [messageId!], preview: false });
    else await settleUnsureMessage(await here(), { id: messageId!, arrived: false });
    await advance({ minutes: 1 });
    await drainMessages(provider.transports);
    expect(provider.handed.map(({ body }) => body)).toEqual(["We call you at 13:00.", "We call you at 14:00 instead."]);
    expect(await showMessage(await here(), { id: messageId! })).toMatchObject({
      state: "expired",
      why: "Its time has passed; it is not tried again.",
    });
    await expectInvariants();
  },
);

test("a text of a move that has not left is not sent once the call has moved again", async () => {
  const id = await promised(180);
  await sent();
  await pauseProviderByHand(await here(), { transport: "outbox", why: "incident" });
  for (const minutes of [360, 420]) {
    await rescheduleCallback(await here(), { callbackId: id, scheduledFor: at(minutes) });
    await drainMessages();
  }
  await resumeProvider(await here(), { transport: "outbox" });
  expect((await sent()).slice(1)).toEqual(["We call you at 17:00 instead."]);
  await expectInvariants();
});

test("a text about a call that an outcome has settled, or whose number is wrong, is not sent in the morning", async () => {
  const agentId = await anAgent();
  await setClock("2026-03-02T22:30:00Z");
  const [settled] = [await promised(60 * 24), await promised(60 * 25)];
  await drainMessages();
  const ends = async (outcome: { outcomeType: "answered" | "wrong_number"; callbackId?: number }) => {
    const { id } = await recordCall(await here(), { userId, agentId, direction: "inbound", status: "in_progress" });
    await recordOutcome(await here(), { callSessionId: BigInt(id), ...outcome });
    await tick({ limits, newId });
  };
  await ends({ outcomeType: "answered", callbackId: settled });
  expect(await messageStates()).toEqual(["expired", "held"]);
  await ends({ outcomeType: "wrong_number" });
  expect(await messageStates()).toEqual(["expired", "expired"]);
});

test("without REMINDER_FROM a promise that wants texts is refused, and the dialog does not offer them", async () => {
  const wish = { userId, scheduledFor: at(60), remind: true };
  await expect(promiseCallback(await aCtx(), wish)).rejects.toMatchObject({ code: "not_set_up" });
  const words = { userId, text: "tomorrow 3pm" };
  expect((await understandWhen(await aCtx(), words)).canRemind).toBe(false);
  expect((await understandWhen(await here(), words)).canRemind).toBe(true);
});
