import { expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { recordCall, recordOutcome, takeNext } from "#modules/calls";
import { acceptCallback, findPending, snoozeCallback } from "#modules/callbacks";
import { seeDesk } from "#modules/desk";
import { aCallback, anAgent, aRegularEntry, aUser, everybodyIsAlive, tick } from "#tests/factories/desk";
import { aCtx } from "#tests/setup/ctx";
import { advance, db, setClock } from "#tests/setup/database";

const look = async (agentId: number, timeZone = "UTC") => seeDesk(await aCtx(), { agentId, timeZone });

test("the desk shows exactly the entry that a claim would take", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  await aRegularEntry(await aUser(), { score: 10 });
  await aCallback({ preferredAgentId: ann });
  await aCallback({ preferredAgentId: ben });
  await tick();
  for (const agentId of [ann, ben, ann, ben]) {
    const { hero } = await look(agentId);
    const { next } = await takeNext(await aCtx(), { agentId });
    expect(next === null).toBe(hero === null);
    if (!next) continue;
    expect(hero?.callback?.id ?? null).toBe(next.callbackId);
    expect(hero?.queueType).toBe(next.queueType);
    await recordOutcome(await aCtx(), { callSessionId: BigInt(next.callSessionId), outcomeType: "answered" });
  }
});

test("the next person is named before the call, also while the entry waits for any agent, and the entry is the agent's own in the call", async () => {
  const ann = await anAgent();
  const userId = await aUser({ firstName: "Zoe" });
  await aRegularEntry(userId);
  expect((await look(ann)).hero).toMatchObject({ call: null, isMine: false, user: { name: "Zoe User" } });
  await takeNext(await aCtx(), { agentId: ann });
  expect((await look(ann)).hero).toMatchObject({
    isMine: true,
    user: { name: "Zoe User" },
    call: { direction: "outbound" },
  });
});

test("the call under way has the main panel, also while others wait", async () => {
  const ann = await anAgent();
  const first = await aCallback({ acceptedBy: ann });
  await takeNext(await aCtx(), { agentId: ann });
  const second = await aCallback();
  await acceptCallback(await aCtx(), { callbackId: second, agentId: ann });
  expect((await look(ann)).hero).toMatchObject({ callback: { id: first, attempts: 0 }, why: expect.any(String) });
});

test("a promise whose number a colleague is speaking with says with whom, accepted or offered, until the call has ended", async () => {
  const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben" })];
  const accepted = await aCallback({ userId: await aUser(), acceptedBy: ann });
  const offered = await aCallback({ userId: await aUser(), preferredAgentId: ann });
  const called = await aCallback({ userId: await aUser(), acceptedBy: ben });
  await tick();
  await execute(db, sql`INSERT INTO phone_numbers (number, created_at) VALUES ('+442079460003', ringback_now())`);
  await execute(db, sql`UPDATE users SET number = '+442079460003'`);
  const { next } = await takeNext(await aCtx(), { agentId: ben });
  const shown = async (agentId: number) =>
    (await findPending(await aCtx(), { agentId })).answer.callbacks.map(({ id, inCallWith }) => [id, inCallWith]);
  expect(await takeNext(await aCtx(), { agentId: ann })).toEqual({ next: null });
  expect(await shown(ann)).toEqual([
    [accepted, "Ben Able"],
    [offered, "Ben Able"],
  ]);
  // It is the own call of the one who speaks.
  expect(await shown(ben)).toEqual([[called, null]]);
  await recordOutcome(await aCtx(), { callSessionId: BigInt(next!.callSessionId), outcomeType: "answered" });
  expect(await shown(ann)).toEqual([
    [accepted, null],
    [offered, null],
  ]);
});

test("a promise whose customer rings in at this moment says that somebody is speaking with the number, before an agent has that call", async () => {
  const ann = await anAgent();
  const userId = await aUser();
  const accepted = await aCallback({ userId, acceptedBy: ann });
  await execute(db, sql`INSERT INTO phone_numbers (number, created_at) VALUES ('+442079460003', ringback_now())`);
  await execute(db, sql`UPDATE users SET number = '+442079460003'`);
  await recordCall(await aCtx(), { userId, direction: "inbound", status: "in_progress" });
  expect(await takeNext(await aCtx(), { agentId: ann })).toEqual({ next: null });
  expect((await findPending(await aCtx(), { agentId: ann })).answer.callbacks).toMatchObject([
    { id: accepted, withAgent: null, inCallWith: "Somebody" },
  ]);
});

test("the lease of a call ends when the tick gives it back, not a minute before, and a sign of life lengthens it", async () => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  await takeNext(await aCtx(), { agentId: ann });
  const lease = async () => (await look(ann)).hero!.call!;
  expect(await lease()).toMatchObject({
    lastAliveAt: "2026-03-02T09:00:00.000Z",
    leaseEndsAt: "2026-03-02T09:30:00.000Z",
  });
  await advance({ minutes: 10 });
  await everybodyIsAlive();
  expect((await lease()).leaseEndsAt).toBe("2026-03-02T09:40:00.000Z");
  await setClock("2026-03-02T09:39:59Z");
  await tick();
  expect((await lease()).leaseEndsAt).toBe("2026-03-02T09:40:00.000Z");
  await setClock("2026-03-02T09:40:00Z");
  await tick();
  expect((await look(ann)).hero?.call ?? null).toBeNull();
});

test("an agent who is not logged in is offered nothing", async () => {
  const ann = await anAgent({ status: null });
  await aRegularEntry(await aUser());
  expect(await look(ann)).toMatchObject({ agent: { status: null }, hero: null });
});

