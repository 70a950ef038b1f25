/** One call for all promises to a user that are due: its outcome answers for each of them. */
import { describe, expect, test } from "vitest";
import { recordOutcome, takeNext } from "#modules/calls";
import { cancelCallback, getCallback, understandWhen } from "#modules/callbacks";
import type { RecordOutcomeInput } from "#schema/calls";
import { aCallback, anAgent, aUser, everybodyIsAlive, tick } from "#tests/factories/desk";
import { violations } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { advance } from "#tests/setup/database";

/** A call for two promises to one user, the second of which is covered by it. */
async function inCall(): Promise<{ ann: number; own: number; other: number; userId: bigint; callSessionId: bigint }> {
  const ann = await anAgent();
  const userId = await aUser();
  const own = await aCallback({ userId, inMinutes: -5, reason: "wants a price" });
  const other = await aCallback({ userId });
  await tick();
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  return { ann, own, other, userId, callSessionId: BigInt(next!.callSessionId) };
}

const record = async (input: RecordOutcomeInput) => recordOutcome(await aCtx(), input);

/** The offers that the agent gets in the next ten minutes. */
async function offeredNext(agentId: number): Promise<unknown[]> {
  const offered: unknown[] = [];
  for (let n = 0; n < 10; n += 1) {
    await advance({ minutes: 1 });
    await everybodyIsAlive();
    await tick();
    const { next } = await takeNext(await aCtx(), { agentId });
    if (next) offered.push(next.callbackId);
  }
  return offered;
}

test("a conversation settles what it covers as well, says so, and nobody rings a minute later", async () => {
  const { ann, own, other, callSessionId } = await inCall();
  const answer = await record({ callSessionId, outcomeType: "answered" });
  expect(answer).toMatchObject({
    message: "Recorded. The promise is kept. Another promise to this user is settled with it.",
    callback: { id: own, status: "completed", attempts: 1 },
    covered: [{ id: other, status: "completed", attempts: 0 }],
    openCallbacks: [],
  });
  expect(await record({ callSessionId, outcomeType: "answered" })).toEqual(answer);
  expect(await violations()).toEqual([]);
  expect(await offeredNext(ann)).toEqual([]);
});

test("a promise that a conversation leaves open gets the time that was agreed on", async () => {
  const { own, other, callSessionId } = await inCall();
  const stillOpen = [{ callbackId: other, scheduledFor: "2026-03-03T10:00:00Z" }];
  const answer = await record({ callSessionId, outcomeType: "answered", stillOpen });
  expect(answer.covered).toMatchObject([{ id: other, status: "pending", scheduledFor: "2026-03-03T10:00:00.000Z" }]);
  expect((await getCallback(await aCtx(), { id: own })).status).toBe("completed");
  expect(await violations()).toEqual([]);
});

test("a time that is agreed on for a promise that stays open is answered with the objections to it", async () => {
  const { other, callSessionId } = await inCall();
  const stillOpen = [{ callbackId: other, scheduledFor: "2026-03-03T03:00:00Z" }];
  const { conflicts } = await record({ callSessionId, outcomeType: "answered", stillOpen });
  expect(conflicts).toEqual([`Callback ${other}: It is before 8:00 or after 21:00 there.`]);
});

/** The call is given back, because the page of its agent was closed for longer than a conversation lasts. */
async function isGivenBack(): Promise<void> {
  await advance({ minutes: 30 });
  await tick();
}

test("a late outcome settles what its call covered as well, and no promise that came due after it was given back", async () => {
  const { ann, own, other, userId, callSessionId } = await inCall();
  const since = await aCallback({ userId, inMinutes: 40 });
  await isGivenBack();
  await advance({ minutes: 15 });
  await tick();
  expect(await record({ callSessionId, outcomeType: "answered" })).toMatchObject({
    callback: { id: own, status: "completed" },
    covered: [{ id: other, status: "completed" }],
  });
  expect(await violations()).toEqual([]);
  expect(new Set(await offeredNext(ann))).toEqual(new Set([since]));
});

test("a late outcome sets the time that was agreed on", async () => {
  const { own, other, callSessionId } = await inCall();
  await isGivenBack();
  const stillOpen = [{ callbackId: other, scheduledFor: "2026-03-03T10:00:00Z" }];
  const answer = await record({ callSessionId, outcomeType: "answered", stillOpen });
  expect(answer).toMatchObject({
    callback: { id: own, status: "completed" },
    covered: [{ id: other, status: "pending", scheduledFor: "2026-03-03T10:00:00.000Z" }],
    conflicts: [],
  });
  expect(await violations()).toEqual([]);
});

test("a late outcome is recorded also when a time agreed on can be set no more, and says so", async () => {
  const { own, other, callSessionId } = await inCall();
  await isGivenBack();
  await cancelCallback(await aCtx(), { callbackId: other, reason: "wrote a letter" });
  const stillOpen = [{ callbackId: other, scheduledFor: "2026-03-03T10:00:00Z" }];
  expect(await record({ callSessionId, outcomeType: "answered", stillOpen })).toMatchObject({
    callback: { id: own, status: "completed" },
    conflicts: [`Callback ${other} did not get its new time: the call had been given back meanwhile.`],
  });
});

test("after a call that reached nobody, the covered promises wait as long as its own", async () => {
  const { ann, own, other, callSessionId } = await inCall();
  await record({ callSessionId, outcomeType: "no_answer" });
  const at = "2026-03-02T09:15:00.000Z";
  expect(await getCallback(await aCtx(), { id: own })).toMatchObject({ scheduledFor: at, attempts: 1 });
  expect(await getCallback(await aCtx(), { id: other })).toMatchObject({ scheduledFor: at, attempts: 0 });
  expect(await offeredNext(ann)).toEqual([]);
  expect(await violations()).toEqual([]);
});

describe("refused, and nothing is written:", () => {
  test.each([
    ["a time for a promise that the call does not cover", "answered" as const, 99],
    ["a time from a call that reached nobody", "no_answer" as const, 2],
  ])("%s", async (_what, outcomeType, callbackId) => {
    const { own, callSessionId } = await inCall();
    const stillOpen = [{ callbackId, scheduledFor: "2026-03-03T10:00:00Z" }];
    await expect(record({ callSessionId, outcomeType, stillOpen })).rejects.toMatchObject({ code: "invalid_input" });
    expect((await getCallback(await aCtx(), { id: own })).status).toBe("pending");
  });
});

test("the callback of the call is no conflict of the time agreed on, and the new promise has its reason", async () => {
  const { own, userId, callSessionId } = await inCall();
  const { conflicts, scheduledFor } = await understandWhen(await aCtx(), { userId, text: "in 30 minutes" });
  expect(conflicts).toEqual([]);
  const { newCallbackId } = await record({ callSessionId, outcomeType: "call_back", callback: { scheduledFor } });
  expect(newCallbackId).not.toBe(own);
  expect(await getCallback(await aCtx(), { id: newCallbackId! })).toMatchObject({ callbackReason: "wants a price" });
});

test("a callback that had no reason is promised anew with the first line of the notes as its reason", async () => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  const { newCallbackId } = await record({
    callSessionId: BigInt(next!.callSessionId),
    outcomeType: "call_back",
    notes: "\n  Must first ask her husband about the roof.\nHas the letter.",
    callback: { scheduledFor: "2026-03-03T15:00:00Z" },
  });
  const { callbackReason } = await getCallback(await aCtx(), { id: newCallbackId! });
  expect(callbackReason).toBe("Must first ask her husband about the roof.");
});
