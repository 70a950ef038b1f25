import { expect, test } from "vitest";
import { listQueue, refreshQueue } from "#modules/call-queue";
import {
  acceptCallback,
  checkIn,
  getCallback,
  importUsers,
  reassignCallbacks,
  releaseCallback,
  snoozeCallback,
} from "#modules/callbacks";
import { takeNext } from "#modules/calls";
import { execute, sql } from "#lib/database/sql";
import { seeDesk } from "#modules/desk";
import { investigate } from "#modules/monitoring";
import { aCallback, anAgent, aUser, everybodyIsAlive, liveEntries, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aTask, ends, isOver } from "#tests/factories/tasks";
import { aCtx } from "#tests/setup/ctx";
import { advance, db, setClock } from "#tests/setup/database";

const NIGHT = "2026-03-03T04:25:00Z"; // 23:25 in New York
const MORNING = "2026-03-03T13:00:00.000Z"; // 8:00 in New York

const inNewYork = () => aUser({ timeZone: "America/New_York" });
const next = async (agentId: number) => (await takeNext(await aCtx(), { agentId })).next;

const warningOf = async (agentId: number) => {
  const { hero } = await seeDesk(await aCtx(), { agentId, timeZone: "UTC" });
  return hero!.warning;
};

/** A callback of somebody in New York that was due at noon there and that nobody could take until the night. */
async function leftOver(given: Parameters<typeof aCallback>[0] = {}): Promise<number> {
  await setClock("2026-03-02T17:00:00Z");
  const id = await aCallback({ userId: await inNewYork(), ...given });
  await tick();
  await setClock(NIGHT);
  await everybodyIsAlive();
  return id;
}

test("a callback that was due by day is not offered at night, says why it waits, and is offered in the morning", async () => {
  const ann = await anAgent();
  const id = await leftOver();
  expect(await next(ann)).toBeNull();
  await tick();
  expect(await liveEntries()).toMatchObject([
    { callbackId: id, agentId: null, availableFrom: new Date(MORNING), why: "Waits for 8:00 in New York." },
  ]);
  expect((await getCallback(await aCtx(), { id })).why).toBe("Waits for 8:00 in New York.");
  const { events } = await getCallback(await aCtx(), { id });
  await tick();
  expect((await getCallback(await aCtx(), { id })).events).toHaveLength(events.length);
  await setClock("2026-03-03T12:59:00Z");
  await everybodyIsAlive();
  await tick();
  expect(await next(ann)).toBeNull();
  await setClock(MORNING);
  expect(await next(ann)).toMatchObject({ callbackId: id });
  await expectInvariants();
});

test("an investigation says that a callback waits for the morning, and until when", async () => {
  await anAgent();
  const id = await leftOver();
  await tick();
  const { verdict, findings } = await investigate(await aCtx(), { callbackId: id });
  expect(findings).toEqual([
    "It waits for 08:00 in America/New_York: it is 23:25 there, an hour that nobody asked for.",
  ]);
  expect(verdict).toBe(findings[0]);
});

test("at night nobody gets a waiting callback: not by becoming available, by reassigning, or by a release", async () => {
  const [ann, ben] = [await anAgent(), await anAgent({ status: "break" })];
  const id = await leftOver({ preferredAgentId: ann });
  await tick();
  await checkIn(await aCtx(), { agentId: ben, status: "available" });
  expect(await liveEntries()).toMatchObject([{ agentId: null }]);
  await reassignCallbacks(await aCtx(), { callbackIds: [id], agentId: ben });
  expect(await next(ben)).toBeNull();
  await acceptCallback(await aCtx(), { callbackId: id, agentId: ann });
  await releaseCallback(await aCtx(), { callbackId: id, agentId: ann });
  expect(await next(ben)).toBeNull();
  await expectInvariants();
});

test("an agent who accepts at night reads which time it is there, and may call", async () => {
  const ann = await anAgent();
  const id = await leftOver();
  const { data } = await acceptCallback(await aCtx(), { callbackId: id, agentId: ann });
  expect(data.warning).toBe("It is 23:25 there.");
  expect(await next(ann)).toMatchObject({ callbackId: id });
  await expectInvariants();
});

test("by day nobody is warned", async () => {
  const { data } = await acceptCallback(await aCtx(), { callbackId: await aCallback(), agentId: await anAgent() });
  expect(data.warning).toBeNull();
});

