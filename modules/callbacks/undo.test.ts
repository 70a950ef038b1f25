import { expect, test } from "vitest";
import type { Ctx } from "#lib/base/context";
import { takeNext } from "#modules/calls";
import { seeDesk } from "#modules/desk";
import {
  acceptCallback,
  cancelCallback,
  getCallback,
  reassignCallbacks,
  releaseCallback,
  rescheduleCallback,
  snoozeCallback,
  undoMove,
  undoSnooze,
} from "#modules/callbacks";
import { atOnce } from "#tests/factories/at-once";
import { aCallback, anAgent, liveEntries, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";

const asAgent = (agentId: number) => aCtx({ actor: { kind: "agent", agentId, accountId: "of the tests" } });

async function snoozed(agentId: number, callbackId: number, snoozeMinutes = 5): Promise<string> {
  return (await snoozeCallback(await asAgent(agentId), { callbackId, snoozeMinutes, agentId })).data.newScheduledTime;
}

test("a snooze that is taken back leaves the time, the place and the count of before", async () => {
  const ann = await anAgent();
  const id = await aCallback({ preferredAgentId: ann, inMinutes: 3 });
  await tick();
  const before = await getCallback(await aCtx(), { id });
  await advance({ seconds: 20 });
  const snoozedUntil = await snoozed(ann, id);
  expect(await liveEntries()).toEqual([]);
  await advance({ seconds: 6 });
  const { message, data } = await undoSnooze(await asAgent(ann), { callbackId: id, snoozedUntil });
  expect(message).toBe("The snooze is taken back: 2026-03-02 09:03 (UTC), as before.");
  expect(data).toEqual({ callbackId: id, scheduledFor: before.scheduledFor, snoozesLeft: 5 });
  expect(await getCallback(await aCtx(), { id })).toMatchObject({ scheduledFor: before.scheduledFor, snoozes: 0 });
  expect(await liveEntries()).toMatchObject([{ callbackId: id, status: "assigned", agentId: ann }]);
  expect((await seeDesk(await aCtx(), { agentId: ann, timeZone: "UTC" })).day.snoozed).toBe(0);
  await expectInvariants();
});

test("a snooze is taken back only while nothing has happened since, and only the one that is named", async () => {
  const ann = await anAgent();
  const changes: [string, (id: number) => Promise<unknown>][] = [
    ["snoozed again", async (id) => snoozed(ann, id)],
    [
      "another time",
      async (id) => rescheduleCallback(await aCtx(), { callbackId: id, scheduledFor: "2026-03-02T12:00Z" }),
    ],
    ["accepted", async (id) => acceptCallback(await aCtx(), { callbackId: id, agentId: ann })],
    ["cancelled", async (id) => cancelCallback(await aCtx(), { callbackId: id, reason: "moved away" })],
    ["queued", async () => [await advance({ minutes: 5 }), await tick()]],
  ];
  for (const [what, change] of changes) {
    const id = await aCallback({ preferredAgentId: ann });
    const snoozedUntil = await snoozed(ann, id);
    await change(id);
    const before = await getCallback(await aCtx(), { id });
    await expect(undoSnooze(await aCtx(), { callbackId: id, snoozedUntil }), what).rejects.toMatchObject({
      code: "wrong_state",
    });
    expect(await getCallback(await aCtx(), { id }), what).toEqual(before);
  }
  await expectInvariants();
});

test("of two who take the same snooze back at once one does, and a colleague cannot", async () => {
  const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben" })];
  const id = await aCallback({ preferredAgentId: ann });
  const snoozedUntil = await snoozed(ann, id);
  await expect(undoSnooze(await asAgent(ben), { callbackId: id, snoozedUntil })).rejects.toMatchObject({
    code: "not_found",
  });
  const ctx = await asAgent(ann);
  const undo = () => undoSnooze(ctx, { callbackId: id, snoozedUntil });
  const { won, refused } = await atOnce([undo, undo, undo]);
  expect([won.length, refused]).toEqual([1, ["wrong_state", "wrong_state"]]);
  expect((await getCallback(await aCtx(), { id })).snoozes).toBe(0);
  await expectInvariants();
});

test("an agent undoes the snooze of a callback that waited for any agent and that the agent had accepted", async () => {
  const ann = await anAgent();
  const id = await aCallback({ acceptedBy: ann });
  const snoozedUntil = await snoozed(ann, id);
  await undoSnooze(await asAgent(ann), { callbackId: id, snoozedUntil });
  await acceptCallback(await asAgent(ann), { callbackId: id, agentId: ann });
  expect(await getCallback(await aCtx(), { id })).toMatchObject({ status: "accepted", acceptedByAgentId: ann });
  await expectInvariants();
});

test("an acceptance that is taken back leaves the promise with its agent, without a pause", async () => {
  const ann = await anAgent();
  const id = await aCallback({ preferredAgentId: ann });
  await tick();
  await acceptCallback(await aCtx(), { callbackId: id, agentId: ann });
  await releaseCallback(await asAgent(ann), { callbackId: id, agentId: ann, isUndo: true });
  expect(await liveEntries()).toMatchObject([{ callbackId: id, status: "assigned", agentId: ann, score: -1000 }]);
  await expectInvariants();
});

test("accepting takes back a callback that was released a moment ago, even far ahead of its time and in no queue", async () => {
  const ann = await anAgent();
  const id = await aCallback({ acceptedBy: ann, inMinutes: 9 });
  const ctx = await asAgent(ann);
  await releaseCallback(ctx, { callbackId: id, agentId: ann });
  expect(await liveEntries()).toEqual([]);
  await acceptCallback(ctx, { callbackId: id, agentId: ann });
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: ann, score: -2000 }]);
  expect((await takeNext(ctx, { agentId: ann })).next).toMatchObject({ callbackId: id });
  await expectInvariants();
});

