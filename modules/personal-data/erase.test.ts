import { asService, call as request } from "../../tests/routes/call.ts";
import { expect, test } from "vitest";
import { z } from "zod";
import { execute, query, sql } from "#lib/database/sql";
import { refreshQueue } from "#modules/call-queue";
import {
  acceptCallback,
  cancelCallback,
  getCallback,
  importUsers,
  releaseCallback,
  skipNext,
  scheduleCallback,
  snoozeCallback,
} from "#modules/callbacks";
import { recordCall, recordOutcome, takeNext } from "#modules/calls";
import { finishFromRunner, registerTask } from "#modules/cursor-tasks";
import { callbackMonitoring } from "#modules/monitoring";
import { erasePerson, exportPerson, listErasedUsers } from "#modules/personal-data";
import { atOnce } from "#tests/factories/at-once";
import { aCallback, anAgent, aRegularEntry, aUser, everybodyIsAlive, liveEntries, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { placesOf } from "#tests/factories/words";
import { api, everyRow } from "#tests/routes/api";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, db, setClock } from "#tests/setup/database";
import { POST as next } from "../../app/api/queue/next/route.ts";

const WORD = "Zanzibar";
const PHONE = "+449990001";
const SID = "CAzanzibar1";
const userId = 4_711n;
const erase = async (id = userId) => erasePerson(await aCtx(), { customerId: String(id) });
const callOf = async (agentId: number): Promise<bigint> =>
  BigInt((await takeNext(await aCtx(), { agentId })).next?.callSessionId ?? 0);

/** The user with claims, as the importing system sends it, with the word everywhere. */
async function import_(more: object = {}): Promise<void> {
  const createdAt = "2026-02-01T00:00:00Z";
  const claim = {
    id: 9n,
    status: WORD,
    signatureMissingSince: createdAt,
    requirements: [{ type: WORD, status: WORD, createdAt }],
  };
  const user = { id: userId, firstName: WORD, lastName: WORD, phone: PHONE, email: `${WORD}@example.com` };
  await importUsers(await aCtx(), { users: [{ ...user, timeZone: "Africa/Nairobi", claims: [claim], ...more }] });
}

/**
 * Tasks for the user with the word wherever words go: one that was delivered, one that came late, and a result nobody
 * waits for.
 */
async function aTaskOf(userId: bigint): Promise<void> {
  const words = {
    sessionPayload: [WORD],
    toolArgs: { of: WORD },
    toolName: WORD,
    wsUrl: `wss://relay.example.com/${WORD}`,
  };
  for (const taskId of ["delivered", "late"]) {
    await registerTask(await aCtx(), {
      taskId,
      conversationId: "c",
      userId,
      priority: 0,
      deliverAs: "user_message",
      ...words,
    });
  }
  await finishFromRunner(await aCtx(), { requestId: "delivered", success: true, output: { summary: WORD } });
  const { now } = await aCtx();
  await setClock(new Date(now.getTime() + 86_400_000));
  await finishFromRunner(await aCtx(), { requestId: "late", success: false, error: WORD });
  await setClock(now);
}