test("the desk warns before a call at night, and not when the user asked for that time", async () => {
  const ann = await anAgent();
  await acceptCallback(await aCtx(), { callbackId: await leftOver(), agentId: ann });
  expect(await warningOf(ann)).toBe("It is 23:25 there.");
  const ben = await anAgent();
  await aCallback({ userId: await inNewYork(), preferredAgentId: ben });
  await tick();
  expect(await warningOf(ben)).toBeNull();
  await advance({ minutes: 29 });
  expect(await warningOf(ben)).toBeNull();
});

test("a time at night that the user asked for is kept, and half an hour longer", async () => {
  const ann = await anAgent();
  await setClock(NIGHT);
  const id = await aCallback({ userId: await inNewYork() });
  await setClock("2026-03-03T04:54:00Z");
  await everybodyIsAlive();
  await tick();
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: ann }]);
  await setClock("2026-03-03T04:55:00Z");
  expect(await next(ann)).toBeNull();
  await everybodyIsAlive();
  await tick();
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: null, availableFrom: new Date(MORNING) }]);
});

test("a time at night that the user asked for is not held up by an older promise that waits for the morning", async () => {
  const ann = await anAgent();
  const old = await leftOver();
  await tick();
  const asked = await aCallback({ userId: (await db.callback.findUniqueOrThrow({ where: { id: old } })).userId });
  await tick();
  expect(await next(ann)).toMatchObject({ callbackId: asked });
  await expectInvariants();
});

test("a snooze over the end of the day wakes in the morning and says why, unless the user asked for that time", async () => {
  await setClock("2026-03-03T01:50:00Z"); // 20:50 in New York
  const userId = await inNewYork();
  const early = await aCallback({ userId, inMinutes: -60 });
  const asked = await aCallback({ userId });
  const snooze = async (callbackId: number) => snoozeCallback(await aCtx(), { callbackId, snoozeMinutes: 15 });
  expect(await snooze(early)).toMatchObject({
    message:
      "Snoozed until 2026-03-03 08:00 (America/New_York), because it is too late to call there 15 min later; 4 left.",
    data: { newScheduledTime: MORNING },
  });
  expect(await snooze(asked)).toMatchObject({
    message: expect.stringMatching(/^Snoozed for 15 min, until /),
    data: { newScheduledTime: "2026-03-03T02:05:00.000Z" },
  });
});

test("a result becomes a call in the decent hours of the user, and says so", async () => {
  await setClock(NIGHT);
  await ends(await aTask("t-1", { userId: await inNewYork() }));
  await isOver("conv-1");
  const { scheduledFor, events } = await getCallback(await aCtx(), { id: 1 });
  expect(scheduledFor).toBe(MORNING);
  expect(events[0]!.why).toContain("It waits for 8:00 in New York, because it is too late to call there now.");
});

test("the regular queue offers nobody before 8:00 of their own clock, and shows why an entry waits", async () => {
  const ann = await anAgent();
  await setClock("2026-03-03T03:00:00Z");
  const userId = await aUser({ timeZone: "Europe/London" });
  await execute(
    db,
    sql`INSERT INTO claims (id, user_id, status, signature_missing_since) VALUES (1, ${userId}, 'open', '2026-02-01')`,
  );
  await refreshQueue(await aCtx());
  await everybodyIsAlive();
  expect(await next(ann)).toBeNull();
  const { entries } = await listQueue(await aCtx(), { limit: 10 });
  expect(entries[0]!.queueReason).toMatch(/^Waits for 8:00 in London\. A signature/);
  await setClock("2026-03-03T21:00:00Z");
  await everybodyIsAlive();
  expect(await next(ann)).toBeNull();
  await tick();
  expect(await liveEntries()).toMatchObject([{ availableFrom: new Date("2026-03-04T08:00:00Z") }]);
  await setClock("2026-03-04T08:00:00Z");
  expect(await next(ann)).toMatchObject({ userId: String(userId) });
});

test("an import that moves somebody to another zone moves their hours", async () => {
  const ann = await anAgent();
  const userId = await aUser({ timeZone: "Europe/London" });
  const id = await aCallback({ userId, inMinutes: -60 });
  await tick();
  const user = { id: userId, firstName: "Uma", lastName: "User", phone: "+15550100", timeZone: "America/Los_Angeles" };
  await importUsers(await aCtx(), { users: [user] });
  expect(await next(ann)).toBeNull();
  await tick();
  expect(await liveEntries()).toMatchObject([{ callbackId: id, why: "Waits for 8:00 in Los Angeles." }]);
});
