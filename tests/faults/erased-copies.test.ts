/** An erased or expired task is in no store any more, also after any fault between PostgreSQL and the Redis in front of it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "#lib/base/context";
import { openKv } from "#lib/kv/open";
import { callbackQueue, finishFromRunner, registerTask, sweepTasks } from "#modules/cursor-tasks";
import { erasePerson } from "#modules/personal-data";
import { aUser } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { placesOf } from "#tests/factories/words";
import { hasRedis, type RedisRest, startRedisRest } from "#tests/fakes/redis-rest";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest } from "#tests/setup/database";
import { failingPool } from "./failing-pool.ts";

const WORD = "Zanzibar";
const USER = 4_711n;
const WORDS = { sessionPayload: [WORD], toolArgs: { of: WORD }, toolName: WORD };
const TASK = { taskId: "t", conversationId: "c", userId: USER, priority: 0, deliverAs: "user_message" } as const;

let redis: RedisRest;
beforeAll(async () => {
  if (hasRedis) redis = await startRedisRest();
});
beforeEach(async () => {
  if (hasRedis) await redis.redis("FLUSHALL").catch(redis.restart);
  await aUser({ id: USER, firstName: "Uma" });
});
afterEach(expectInvariants);
afterAll(() => redis?.stop());

const somebody = () => aCtx({ kv: openKv(redis) });
const sweep = async () => sweepTasks(await somebody());
const erase = async () => erasePerson(await somebody(), { customerId: String(USER) });
const register = async (taskId = "t") => registerTask(await somebody(), { ...TASK, ...WORDS, taskId });
const finish = async (taskId = "t") =>
  finishFromRunner(await somebody(), { requestId: taskId, success: true, output: "done" });

/** A change of the task whose statement dies with its connection. */
async function failingChange(): Promise<void> {
  const failing = connectTest({ Pool: failingPool({ statements: [], fault: { at: 1, when: "before" } }) });
  const ctx: Ctx = await aCtx({ db: failing, kv: openKv(redis), now: (await aCtx()).now });
  const change = callbackQueue.update(ctx, "t", { launchedAt: ctx.now.toISOString() });
  await expect(change).rejects.toThrow();
  await failing.$disconnect();
}

/** Every text in Redis, with its key. */
async function textsInRedis(): Promise<string[]> {
  const keys = ((await redis.redis("KEYS", "*")) as unknown[]).map(String);
  return Promise.all(keys.map(async (key) => `${key}: ${String(await redis.redis("GET", key))}`));
}

/** The word is nowhere: not in Redis, not in an answer, and in no column. */
async function expectErased(): Promise<void> {
  expect((await textsInRedis()).filter((text) => text.includes(WORD))).toEqual([]);
  expect(JSON.stringify(await callbackQueue.get(await somebody(), "t"))).not.toContain(WORD);
  expect(await placesOf(WORD)).toEqual([]);
}

describe.skipIf(!hasRedis)("with a Redis in front,", () => {
  test("A: words of a task of which a change broke off are nowhere after an erasure and a sweep", async () => {
    await register();
    await failingChange();
    await erase();
    await sweep();
    await expectErased();
  });

  test("B: nor are they back when its result comes", async () => {
    await register();
    await failingChange();
    await erase();
    await finish();
    await expectErased();
    expect(await callbackQueue.get(await somebody(), "t")).toMatchObject({ pending: false, result: "done" });
  });

  test("C: nor when the change breaks off after the erasure, and then the result comes", async () => {
    await register();
    await erase();
    await failingChange();
    await finish();
    await expectErased();
  });

  test("D: right after an erasure, before any sweep, no word is left in Redis", async () => {
    await register();
    expect((await textsInRedis()).join()).toContain(WORD);
    await erase();
    await expectErased();
  });

  test("E: a launch, its agent and a result that come at once after an erasure bring no word back, 25 times of 25", async () => {
    for (let round = 0; round < 25; round += 1) {
      const taskId = `t${round}`;
      await register(taskId);
      await erase();
      const [launch, agent] = [await somebody(), await somebody()];
      await Promise.all([
        callbackQueue.update(launch, taskId, { launchedAt: launch.now.toISOString() }),
        callbackQueue.update(agent, taskId, { cursorAgentId: `bc-${round}` }),
        finish(taskId),
      ]);
    }
    expect(await placesOf(WORD)).toEqual([]);
    expect((await textsInRedis()).filter((text) => text.includes(WORD))).toEqual([]);
  });

  test("an erasure while Redis is away leaves no copy behind after the next sweep that finds it back", async () => {
    await register();
    const before = String(await redis.redis("GET", "cursor_task:t"));
    await redis.kill();
    await erase();
    await sweep();
    await redis.restart();
    // Redis comes back with its data from before.
    await redis.redis("SET", "cursor_task:t", before, "PX", "60000");
    await redis.redis("SET", "version:{cursor_task:t}", "1", "PX", "60000");
    await sweep();
    await expectErased();
    expect(await redis.redis("EXISTS", "cursor_task:t")).toBe(0);
  });

  test("a Redis that comes back later with copies from before an erasure loses them again at the next sweep", async () => {
    await register();
    const before = String(await redis.redis("GET", "cursor_task:t"));
    await erase();
    await sweep();
    await redis.redis("FLUSHALL");
    await redis.redis("SET", "cursor_task:t", before, "PX", "60000");
    await redis.redis("SET", "version:{cursor_task:t}", "1", "PX", "60000");
    await advance({ minutes: 1 });
    await sweep();
    await expectErased();
  });

  test("a task that has expired leaves no copy behind, also when Redis was away at that moment", async () => {
    await register();
    await redis.redis("PERSIST", "cursor_task:t");
    await advance({ hours: 24 });
    await sweep();
    expect(await redis.redis("EXISTS", "cursor_task:t")).toBe(0);
    expect(await callbackQueue.get(await somebody(), "t")).toBeNull();
  });
});
