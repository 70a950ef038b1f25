import { expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { decideStatus, logOut } from "#modules/agents";
import { takeNext } from "#modules/calls";
import {
  acceptCallback,
  cancelCallback,
  checkIn,
  getCallback,
  listCallbacks,
  listOverdue,
  releaseCallback,
  scheduleCallback,
  snoozeCallback,
} from "#modules/callbacks";
import { pendingCallbacks } from "#modules/desk";
import { listInput } from "#schema/callbacks";
import { aCallback, anAgent, aRegularEntry, aUser, liveEntries, tick } from "#tests/factories/desk";
import { aCtx, runAfterAnswer } from "#tests/setup/ctx";
import { advance, db, START } from "#tests/setup/database";

const at = (minutes: number) => new Date(START.getTime() + minutes * 60_000).toISOString();

test("a promise keeps the wall clock and the zone it was said in", async () => {
  const userId = await aUser({ timeZone: "America/New_York" });
  const made = await scheduleCallback(await aCtx(), {
    userId,
    scheduledFor: "2026-03-02T15:00",
    callbackReason: "asked for a price",
  });
  expect(made).toMatchObject({
    scheduledFor: "2026-03-02T20:00:00.000Z",
    promisedLocal: "2026-03-02T15:00:00",
    promisedZone: "America/New_York",
  });
});

test.each([
  [
    "the missing hour of spring moves forward by the gap",
    "2026-03-29T01:30",
    "2026-03-29T01:30:00.000Z",
    "2026-03-29T02:30:00",
  ],
  [
    "the doubled hour of autumn is its first pass",
    "2026-10-25T01:30",
    "2026-10-25T00:30:00.000Z",
    "2026-10-25T01:30:00",
  ],
])("on a change day in London %s", async (_title, said, instant, local) => {
  const userId = await aUser({ timeZone: "Europe/London" });
  expect(await scheduleCallback(await aCtx(), { userId, scheduledFor: said })).toMatchObject({
    scheduledFor: instant,
    promisedLocal: local,
  });
});

test.each([
  ["24 hours ago is a missed call that can still be promised", -24 * 60, true],
  ["a minute more than 24 hours ago is refused", -24 * 60 - 1, false],
  ["a year ahead is taken", 366 * 24 * 60, true],
  ["a minute beyond a year ahead is refused", 366 * 24 * 60 + 1, false],
])("%s", async (_title, minutes, isTaken) => {
  const promised = scheduleCallback(await aCtx(), { userId: await aUser(), scheduledFor: at(minutes) });
  if (isTaken) await expect(promised).resolves.toMatchObject({ status: "pending" });
  else await expect(promised).rejects.toMatchObject({ code: "invalid_input" });
});

test("nobody is promised to an unknown or do-not-call user, or by an unknown agent", async () => {
  const ctx = await aCtx();
  await expect(scheduleCallback(ctx, { userId: 5n, scheduledFor: at(0) })).rejects.toMatchObject({ code: "not_found" });
  const blocked = await aUser({ doNotCall: true });
  await expect(scheduleCallback(ctx, { userId: blocked, scheduledFor: at(0) })).rejects.toMatchObject({
    code: "do_not_call",
  });
  await expect(
    scheduleCallback(ctx, { userId: await aUser(), scheduledFor: at(0), preferredAgentId: 99 }),
  ).rejects.toMatchObject({ code: "not_found" });
  expect((await listCallbacks(ctx, { limit: 10 })).callbacks).toEqual([]);
});

test("accepting makes it the agent's very next call, in place of every live entry of the user", async () => {
  const ann = await anAgent();
  const userId = await aUser();
  await aRegularEntry(userId);
  const id = await aCallback({ userId, inMinutes: 60 });
  const { data } = await acceptCallback(await aCtx(), { callbackId: id, agentId: ann });
  expect(await liveEntries()).toMatchObject([
    { id: data.queueEntryId, callbackId: id, agentId: ann, score: -2000, availableFrom: START },
  ]);
  expect((await takeNext(await aCtx(), { agentId: ann })).next).toMatchObject({
    callbackId: id,
    queueEntryId: data.queueEntryId,
  });
});

test("a repeat by the agent who accepted gets the same answer; every other agent gets the name of that agent", async () => {
  const ann = await anAgent({ name: "Ann" });
  const ben = await anAgent();
  const id = await aCallback();
  const ctx = await aCtx();
  const first = await acceptCallback(ctx, { callbackId: id, agentId: ann });
  expect(await acceptCallback(ctx, { callbackId: id, agentId: ann })).toEqual(first);
  await expect(acceptCallback(ctx, { callbackId: id, agentId: ben })).rejects.toMatchObject({
    code: "already_accepted",
    message: `Ann Able has already accepted callback ${id}.`,
  });
});

test("only an active, logged-in agent who may work the queue can accept", async () => {
  const id = await aCallback();
  const ctx = await aCtx();
  await expect(acceptCallback(ctx, { callbackId: id, agentId: 99 })).rejects.toMatchObject({ code: "not_found" });
  await expect(acceptCallback(ctx, { callbackId: 99, agentId: await anAgent() })).rejects.toMatchObject({
    code: "not_found",
  });
  await expect(acceptCallback(ctx, { callbackId: id, agentId: await anAgent({ status: null }) })).rejects.toMatchObject(
    { code: "agent_not_here" },
  );
  const elsewhere = await anAgent({ queues: ["unsigned_users"] });
  await expect(acceptCallback(ctx, { callbackId: id, agentId: elsewhere })).rejects.toMatchObject({
    code: "wrong_queue",
  });
  const ai = await anAgent({ isAiAgent: true });
  await expect(acceptCallback(ctx, { callbackId: id, agentId: ai })).rejects.toMatchObject({ code: "wrong_queue" });
  expect((await getCallback(ctx, { id })).events).toHaveLength(1);
});

test("a snooze counts from now, leaves no live entry, and the tick at its new time queues it again", async () => {
  await anAgent();
  const id = await aCallback({ inMinutes: -30 });
  await tick();
  const { data } = await snoozeCallback(await aCtx(), { callbackId: id, snoozeMinutes: 15 });
  expect(data).toEqual({ callbackId: id, newScheduledTime: at(15), snoozeMinutes: 15, snoozesLeft: 4 });
  expect(await liveEntries()).toEqual([]);
  await advance({ minutes: 8 });
  expect((await tick()).results.processed).toBe(0);
  await advance({ minutes: 1 });
  expect((await tick()).results.notified).toBe(1);
  expect((await getCallback(await aCtx(), { id })).promisedFor).toBe(at(-30));
});

test.each([
  [9, 14],
  [2 * 24 * 60, 2 * 24 * 60 + 5],
])(
  "a callback due in %i minutes that is snoozed for five is due in %i, and the message says when",
  async (due, then) => {
    const id = await aCallback({ inMinutes: due });
    const { data, message } = await snoozeCallback(await aCtx(), { callbackId: id, snoozeMinutes: 5 });
    expect(data.newScheduledTime).toBe(at(then));
    expect(message).toContain(at(then).slice(0, 16).replace("T", " "));
  },
);

test("a snoozed callback is not offered before it wakes", async () => {
  const ann = await anAgent();
  const id = await aCallback({ preferredAgentId: ann });
  await snoozeCallback(await aCtx(), { callbackId: id, snoozeMinutes: 5 });
  await tick();
  await advance({ minutes: 4, seconds: 59, milliseconds: 999 });
  expect((await takeNext(await aCtx(), { agentId: ann })).next).toBeNull();
  await advance({ milliseconds: 1 });
  expect((await takeNext(await aCtx(), { agentId: ann })).next).toMatchObject({ callbackId: id });
});

test("after SNOOZE_LIMIT snoozes the next is refused with a sentence", async () => {
  const id = await aCallback();
  for (let n = 0; n < 5; n += 1) await snoozeCallback(await aCtx(), { callbackId: id, snoozeMinutes: 1 });
  await expect(snoozeCallback(await aCtx(), { callbackId: id, snoozeMinutes: 1 })).rejects.toMatchObject({
    code: "snooze_limit",
  });
  expect((await getCallback(await aCtx(), { id })).snoozes).toBe(5);
});

test("a released callback stays away from its agent for ten minutes and goes to any other agent who accepts it", async () => {
  const ann = await anAgent({ name: "Ann" });
  const id = await aCallback({ acceptedBy: ann, preferredAgentId: ann });
  await releaseCallback(await aCtx(), { callbackId: id, agentId: ann });
  expect(await liveEntries()).toMatchObject([{ callbackId: id, status: "pending", agentId: null, score: -1000 }]);
  await tick();
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: null }]);
  expect((await takeNext(await aCtx(), { agentId: ann })).next).toBeNull();
  await advance({ minutes: 10 });
  await decideStatus(await aCtx(), { agentId: ann, status: "available" });
  await tick();
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: ann }]);
});

