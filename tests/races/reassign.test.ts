import { expect, test } from "vitest";
import { runTick, takeNext } from "#modules/calls";
import {
  acceptCallback,
  cancelCallback,
  moveCallbacks,
  reassignCallbacks,
  rescheduleCallback,
  snoozeCallback,
} from "#modules/callbacks";
import { atOnce } from "#tests/factories/at-once";
import { aCallback, anAgent, aUser, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { connectTest } from "#tests/setup/database";

const crowd = connectTest({ poolSize: 20 });

/** The refusals that one of many simultaneous requests may get, each with a sentence that a person understands. */
const KNOWN = ["user_on_call", "wrong_state", "already_accepted", "conflict"];

test("reassigning at the same moment as accept, tick, cancel, snooze, next and another time breaks no invariant", async () => {
  for (let round = 0; round < 15; round += 1) {
    const agents = [await anAgent(), await anAgent(), await anAgent()] as const;
    const userId = await aUser();
    const ids = [
      await aCallback({ userId, preferredAgentId: agents[0] }),
      await aCallback({ userId, inMinutes: 2 }),
      await aCallback({ acceptedBy: agents[1] }),
      await aCallback({ inMinutes: -5 }),
      await aCallback({ inMinutes: 40, acceptedBy: agents[2] }),
    ] as const;
    if (round % 2 === 0) await tick();
    const ctx = await aCtx({ db: crowd });
    const { refused } = await atOnce<unknown>([
      () => reassignCallbacks(ctx, { callbackIds: [...ids], agentId: agents[1] }),
      () => reassignCallbacks(ctx, { callbackIds: ids.toReversed(), agentId: agents[2] }),
      () => moveCallbacks(ctx, { agentId: agents[1], toAgentId: null }),
      () => acceptCallback(ctx, { callbackId: ids[0], agentId: agents[2] }),
      () => runTick(ctx, { source: "cron" }),
      () => cancelCallback(ctx, { callbackId: ids[3], reason: "not needed" }),
      () => snoozeCallback(ctx, { callbackId: ids[1], snoozeMinutes: 10 }),
      () => rescheduleCallback(ctx, { callbackId: ids[2], scheduledFor: "2026-03-02T09:04:00Z" }),
      () => takeNext(ctx, { agentId: agents[0] }),
      () => runTick(ctx, { source: "catch-up" }),
    ]);
    expect(refused.filter((code) => !KNOWN.includes(code))).toEqual([]);
    await expectInvariants();
    await tick();
    await expectInvariants();
  }
});

test("of two supervisors who move the same callbacks in opposite order the later one has the last word", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const ids: number[] = [];
  for (let n = 0; n < 20; n += 1) ids.push(await aCallback());
  await tick();
  const ctx = await aCtx({ db: crowd });
  await Promise.all([
    reassignCallbacks(ctx, { callbackIds: ids, agentId: ann }),
    reassignCallbacks(ctx, { callbackIds: ids.toReversed(), agentId: ben }),
  ]);
  await expectInvariants();
});
