/** The state of a task after the process or the database died at any statement, with and without a Redis in front. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ctx } from "#lib/base/context";
import { openKv } from "#lib/kv/open";
import {
  acknowledgeEvent,
  finishFromRunner,
  endConversation,
  pollEvents,
  redeliver,
  registerTask,
  sweepTasks,
} from "#modules/cursor-tasks";
import { aUser } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { hasRedis, type RedisRest, startRedisRest } from "#tests/fakes/redis-rest";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, db, emptyDatabase } from "#tests/setup/database";
import { crashPointsOf, type Fault, failingPool, type Watch } from "./failing-pool.ts";

let redis: RedisRest;
let points = 0;
beforeAll(async () => {
  if (hasRedis) redis = await startRedisRest();
});
afterAll(async () => {
  process.stdout.write(`crash points of tasks tried: ${points}\n`);
  await redis?.stop();
});

const TASK = { taskId: "t", conversationId: "c", userId: 1n, priority: 0, deliverAs: "contextual_update" } as const;
const register = (ctx: Ctx) => registerTask(ctx, TASK);
const finish = (ctx: Ctx) => finishFromRunner(ctx, { requestId: "t", success: true, output: "done" });
const hang = (ctx: Ctx) => endConversation(ctx, { conversationId: "c" });
const poll = (ctx: Ctx) => pollEvents(ctx, { conversationId: "c" });
const acknowledge = (ctx: Ctx) => acknowledgeEvent(ctx, { conversationId: "c", id: "1" });
const sweep = (ctx: Ctx) => sweepTasks(ctx);

/** Work after the answer dies with the process; the sweep does it. */
const dies = () => undefined;

/** A scene, and the one operation on it that is cut off; its caller repeats it. */
type Case = { name: string; before: ((ctx: Ctx) => Promise<unknown>)[]; act: (ctx: Ctx) => Promise<unknown> };
const CASES: Case[] = [
  { name: "register", before: [], act: register },
  { name: "register what was parked", before: [finish], act: register },
  { name: "end", before: [register], act: finish },
  { name: "end before it is registered", before: [], act: (ctx) => finish(ctx).then(() => register(ctx)) },
  { name: "end after the conversation", before: [register, hang], act: finish },
  { name: "end after its time", before: [register, () => advance({ hours: 24 })], act: finish },
  { name: "deliver", before: [register, finish], act: (ctx) => poll(ctx).then(() => acknowledge(ctx)) },
  { name: "acknowledge", before: [register, finish, poll], act: acknowledge },
  { name: "hang up", before: [register, finish, poll], act: hang },
  { name: "redeliver", before: [register, finish, poll, acknowledge], act: (ctx) => redeliver(ctx, { taskId: "t" }) },
  { name: "sweep of silence", before: [register, finish, () => advance({ minutes: 5 })], act: sweep },
  { name: "sweep of what expired", before: [register, () => advance({ hours: 24 })], act: sweep },
];

describe.each([false, true])("with Redis: %s", (withRedis) => {
  const it = test.skipIf(withRedis && !hasRedis);

  it.each(CASES)(
    "$name: dies at every statement, and the repeat and the sweep leave what one clean run leaves",
    async (one) => {
      const clean = await run(one, null);
      expect(clean.error).toBeUndefined();
      const expected = await settled(one);
      for (const { fault, where } of crashPointsOf(clean.statements)) {
        points += 1;
        const crashed = await run(one, fault);
        expect(crashed.error, `the caller hears of it ${where}`).toBeDefined();
        await expectInvariants();
        // A repeated order by hand is refused, because it was carried out.
        await one
          .act(await somebody())
          .catch((error: { code?: string }) => expect(error.code, where).toBe("wrong_state"));
        expect(await settled(one), where).toEqual(expected);
      }
    },
  );

  const address = () => (withRedis ? redis : null);
  const somebody = () => aCtx({ kv: openKv(address()), afterAnswer: dies });

  async function run({ before, act }: Case, fault: Fault | null): Promise<{ statements: string[]; error: unknown }> {
    await emptyDatabase();
    await redis?.redis("FLUSHALL");
    await aUser({ id: 1n });
    for (const step of before) await step(await somebody());
    const watch: Watch = { statements: [], fault };
    const failing = connectTest({ Pool: failingPool(watch), timeouts: "batch" });
    const { now } = await aCtx();
    const ctx = await aCtx({ db: failing, kv: openKv(address()), now, afterAnswer: dies });
    const error = await act(ctx).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    await failing.$disconnect();
    return { statements: watch.statements, error };
  }

  /** After the next sweep: every task with its document and end, and every callback. */
  async function settled({ name }: Case): Promise<unknown> {
    await sweepTasks(await somebody());
    await expectInvariants();
    const tasks = await db.cursorTask.findMany();
    const callbacks = await db.callback.findMany({ select: { callbackReason: true, status: true } });
    const parked = await db.parkedResult.findMany({ select: { reference: true } });
    const facts = tasks.map(({ state, result, error, contentHash, callbackId, lateOutcome, version }) => {
      return { state, result, error, contentHash, version, isCallback: callbackId !== null, lateOutcome };
    });
    expect(facts.length, name).toBe(1);
    return { facts, callbacks, parked };
  }
});
