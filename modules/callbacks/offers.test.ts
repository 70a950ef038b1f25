/** Waiting entries move on to another agent when theirs takes other work, or does not take them in time. */
import { describe, expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { changeAgent } from "#modules/agents";
import { recordOutcome, takeNext } from "#modules/calls";
import { acceptCallback, checkIn, getCallback } from "#modules/callbacks";
import { pendingCallbacks } from "#modules/desk";
import { aCallback, anAgent, aUser, everybodyIsAlive, liveEntries, tick } from "#tests/factories/desk";
import { violations } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";

const next = async (agentId: number) => (await takeNext(await aCtx(), { agentId })).next;

/** So many minutes pass with every page open, and a tick each minute. */
async function minutes(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await advance({ minutes: 1 });
    await everybodyIsAlive();
    await tick();
  }
}

async function annAndBen(): Promise<{ ann: number; ben: number }> {
  return { ann: await anAgent({ name: "Ann" }), ben: await anAgent({ name: "Ben" }) };
}

test("a due callback goes from an agent on break to an available one, after the grace, with a new reason", async () => {
  const { ann, ben } = await annAndBen();
  const id = await aCallback({ preferredAgentId: ann });
  await tick();
  await checkIn(await aCtx(), { agentId: ann, status: "break" });
  await minutes(1);
  expect(await liveEntries()).toMatchObject([{ agentId: ann }]);
  await minutes(1);
  const [entry] = await liveEntries();
  expect(entry).toMatchObject({ callbackId: id, agentId: ben });
  expect(entry?.why).toContain("Ann Able was asked for, but has been on break since 09:00 UTC");
  const reason = {
    kind: "least loaded",
    agent: "Ben Able",
    missed: { agent: "Ann Able", standing: { is: "on break", since: "2026-03-02T09:00:00.000Z" }, wasAskedFor: true },
  };
  expect((await pendingCallbacks(await aCtx(), { agentId: ben })).callbacks).toMatchObject([{ id, reason }]);
  const { events, ...shown } = await getCallback(await aCtx(), { id });
  expect([shown, events.at(-1)]).toMatchObject([{ reason }, { reason }]);
  expect(await next(ben)).toMatchObject({ callbackId: id });
});

test("a callback that waits behind a long call goes to a free agent", async () => {
  const { ann, ben } = await annAndBen();
  await checkIn(await aCtx(), { agentId: ben, status: "offline" });
  await aCallback({ preferredAgentId: ann });
  const waiting = await aCallback({ preferredAgentId: ann, inMinutes: 4 });
  await tick();
  expect(await next(ann)).not.toBeNull();
  await checkIn(await aCtx(), { agentId: ben, status: "available" });
  await minutes(4);
  expect((await liveEntries()).find(({ callbackId }) => callbackId === waiting)).toMatchObject({ agentId: ben });
});

test("with nobody else available it waits at the front for the first agent who comes", async () => {
  const ann = await anAgent({ name: "Ann" });
  await aCallback({ preferredAgentId: ann });
  await tick();
  await checkIn(await aCtx(), { agentId: ann, status: "break" });
  await minutes(3);
  expect(await liveEntries()).toMatchObject([{ agentId: null, status: "pending" }]);
  await checkIn(await aCtx(), { agentId: ann, status: "available" });
  expect(await liveEntries()).toMatchObject([{ agentId: ann }]);
  const why = "Ann Able became available while it waited for anybody.";
  expect((await pendingCallbacks(await aCtx(), { agentId: ann })).callbacks).toMatchObject([{ why, reason: null }]);
});

describe("an offer that has run out", () => {
  test("goes to somebody else three minutes after its time, and says that its agent did not take it", async () => {
    const { ann, ben } = await annAndBen();
    const id = await aCallback({ preferredAgentId: ann, inMinutes: 2 });
    await tick();
    await minutes(4);
    expect(await liveEntries()).toMatchObject([{ agentId: ann }]);
    const { callbacks } = await pendingCallbacks(await aCtx(), { agentId: ann });
    expect(callbacks).toMatchObject([{ id, offerEndsAt: "2026-03-02T09:05:00.000Z" }]);
    await minutes(1);
    const [entry] = await liveEntries();
    expect(entry).toMatchObject({ agentId: ben });
    expect(entry?.why).toContain("Ann Able was asked for, but did not take it within 3 minutes");
  });

  test("stays where it is when there is nobody else, and nothing is written", async () => {
    const ann = await anAgent();
    const id = await aCallback({ preferredAgentId: ann });
    await tick();
    const before = await db.callbackEvent.count({ where: { callbackId: id } });
    await minutes(10);
    expect(await liveEntries()).toMatchObject([{ agentId: ann }]);
    expect(await db.callbackEvent.count({ where: { callbackId: id } })).toBe(before);
  });

  test("that was accepted is handed over ten minutes after its time, and is pending again", async () => {
    const { ann, ben } = await annAndBen();
    const id = await aCallback({ acceptedBy: ann });
    await minutes(9);
    expect(await liveEntries()).toMatchObject([{ agentId: ann, score: -2000 }]);
    await minutes(1);
    expect(await liveEntries()).toMatchObject([{ agentId: ben, score: -1000 }]);
    const { status, why } = await getCallback(await aCtx(), { id });
    expect(status).toBe("pending");
    expect(why).toContain("Ann Able accepted it and did not call within 10 minutes");
    expect(await violations()).toEqual([]);
  });

  test("that was accepted when it was late already has its ten minutes from then on", async () => {
    const { ann } = await annAndBen();
    const id = await aCallback({ preferredAgentId: ann, inMinutes: -30 });
    await tick();
    await acceptCallback(await aCtx(), { callbackId: id, agentId: ann });
    await minutes(9);
    expect(await liveEntries()).toMatchObject([{ agentId: ann, score: -2000 }]);
  });
});