test("the day counts what the list of the desk shows: also a callback that was promised of another agent and is in this agent's queue, and none that another accepted", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const taken = await aCallback({ preferredAgentId: ben });
  await advance({ minutes: 1 });
  await tick();
  await acceptCallback(await aCtx(), { callbackId: taken, agentId: ann });
  for (const [agentId, ids] of [
    [ann, [taken]],
    [ben, []],
  ] as const) {
    const { day } = await look(agentId);
    const { answer } = await findPending(await aCtx(), { agentId });
    expect([day.toCome, answer.callbacks.map(({ id }) => id)]).toEqual([ids.length, ids]);
  }
});

test("the day counts what this agent kept, kept on time, snoozed and has to call, without the call under way, from midnight in the zone on", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const keep = async (agentId: number) => {
    await aCallback({ acceptedBy: agentId, preferredAgentId: agentId });
    const { next } = await takeNext(await aCtx(), { agentId });
    await recordOutcome(await aCtx(), { callSessionId: BigInt(next!.callSessionId), outcomeType: "answered" });
  };
  await keep(ann);
  await keep(ben);
  const late = await aCallback({ preferredAgentId: ann });
  await advance({ minutes: 30 });
  await acceptCallback(await aCtx(), { callbackId: late, agentId: ann });
  expect((await look(ann)).day).toMatchObject({ toCome: 1, coming: [] });
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  expect((await look(ann)).day).toMatchObject({ toCome: 0, coming: [] });
  await recordOutcome(await aCtx(), { callSessionId: BigInt(next!.callSessionId), outcomeType: "answered" });
  const put = await aCallback({ preferredAgentId: ann });
  await snoozeCallback(await aCtx(), { callbackId: put, snoozeMinutes: 20, agentId: ann });
  const coming = [{ id: put, userName: "Uma User", scheduledFor: "2026-03-02T09:50:00.000Z" }];
  expect((await look(ann)).day).toEqual({ timeZone: "UTC", kept: 2, onTime: 1, snoozed: 1, toCome: 1, coming });
  // 23:30 in London is 12:30 of the next day in Auckland: one zone's day is over, the other's goes on.
  await setClock("2026-03-02T23:30:00Z");
  expect((await look(ann, "Europe/London")).day).toMatchObject({ kept: 2, snoozed: 1 });
  expect((await look(ann, "Pacific/Auckland")).day).toMatchObject({ kept: 0, snoozed: 0 });
});

test("the day does not announce a promise that was set aside because its number is wrong", async () => {
  const ann = await anAgent();
  const [one, other] = [await aUser({ phone: "+44 20 7946 0001" }), await aUser({ phone: "+44 20 7946 0002" })];
  await aCallback({ userId: one, preferredAgentId: ann, acceptedBy: ann });
  const setAside = await aCallback({ userId: one, preferredAgentId: ann, inMinutes: 30 });
  const kept = await aCallback({ userId: other, preferredAgentId: ann, inMinutes: 40 });
  expect((await look(ann)).day.coming.map((promise) => promise.id)).toEqual([setAside, kept]);
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  await recordOutcome(await aCtx(), { callSessionId: BigInt(next!.callSessionId), outcomeType: "wrong_number" });
  expect((await look(ann)).day).toMatchObject({ toCome: 1, coming: [{ id: kept }] });
});

test("the day names the next five promises after those that the list of the desk shows, so that none stands there twice", async () => {
  const ann = await anAgent();
  const made: number[] = [];
  for (const inMinutes of [-20, 0, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16]) {
    made.push(await aCallback({ preferredAgentId: ann, inMinutes, userId: await aUser() }));
  }
  await tick();
  const { answer } = await findPending(await aCtx(), { agentId: ann });
  expect(answer.callbacks.map(({ id }) => id)).toEqual(made.slice(0, 6));
  const { day } = await look(ann);
  expect([day.toCome, day.coming.map(({ id }) => id)]).toEqual([12, made.slice(6, 11)]);
});

test("a zone nobody knows takes no desk away: the day is that of UTC; an agent nobody knows is refused", async () => {
  const ann = await anAgent();
  expect((await look(ann, "Europe/Nowhere")).day).toEqual((await look(ann)).day);
  expect((await look(ann)).day.timeZone).toBe("UTC");
  await expect(look(999)).rejects.toMatchObject({ code: "not_found" });
});

test("a call from the queue is dialled until its telephone reports an answer, however long it rings; its end leaves the outcome to write", async () => {
  const [ann, userId] = [await anAgent(), await aUser()];
  await aCallback({ acceptedBy: ann, userId });
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  const call = async () => (await look(ann)).hero?.call;
  const report = async (status: "initiated" | "ringing" | "in_progress" | "completed") =>
    recordCall(await aCtx(), { userId, agentId: ann, direction: "outbound", twilioCallSid: "CA01", status });
  expect(await call()).toMatchObject({ isConnected: false });
  // The first report of a telephone is about the call that was taken, not about another one.
  for (const status of ["initiated", "ringing"] as const)
    expect(await report(status)).toEqual({ id: next!.callSessionId, status: "in_progress", isNew: false });
  await advance({ minutes: 6 });
  await everybodyIsAlive();
  await tick();
  expect(await call()).toMatchObject({ id: next!.callSessionId, isConnected: false, endedAt: null });
  await report("in_progress");
  expect(await call()).toMatchObject({ isConnected: true, endedAt: null });
  await report("completed");
  expect(await call()).toMatchObject({ id: next!.callSessionId, endedAt: expect.any(String) });
  expect(await db.callSession.count()).toBe(1);
});