/** A user with a long past: every way of writing words about somebody was taken. Ends with an open future callback. */
async function aPast(): Promise<number> {
  await import_();
  const regular = await aRegularEntry(userId);
  const ann = await anAgent({ name: "Ann" });
  const skip = async (queueEntryId: number) =>
    skipNext(await aCtx(), { agentId: ann, queueEntryId, reason: `${WORD} speaks Dutch only` });
  await skip(regular);
  const ben = await anAgent({ name: "Ben" });
  const promise = async (inMinutes: number, more = {}): Promise<number> => {
    const { body } = await api(
      "POST /callbacks",
      {
        userId: String(userId),
        callbackReason: `${WORD} wants a price`,
        scheduledFor: new Date((await aCtx()).now.getTime() + inMinutes * 60_000).toISOString(),
        ...more,
      },
      { headers: { "idempotency-key": `promise-${inMinutes}` } },
    );
    return body.id as number;
  };
  const withdrawn = await promise(1);
  await api("POST /callbacks/cancel", { callbackId: withdrawn, reason: `${WORD} moved away` });
  const first = await promise(2, { preferredAgentId: ann });
  await snoozeCallback(await aCtx(), { callbackId: first, snoozeMinutes: 1 });
  await advance({ minutes: 1 });
  await tick();
  await skip((await liveEntries())[0]!.id);
  await acceptCallback(await aCtx(), { callbackId: first, agentId: ann });
  await releaseCallback(await aCtx(), { callbackId: first, agentId: ann });
  await acceptCallback(await aCtx(), { callbackId: first, agentId: ben });
  const later = await promise(600);
  const taken = await request(next, "POST", {
    headers: { ...asService, "idempotency-key": "next-1" },
    body: { agentId: ben },
  });
  const { callSessionId } = taken.body.next as { callSessionId: string };
  const scheduledFor = new Date((await aCtx()).now.getTime() + 6_000_000).toISOString();
  await api(
    `POST /calls/${callSessionId}/outcome`,
    {
      outcomeType: "call_back",
      notes: `${WORD} was in the garden`,
      callback: { scheduledFor, callbackReason: `ask ${WORD} again` },
    },
    { headers: { "idempotency-key": "outcome-1" } },
  );
  // The inbound call, which lasted a minute, begins after this one.
  await advance({ minutes: 2 });
  const inbound = await recordCall(await aCtx(), {
    userId,
    direction: "inbound",
    status: "completed",
    durationSeconds: 60,
    twilioCallSid: SID,
  });
  await recordOutcome(await aCtx(), {
    callSessionId: BigInt(inbound.id as string),
    outcomeType: "answered",
    notes: WORD,
  });
  await aTaskOf(userId);
  await everybodyIsAlive();
  await tick();
  return later;
}

async function figures(): Promise<unknown> {
  const { recentCallbacks, timestamp, ...rest } = await callbackMonitoring(await aCtx(), { hours: 24 });
  const facts = recentCallbacks.map(({ id, status, attempts, snoozes, scheduledFor }) => ({
    id,
    status,
    attempts,
    snoozes,
    scheduledFor,
  }));
  return { ...rest, facts };
}

test("an agent's browser is answered which users of the agent's own calls were erased, and nobody else", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const [called, other] = [await aUser(), await aUser()];
  for (const id of [called, other])
    await recordCall(await aCtx(), { userId: id, agentId: ann, direction: "inbound", status: "completed" });
  expect(await listErasedUsers(await aCtx(), { agentId: ann })).toMatchObject({ userIds: [] });
  await erase(called);
  expect(await listErasedUsers(await aCtx(), { agentId: ann })).toMatchObject({ userIds: [String(called)] });
  expect(await listErasedUsers(await aCtx(), { agentId: ben })).toMatchObject({ userIds: [] });
});

test("after an erasure no column of any table holds a word, the name, the phone, the email or the zone of the user", async () => {
  await aPast();
  for (const word of [WORD, PHONE, SID, "Nairobi"]) expect((await placesOf(word)).length, word).toBeGreaterThan(0);
  const planted = await placesOf(WORD);
  for (const place of [
    "users.first_name",
    "users.email",
    "claims.status",
    "requirements.type",
    "callbacks.callback_reason",
    "callbacks.cancel_reason",
    "callbacks.event_why",
    "callback_events.why",
    "callback_events.changes",
    "call_sessions.notes",
    "call_sessions.outcome",
    "idempotency_keys.answer",
    "cursor_tasks.result",
    "cursor_tasks.late_outcome",
  ])
    expect(planted).toContain(place);
  await erase();
  for (const word of [WORD, PHONE, SID, "Nairobi"]) expect(await placesOf(word), word).toEqual([]);
  await expectInvariants();
});