test("a callback that waits for an agent who may not work its queue any more goes to another at the next tick", async () => {
  const { ann, ben } = await annAndBen();
  await aCallback({ preferredAgentId: ann });
  const accepted = await aCallback({ acceptedBy: ann, inMinutes: 60 });
  await tick();
  await execute(db, sql`UPDATE agents SET allowed_queues = '{unsigned_users}' WHERE id = ${ann}`);
  await tick();
  expect(await liveEntries()).toMatchObject([{ callbackId: accepted, agentId: ann }, { agentId: ben }]);
});

test("an accepted callback that is due leaves an agent who may not work its queue any more, also when nobody else is free", async () => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  await changeAgent(await aCtx(), { agentId: ann, allowedQueues: ["unsigned_users"] });
  await minutes(1);
  expect(await liveEntries()).toMatchObject([{ agentId: null, status: "pending" }]);
  expect(await violations()).toEqual([]);
  expect(await next(await anAgent())).not.toBeNull();
});

describe("a sign of life", () => {
  test("changes no status, in a call or out of it, and an older decision of another window does not end a call", async () => {
    const { ann } = await annAndBen();
    const beat = async () => checkIn(await aCtx(), { agentId: ann });
    await checkIn(await aCtx(), { agentId: ann, status: "break" });
    expect(await beat()).toMatchObject({ status: "break" });
    await checkIn(await aCtx(), { agentId: ann, status: "available" });
    const id = await aCallback({ preferredAgentId: ann });
    await tick();
    const taken = await next(ann);
    expect(await checkIn(await aCtx(), { agentId: ann, status: "available" })).toMatchObject({
      status: "on_call",
      afterCall: "available",
      becameAvailable: false,
    });
    for (let n = 0; n < 5; n += 1) {
      await advance({ minutes: 1 });
      expect(await beat()).toMatchObject({ status: "on_call" });
      await tick();
    }
    const { callback } = await recordOutcome(await aCtx(), {
      callSessionId: BigInt(taken!.callSessionId),
      outcomeType: "answered",
    });
    expect(callback).toMatchObject({ id, status: "completed" });
    expect(await beat()).toMatchObject({ status: "available" });
  });

  test("of an agent who is not logged in is refused, and logs nobody in", async () => {
    const away = await anAgent({ status: null });
    await expect(checkIn(await aCtx(), { agentId: away })).rejects.toMatchObject({ code: "agent_not_here" });
    await expect(checkIn(await aCtx(), { agentId: 99 })).rejects.toMatchObject({ code: "not_found" });
    expect(await db.agentSession.count({ where: { agentId: away } })).toBe(0);
  });
});

test("a status decided on during a call holds from its end on", async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann });
  await tick();
  const taken = await next(ann);
  await checkIn(await aCtx(), { agentId: ann, status: "break" });
  await recordOutcome(await aCtx(), { callSessionId: BigInt(taken!.callSessionId), outcomeType: "answered" });
  expect(await checkIn(await aCtx(), { agentId: ann })).toMatchObject({ status: "break", afterCall: null });
});

test("an agent on call without a call is found, and the next tick takes them off it", async () => {
  const ann = await anAgent();
  await execute(db, sql`UPDATE agent_sessions SET status = 'on_call'`);
  expect(await violations()).toMatchObject([{ id: "on-call-is-in-a-call", examples: [`agent ${ann}`] }]);
  await tick();
  expect(await violations()).toEqual([]);
});

test("of signs of life, decisions, ticks and a call at the same moment, the call decides who is on call", async () => {
  const ann = await anAgent();
  for (let round = 0; round < 10; round += 1) {
    await aCallback({ userId: await aUser(), preferredAgentId: ann });
    await tick();
    const [taken] = await Promise.all([
      next(ann),
      checkIn(await aCtx(), { agentId: ann, status: "available" }),
      checkIn(await aCtx(), { agentId: ann }),
      tick(),
    ]);
    expect(await violations()).toEqual([]);
    if (taken)
      await recordOutcome(await aCtx(), { callSessionId: BigInt(taken.callSessionId), outcomeType: "answered" });
    expect(await violations()).toEqual([]);
  }
});