test("only the one who accepted can release, and only while it is accepted", async () => {
  const ann = await anAgent();
  const ben = await anAgent();
  const id = await aCallback();
  await expect(releaseCallback(await aCtx(), { callbackId: id, agentId: ann })).rejects.toMatchObject({
    code: "wrong_state",
  });
  await acceptCallback(await aCtx(), { callbackId: id, agentId: ann });
  await expect(releaseCallback(await aCtx(), { callbackId: id, agentId: ben })).rejects.toMatchObject({
    code: "already_accepted",
  });
});

test("a cancelled callback has no live entry, keeps its reason, and nothing more can be done with it", async () => {
  await anAgent();
  const id = await aCallback();
  await tick();
  await cancelCallback(await aCtx(), { callbackId: id, reason: "the user wrote an e-mail" });
  expect(await liveEntries()).toEqual([]);
  expect(await getCallback(await aCtx(), { id })).toMatchObject({
    status: "cancelled",
    cancelReason: "the user wrote an e-mail",
  });
  await expect(snoozeCallback(await aCtx(), { callbackId: id, snoozeMinutes: 5 })).rejects.toMatchObject({
    code: "wrong_state",
  });
  await expect(cancelCallback(await aCtx(), { callbackId: id, reason: "again" })).rejects.toMatchObject({
    code: "wrong_state",
  });
});