test("every figure of the monitoring is what it was before the erasure of a user whose promises have ended", async () => {
  const later = await aPast();
  // The second was promised in the call of the past, after the first.
  for (const id of [later, later + 1]) await cancelCallback(await aCtx(), { callbackId: id, reason: WORD });
  const before = await figures();
  await erase();
  expect(await figures()).toEqual(before);
});

test("withdrawing what is open changes the figures as a cancelling does, the rest of the erasure none", async () => {
  const open = await aPast();
  const count = async (): Promise<unknown> =>
    query(
      db,
      z.object({ calls: z.int(), outcomes: z.int(), callbacks: z.int(), events: z.int() }),
      sql`SELECT (SELECT count(*)::int FROM call_sessions) AS calls, (SELECT count(last_outcome_type)::int FROM call_sessions) AS outcomes,
                 (SELECT count(*)::int FROM callbacks) AS callbacks,
                 (SELECT count(*)::int FROM callback_events WHERE type NOT IN ('erased', 'cancelled')) AS events`,
    );
  const before = await count();
  expect(await erase()).toMatchObject({ cancelled: 2, callbacks: 4, claims: 1, users: 1 });
  expect(await count()).toEqual(before);
  expect(await getCallback(await aCtx(), { id: open })).toMatchObject({ status: "cancelled", cancelReason: "Erased" });
  expect(await liveEntries()).toEqual([]);
});

test("the story of an erased callback keeps what happened, when, by whom, and the sentences of the desk", async () => {
  await aPast();
  const id = 2;
  const before = await getCallback(await aCtx(), { id });
  await erase();
  const { events } = await getCallback(await aCtx(), { id });
  const facts = ({ seq, at, type, actor, toStatus }: (typeof events)[number]) => ({ seq, at, type, actor, toStatus });
  expect(events.slice(0, -1).map(facts)).toEqual(before.events.map(facts));
  expect(events.at(-1)).toMatchObject({ type: "erased", why: "The user's data was erased." });
  expect(events[0]?.why).toBe("Erased");
  expect(events.map(({ why }) => why)).toContain("Ben Able accepted it.");
});

test("erasing twice is the same as erasing once, and the audit says twice", async () => {
  await aPast();
  await erase();
  const once = await everyRow();
  await advance({ hours: 1 });
  const { test_clock: _clock, audit_entries: _audit, ...rows } = once;
  const nothing = { cancelled: 0, callbacks: 0, events: 0, notifications: 0, queueEntries: 0, calls: 0, claims: 0 };
  expect(await erase()).toEqual({ ...nothing, keptAnswers: 0, cursorTasks: 0, messages: 0, users: 0 });
  expect(await everyRow()).toMatchObject(rows);
});

test("two erasures at once leave what one leaves", async () => {
  await aPast();
  const other = await aCtx({ db: connectTest() });
  const answers = await Promise.all([erase(), erasePerson(other, { customerId: String(userId) })]);
  expect(answers.map(({ users }) => users).sort()).toEqual([0, 1]);
  expect(await placesOf(WORD)).toEqual([]);
  await expectInvariants();
});

test("nobody else is touched by an erasure", async () => {
  const other = await aUser({ firstName: "Vera" });
  const { id } = await scheduleCallback(await aCtx(), {
    userId: other,
    scheduledFor: "2026-03-02T12:00:00Z",
    callbackReason: "the red bicycle",
  });
  const before = await exportPerson(await aCtx(), { customerId: String(other) });
  await aPast();
  await erase();
  const after = await exportPerson(await aCtx(), { customerId: String(other) });
  expect(after).toEqual(before);
  expect(after.callbacks).toMatchObject([{ id, callback_reason: "the red bicycle" }]);
});

