/** Simultaneous requests for tasks, on PostgreSQL alone and with a real Redis in front of it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openKv } from "#lib/kv/open";
import { listCallbacks } from "#modules/callbacks";
import {
  acknowledgeEvent,
  callBack,
  callbackQueue,
  finishFromRunner,
  endConversation,
  pollEvents,
  registerTask,
  sweepTasks,
} from "#modules/cursor-tasks";
import { atOnce } from "#tests/factories/at-once";
import { aUser } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { timesIn } from "#tests/factories/tasks";
import { hasRedis, type RedisRest, startRedisRest } from "#tests/fakes/redis-rest";
import { aCtx, runAfterAnswer } from "#tests/setup/ctx";
import { advance, connectTest, db } from "#tests/setup/database";

let redis: RedisRest;
beforeAll(async () => {
  if (hasRedis) redis = await startRedisRest();
});
afterAll(() => redis?.stop());
beforeEach(() => redis?.redis("FLUSHALL"));
afterEach(expectInvariants);

/** A process of its own: its pool, and its view of the store. */
const others = Array.from({ length: 4 }, () => connectTest());
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe.each([
  { name: "PostgreSQL", withRedis: false, count: 1_000 },
  // Redis decides nothing, so fewer rounds suffice to show that it hinders nobody.
  { name: "Redis and PostgreSQL", withRedis: true, count: 200 },
])("$name", ({ withRedis, count }) => {
  const it = test.skipIf(withRedis && !hasRedis);
  const somebody = (n = 0) => {
    const client = others[n % others.length]!;
    return aCtx({ db: client, kv: openKv(withRedis ? redis : null) });
  };
  const task = (taskId: string, more = {}) =>
    ({ taskId, conversationId: "c", priority: 0, deliverAs: "contextual_update", ...more }) as const;
  const done = async (requestId: string, n = 0, output: unknown = `of ${requestId}`) =>
    (await finishFromRunner(await somebody(n), { requestId, success: true, output })).received;

  it(`${count} tasks of 20 conversations that end in any order each reach their own conversation, once`, {
    tags: count > 500 ? ["long"] : [],
  }, async () => {
    const all = numbers(count).map((n) => ({ taskId: `t${n}`, conversationId: `c${n % 20}` }));
    await inCrowds(
      all,
      async (one, n) => void (await registerTask(await somebody(n), { ...task(one.taskId), ...one })),
    );
    const delivered = new Map<string, string[]>();
    let isEnded = false;
    const holders = numbers(20).map(async (n) => {
      const conversationId = `c${n}`;
      const ids: string[] = [];
      delivered.set(conversationId, ids);
      while (ids.length < count / 20) {
        const { events } = await pollEvents(await somebody(n), { conversationId, after: "0" });
        if (isEnded && events.length === 0) return;
        for (const { id, contextId } of events) {
          ids.push(contextId);
          await acknowledgeEvent(await somebody(n), { conversationId, id: String(id) });
        }
      }
    });
    await inCrowds(shuffled([...all, ...all]), ({ taskId }, n) => done(taskId, n));
    isEnded = true;
    await Promise.all(holders);
    for (const [conversationId, ids] of delivered) {
      const own = all.filter((one) => one.conversationId === conversationId).map(({ taskId }) => taskId);
      expect([...ids].sort(), conversationId).toEqual(own.sort());
    }
    expect(await db.cursorTask.count({ where: { state: "delivered", attempts: 1 } })).toBe(count);
  });

  it("of 50 changes of one task at once none is lost, in the store and in the row", async () => {
    await registerTask(await somebody(), task("t"));
    // `toolArgs` and `sessionPayload` are two fields; each change sets one of them, and the version counts all.
    const changes = numbers(50).map(async (n) =>
      callbackQueue.update(await somebody(n), "t", n % 2 === 0 ? { toolArgs: n } : { sessionPayload: n }),
    );
    expect((await Promise.all(changes)).every((changed) => changed?.isDone)).toBe(true);
    const stored = await callbackQueue.get(await somebody(), "t");
    expect(stored).toMatchObject({ version: 51, toolArgs: expect.any(Number), sessionPayload: expect.any(Number) });
    const { toolArgs, sessionPayload, version } = await db.cursorTask.findFirstOrThrow();
    expect(stored).toMatchObject({ toolArgs, sessionPayload, version });
  });

  it("of 50 different ends of one task at once one wins, and every other answer says which", async () => {
    await registerTask(await somebody(), task("t"));
    const ends = numbers(50).map(async (n) =>
      callbackQueue.complete(await somebody(n), "t", { result: n, error: null }),
    );
    const answers = await Promise.all(ends);
    const winners = answers.filter((answer) => answer?.isDone);
    expect(winners).toHaveLength(1);
    for (const answer of answers) expect(answer?.task.result).toBe(winners[0]?.task.result);
    expect(await timesIn("completed")).toBe(1);
  });

  it("a result and its task that come at the same moment always meet", async () => {
    for (const n of numbers(30)) {
      await Promise.all([done(`t${n}`, n), somebody(n + 1).then((ctx) => registerTask(ctx, task(`t${n}`)))]);
    }
    expect(await db.cursorTask.count({ where: { state: "completed" } })).toBe(30);
    expect(await db.parkedResult.count()).toBe(0);
  });

  it("of hanging up, acknowledging, a sweep and an order by hand at once, a result has one end", async () => {
    const userId = await aUser();
    for (const n of numbers(15)) {
      const [taskId, conversationId] = [`t${n}`, `c${n}`];
      await registerTask(await somebody(), task(taskId, { conversationId, userId }));
      await done(taskId);
      const { events } = await pollEvents(await somebody(), { conversationId });
      const id = String(events[0]?.id);
      const { refused } = await atOnce<unknown>([
        async () => endConversation(await somebody(0), { conversationId }),
        async () => acknowledgeEvent(await somebody(1), { conversationId, id }),
        async () => sweepTasks(await somebody(2)),
        async () => callBack(await somebody(3), { taskId }),
        async () => endConversation(await somebody(0), { conversationId }),
      ]);
      // The order by hand comes too late, or meets another one.
      expect(refused.filter((code) => code !== "wrong_state")).toEqual([]);
      await runAfterAnswer();
    }
    const ended = await db.cursorTask.findMany();
    const { callbacks } = await listCallbacks(await aCtx(), { limit: 100 });
    expect(callbacks).toHaveLength(ended.filter(({ callbackId }) => callbackId !== null).length);
    for (const { state, callbackId } of ended) expect(callbackId === null).toBe(state === "delivered");
  });

  it("a late result that comes ten times at once, with sweeps, becomes exactly one callback", async () => {
    await registerTask(await somebody(), task("t", { userId: await aUser() }));
    await redis?.redis("FLUSHALL");
    await advance({ hours: 24 });
    const events = numbers(10).map((n) => done("t", n));
    const sweeps = numbers(4).map(async (n) => sweepTasks(await somebody(n)));
    const [received] = await Promise.all([Promise.all(events), Promise.all(sweeps)]);
    await runAfterAnswer();
    expect(received.filter((one) => one === "late")).toHaveLength(1);
    expect(received.filter((one) => one === "known")).toHaveLength(9);
    expect((await listCallbacks(await aCtx(), { limit: 10 })).callbacks).toHaveLength(1);
  });

  it("ten sweeps at once leave what one leaves", async () => {
    const userId = await aUser();
    for (const n of numbers(10)) {
      await registerTask(await somebody(), task(`t${n}`, { userId, conversationId: `c${n}` }));
      if (n % 2 === 0) await done(`t${n}`);
    }
    await advance({ minutes: 5 });
    const sweeps = await Promise.all(numbers(10).map(async (n) => sweepTasks(await somebody(n))));
    expect(sweeps.reduce((sum, { callbacks }) => sum + callbacks, 0)).toBe(5);
    expect((await listCallbacks(await aCtx(), { limit: 100 })).callbacks).toHaveLength(5);
  });
});

function shuffled<T>(list: T[]): T[] {
  // The same order in each run: a step through all places that shares no divisor with their number.
  return list.map((_, n) => list[(n * 7_919) % list.length]!);
}

async function inCrowds<T>(list: readonly T[], work: (one: T, n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    numbers(50).map(async () => {
      for (let n = next++; n < list.length; n = next++) await work(list[n]!, n);
    }),
  );
}
