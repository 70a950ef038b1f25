import { expect, test } from "vitest";
import { takeNext } from "#modules/call-queue";
import {
  acceptCallback,
  cancelCallback,
  moveCallbacks,
  reassignCallbacks,
  rescheduleCallback,
  runTick,
  snoozeCallback,
} from "#modules/callbacks";
import { aCallback, anAgent, aUser, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { connectTest } from "#tests/setup/database";

const crowd = connectTest({ poolSize: 20 });

/** Runs all at once; what stood in the way must be a refusal that a person understands. */
async function atOnce(works: (() => Promise<unknown>)[]): Promise<void> {
  const settled = await Promise.allSettled(works.map((work) => work()));
  const codes = settled.flatMap((result) =>
    result.status === "rejected" ? [(result.reason as { code?: string }).code ?? String(result.reason)] : [],
  );
  const known = ["user_on_call", "wrong_state", "already_accepted", "conflict"];
  expect(codes.filter((code) => !known.includes(code))).toEqual([]);
}

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
    await atOnce([
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
    await expectInvariants();
    await tick();
    await expectInvariants();
  }
}, 120_000);

test("of two supervisors who move the same callbacks in opposite order the later one has the last word", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const ids: number[] = [];
  for (let n = 0; n < 20; n += 1) ids.push(await aCallback());
  await tick();
  const ctx = await aCtx({ db: crowd });
  const settled = await Promise.allSettled([
    reassignCallbacks(ctx, { callbackIds: ids, agentId: ann }),
    reassignCallbacks(ctx, { callbackIds: ids.toReversed(), agentId: ben }),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  await expectInvariants();
});