test("a user in a call, from the queue or not, is refused until the outcome is recorded", async () => {
  const ann = await anAgent();
  await aCallback({ userId: await aUser({ id: userId }), acceptedBy: ann });
  const callSessionId = await callOf(ann);
  const before = await everyRow();
  await expect(erase()).rejects.toMatchObject({ code: "user_on_call", message: expect.stringContaining("4711") });
  expect(await everyRow()).toEqual(before);
  await recordOutcome(await aCtx(), { callSessionId, outcomeType: "answered" });
  await recordCall(await aCtx(), { userId, direction: "inbound", status: "ringing" });
  await expect(erase()).rejects.toMatchObject({ code: "user_on_call" });
});

test("of an erasure and a claim of the same entry at once, one gives way to the other", async () => {
  for (let round = 0; round < 6; round += 1) {
    const id = await aUser();
    const agent = await anAgent();
    await aCallback({ userId: id, acceptedBy: agent });
    let hasCall = false;
    const { refused } = await atOnce<unknown>([
      async () => {
        hasCall = (await takeNext(await aCtx({ db: connectTest() }), { agentId: agent })).next !== null;
      },
      () => erase(id),
    ]);
    expect(refused).toEqual(hasCall ? ["user_on_call"] : []);
    await expectInvariants();
  }
});

test("a promise made while its user is erased is erased with the user, or refused", async () => {
  await aUser({ id: userId });
  const promises = Array.from(
    { length: 6 },
    () => async () =>
      scheduleCallback(await aCtx({ db: connectTest() }), {
        userId,
        scheduledFor: "2026-03-02T12:00:00Z",
        callbackReason: WORD,
      }),
  );
  const { refused } = await atOnce<unknown>([...promises, () => erase()]);
  expect(refused.filter((code) => code !== "do_not_call")).toEqual([]);
  expect(await placesOf(WORD)).toEqual([]);
  await expectInvariants();
});

test("an erased user is neither queued nor promised to again, also by the tick and the refresh", async () => {
  await aPast();
  await erase();
  await refreshQueue(await aCtx());
  await tick();
  expect(await liveEntries()).toEqual([]);
  const again = scheduleCallback(await aCtx(), { userId, scheduledFor: "2026-03-02T12:00:00Z" });
  await expect(again).rejects.toMatchObject({ code: "do_not_call" });
});

test("a user nobody knows is refused, and one the importing system removed is erased all the same", async () => {
  await expect(erase(5n)).rejects.toMatchObject({ code: "not_found" });
  await expect(exportPerson(await aCtx(), { customerId: "5" })).rejects.toMatchObject({ code: "not_found" });
  await aPast();
  await execute(db, sql`DELETE FROM users WHERE id = ${userId}`);
  expect((await exportPerson(await aCtx(), { customerId: String(userId) })).user).toBeNull();
  await erase();
  expect(await placesOf(WORD)).toEqual([]);
  await expectInvariants();
});

test("an import restores an erased user, who may be called again, without the past", async () => {
  const id = await aPast();
  await erase();
  await import_({ firstName: "Uma", lastName: "Ortiz", email: null, claims: undefined });
  const { user, claims } = await exportPerson(await aCtx(), { customerId: String(userId) });
  expect(user).toMatchObject({ first_name: "Uma", phone: PHONE, do_not_call: false, erased_at: null });
  expect(claims).toEqual([]);
  expect(await placesOf(WORD)).toEqual([]);
  expect((await getCallback(await aCtx(), { id })).status).toBe("cancelled");
  await scheduleCallback(await aCtx(), { userId, scheduledFor: "2026-03-02T12:00:00Z", callbackReason: WORD });
  await erase();
  expect([...(await placesOf(WORD)), ...(await placesOf(PHONE))]).toEqual([]);
  await expectInvariants();
});

test("an import that asks not to call keeps the one who comes back from being called", async () => {
  await aUser({ id: userId });
  await erase();
  await import_({ doNotCall: true });
  expect((await exportPerson(await aCtx(), { customerId: String(userId) })).user).toMatchObject({
    do_not_call: true,
    erased_at: null,
  });
});