test("while a callback is being called it can be neither snoozed, released nor cancelled", async () => {
  const ann = await anAgent();
  const id = await aCallback({ acceptedBy: ann });
  await takeNext(await aCtx(), { agentId: ann });
  const ctx = await aCtx();
  const refusal = { code: "user_on_call" };
  await expect(snoozeCallback(ctx, { callbackId: id, snoozeMinutes: 5 })).rejects.toMatchObject(refusal);
  await expect(releaseCallback(ctx, { callbackId: id, agentId: ann })).rejects.toMatchObject(refusal);
  await expect(cancelCallback(ctx, { callbackId: id, reason: "no" })).rejects.toMatchObject(refusal);
});

test("an agent who becomes available gets at once the callbacks that wait for any agent, up to the cap", async () => {
  for (let n = 0; n < 12; n += 1) await aCallback();
  await tick();
  const ann = await anAgent({ status: "break" });
  await checkIn(await aCtx(), { agentId: ann, status: "available" });
  const entries = await liveEntries();
  expect(entries.filter((entry) => entry.agentId === ann)).toHaveLength(10);
  expect(entries.filter((entry) => entry.agentId === null)).toHaveLength(2);
});

test("the desk shows what is due within ten minutes or overdue, oldest first, and why", async () => {
  const ann = await anAgent({ name: "Ann" });
  const late = await aCallback({ preferredAgentId: ann, inMinutes: -3 });
  const soon = await aCallback({ preferredAgentId: ann, inMinutes: 10 });
  await aCallback({ preferredAgentId: ann, inMinutes: 10.01 });
  const given = await aCallback();
  await tick();
  const { callbacks } = await pendingCallbacks(await aCtx(), { agentId: ann });
  expect(callbacks).toMatchObject([
    { id: late, isOverdue: true, isAssigned: true, why: "Ann Able was asked for and is available." },
    { id: given, isOverdue: false, isAssigned: true },
    { id: soon, isOverdue: false, isAssigned: false },
  ]);
});

test("a poll that finds the last tick older than 90 seconds starts a catch-up tick after its answer", async () => {
  const ann = await anAgent();
  await tick();
  const id = await aCallback();
  await advance({ seconds: 89 });
  await pendingCallbacks(await aCtx(), { agentId: ann });
  await runAfterAnswer();
  expect(await liveEntries()).toEqual([]);
  await advance({ seconds: 1 });
  await pendingCallbacks(await aCtx(), { agentId: ann });
  await runAfterAnswer();
  expect(await liveEntries()).toMatchObject([{ callbackId: id }]);
});

/** The cursor of a page as the API takes it. */
const shownUpTo = ({ nextCursor }: { nextCursor: string | null }) => listInput.shape.cursor.parse(nextCursor);

test("lists page by cursor without gaps, and overdue comes oldest first with its minutes", async () => {
  const ids: number[] = [];
  for (let n = 0; n < 5; n += 1) ids.push(await aCallback({ inMinutes: -n }));
  const ctx = await aCtx();
  const first = await listCallbacks(ctx, { limit: 3 });
  const second = await listCallbacks(ctx, { limit: 3, cursor: shownUpTo(first) });
  expect([...first.callbacks, ...second.callbacks].map(({ id }) => id)).toEqual([...ids].reverse());
  expect(second.nextCursor).toBeNull();
  const overdue = await listOverdue(ctx, { limit: 3 });
  expect(overdue.callbacks.map(({ minutesOverdue }) => minutesOverdue)).toEqual([4, 3, 2]);
  const rest = await listOverdue(ctx, { limit: 3, cursor: shownUpTo(overdue) });
  expect(rest.callbacks.map(({ minutesOverdue }) => minutesOverdue)).toEqual([1]);
});

test("events cannot be changed or removed, and a promised time changes by rescheduling only", async () => {
  const id = await aCallback();
  await expect(execute(db, sql`UPDATE callback_events SET why = 'nothing' WHERE callback_id = ${id}`)).rejects.toThrow(
    "append-only",
  );
  await expect(execute(db, sql`DELETE FROM callback_events`)).rejects.toThrow("append-only");
  await expect(
    execute(db, sql`UPDATE callbacks SET promised_for = ringback_now() + interval '1 hour' WHERE id = ${id}`),
  ).rejects.toThrow("changes by rescheduling only");
});

test("an agent who logs out keeps nothing that is not accepted", async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann });
  await tick();
  await logOut(await aCtx(), { agentId: ann });
  await tick();
  expect(await liveEntries()).toMatchObject([{ agentId: null, status: "pending" }]);
});