test("a move of many is taken back as a whole, and what somebody has changed since stays and is named", async () => {
  const [ann, ben, cas] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben" }), await anAgent()];
  const ids = [
    await aCallback({ preferredAgentId: ann }),
    await aCallback({ preferredAgentId: cas, inMinutes: 60 }),
    await aCallback({ inMinutes: 90 }),
  ];
  const [due, later, anybodys] = ids as [number, number, number];
  await tick();
  const ownerOf = async (id: number) => (await getCallback(await aCtx(), { id })).preferredAgentId;
  const before = await Promise.all(ids.map(ownerOf));
  const move = async () => reassignCallbacks(await aCtx(), { callbackIds: ids, agentId: ben });
  const undo = async (ctx?: Ctx) => undoMove(ctx ?? (await aCtx()), { callbackIds: ids, moved: "reassigned" });

  await move();
  // Routing by itself is no change of anybody.
  await advance({ minutes: 1 });
  await tick();
  await expect(undo(await asAgent(ann))).rejects.toMatchObject({ code: "wrong_state" });
  expect((await undo()).data).toEqual({ callbackIds: ids, changedSince: [] });
  expect(await Promise.all(ids.map(ownerOf))).toEqual(before);
  expect(await liveEntries()).toMatchObject([{ callbackId: due, agentId: ann }]);

  await move();
  await snoozeCallback(await aCtx(), { callbackId: later, snoozeMinutes: 5, agentId: ben });
  const { message, data } = await undo();
  expect(message).toBe(`Taken back: 2 callbacks as before. Changed since, and left as it is: callback ${later}.`);
  expect(data).toEqual({ callbackIds: [due, anybodys], changedSince: [later] });
  expect(await Promise.all(ids.map(ownerOf))).toEqual([ann, ben, null]);
  await expect(undo()).rejects.toMatchObject({ code: "wrong_state" });
  await expectInvariants();
});

test("another time that is taken back leaves the time, the promise and its measurement as before", async () => {
  const ann = await anAgent({ name: "Ann" });
  const ids = [await aCallback({ preferredAgentId: ann }), await aCallback({ inMinutes: 30 })];
  await tick();
  const look = async (id: number) => {
    const { scheduledFor, promisedFor, promisedLocal, status } = await getCallback(await aCtx(), { id });
    const [row] = await db.callback.findMany({ where: { id }, select: { firstQueuedAt: true } });
    return { scheduledFor, promisedFor, promisedLocal, status, ...row };
  };
  const before = await Promise.all(ids.map(look));
  for (const callbackId of ids)
    await rescheduleCallback(await aCtx(), { callbackId, scheduledFor: "2026-03-02T15:00:00Z" });
  expect(await liveEntries()).toEqual([]);
  await undoMove(await aCtx(), { callbackIds: ids, moved: "rescheduled" });
  expect(await Promise.all(ids.map(look))).toEqual(before);
  expect(await liveEntries()).toMatchObject([{ callbackId: ids[0], agentId: ann }]);
  await expectInvariants();
});