test("a repeat of a request whose answer was erased is refused and does nothing; the count of stopped repeats stays", async () => {
  await import_();
  const key = { headers: { "idempotency-key": "the-key" } };
  const body = { userId: String(userId), scheduledFor: "2026-03-02T12:00:00Z", callbackReason: WORD };
  await api("POST /callbacks", body, key);
  await api("POST /callbacks", body, key);
  await erase();
  await import_({ claims: undefined });
  const before = await everyRow();
  const repeat = await api("POST /callbacks", body, key);
  expect([repeat.status, repeat.body.code]).toEqual([422, "key_reused"]);
  expect(repeat.body.detail).toContain("erased");
  expect(await everyRow()).toEqual(before);
  expect((await callbackMonitoring(await aCtx(), { hours: 24 })).metrics.duplicatesStopped).toBe(1);
});

test("without the word of an erasure events cannot be changed, with it only their words, and never without their callback", async () => {
  await aCallback();
  const name = { message: expect.stringContaining("append-only") };
  await expect(execute(db, sql`UPDATE callback_events SET why = ''`)).rejects.toMatchObject(name);
  await expect(execute(db, sql`DELETE FROM callback_events`)).rejects.toMatchObject(name);
  const within = (may: string, statement: ReturnType<typeof sql>) =>
    db.$transaction(async (tx) => {
      await execute(tx, sql`SELECT set_config('ringback.events_may', ${may}, true)`);
      await execute(tx, statement);
    });
  await expect(within("erase", sql`DELETE FROM callback_events`)).rejects.toMatchObject(name);
  await expect(within("retire", sql`UPDATE callback_events SET why = ''`)).rejects.toMatchObject(name);
  await expect(within("erase", sql`UPDATE callback_events SET actor = 'nobody'`)).rejects.toThrow("only its words");
  await expect(within("retire", sql`DELETE FROM callback_events`)).rejects.toThrow("together with it");
  await within("erase", sql`UPDATE callback_events SET why = 'other words'`);
  await expect(execute(db, sql`UPDATE callback_events SET why = ''`)).rejects.toMatchObject(name);
});

test("an export holds every word that is stored about the user, and nothing of anybody else", async () => {
  const other = await aUser({ firstName: "Vera" });
  await aCallback({ userId: other });
  await aPast();
  const exported = JSON.parse(JSON.stringify(await exportPerson(await aCtx(), { customerId: String(userId) })));
  expect(exported).toMatchObject({
    user: { id: "4711", first_name: WORD, phone: PHONE },
    claims: [{ id: "9", status: WORD, requirements: [{ type: WORD }] }],
    score: { last_outcome: "answered" },
    calls: [
      { notes: `${WORD} was in the garden`, last_outcome_type: "call_back" },
      { notes: WORD, twilio_call_sid: SID },
    ],
  });
  expect(exported.callbacks).toHaveLength(4);
  expect(exported.callbacks[0]).toMatchObject({ cancel_reason: `${WORD} moved away` });
  expect(exported.callbacks[1].events.map(({ type }: { type: string }) => type)).toContain("released");
  expect(exported.callbacks[1].notifications.length).toBeGreaterThan(0);
  expect(exported.queueEntries.length).toBeGreaterThan(1);
  expect(exported.keptAnswers.map(({ key }: { key: string }) => key)).toContain("next-1");
  expect(JSON.stringify(exported)).not.toContain("Vera");
});

test("the erasure of a user whose call has ended without an outcome frees its agent", async () => {
  const ann = await anAgent();
  await import_();
  const report = { twilioCallSid: SID, userId, agentId: ann, direction: "inbound" as const };
  for (const status of ["in_progress", "completed"] as const) await recordCall(await aCtx(), { ...report, status });
  expect(await db.agentSession.findFirst()).toMatchObject({ status: "on_call" });
  await erase();
  expect(await db.agentSession.findFirst()).toMatchObject({ status: "available" });
  await expectInvariants();
});
