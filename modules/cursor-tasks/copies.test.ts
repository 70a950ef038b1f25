/** Copies of tasks in Redis when something breaks between PostgreSQL and Redis; the guarantees without faults are in task-store.test.ts. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "#lib/base/context";
import { openKv } from "#lib/kv/open";
import { UNBOUNDED } from "#lib/time/until";
import { callbackQueue, storeFault } from "#modules/cursor-tasks";
import { hasRedis, type RedisRest, startRedisRest } from "#tests/fakes/redis-rest";
import { aCtx, logged } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";
import { syncDueCopies } from "./copies.ts";

const TASK = { conversationId: "c", priority: 0, deliverAs: "contextual_update" } as const;
const KEY = "cursor_task:t";

let redis: RedisRest;
beforeAll(async () => {
  if (hasRedis) redis = await startRedisRest();
});
beforeEach(async () => {
  // A test may have left Redis dead; a restarted Redis is empty.
  await redis?.redis("FLUSHALL").catch(redis.restart);
  redis?.executed.splice(0);
});
afterAll(() => redis?.stop());

/** As another process would open it. */
const somebody = () => aCtx({ kv: openKv(redis) });
const without = () => aCtx({ kv: openKv() });
const create = async (taskId = "t", ctx?: Ctx) => callbackQueue.create(ctx ?? (await somebody()), taskId, TASK);
const mark = async (toolArgs: unknown, ctx?: Ctx) => callbackQueue.update(ctx ?? (await somebody()), "t", { toolArgs });
const get = async (taskId = "t") => callbackQueue.get(await somebody(), taskId);
const sync = async () => syncDueCopies(await somebody(), UNBOUNDED);
const copyOf = async (taskId = "t") => JSON.parse(String(await redis.redis("GET", `cursor_task:${taskId}`)));
const dueCount = () => db.cursorTask.count({ where: { copyDueAt: { not: null } } });

describe.skipIf(!hasRedis)("copies in Redis:", () => {
  test("each change is in the copy before its caller hears of it, and reading asks Redis and no table", async () => {
    await create();
    await mark([1]);
    expect(await copyOf()).toMatchObject({ toolArgs: [1], version: 2 });
    await db.cursorTask.deleteMany();
    expect(await get()).toMatchObject({ toolArgs: [1], version: 2 });
  });

  test.each<[string, (ctx: Ctx) => Promise<unknown>]>([
    ["create", (ctx) => callbackQueue.create(ctx, "new", TASK)],
    ["get", (ctx) => callbackQueue.get(ctx, "t")],
    ["update", (ctx) => callbackQueue.update(ctx, "t", { toolArgs: 2 }, { pending: true })],
    ["complete", (ctx) => callbackQueue.complete(ctx, "t", { result: 2, error: null })],
    ["list", (ctx) => callbackQueue.list(ctx, {})],
  ])("with Redis away %s is answered as without it, and the copies are right when it is back", async (_name, act) => {
    await create();
    await redis.kill();
    expect(await act(await somebody())).not.toBeNull();
    expect(await storeFault(await somebody())).toBe(
      "The key-value store could not be reached, or did not answer in time.",
    );
    expect(await sync()).toBe(0);
    expect(logged).toContainEqual(expect.objectContaining({ msg: expect.stringContaining("left to the next sweep") }));
    await redis.restart();
    await sync();
    for (const taskId of (await db.cursorTask.findMany()).map((task) => task.taskId)) {
      expect(await copyOf(taskId)).toEqual(await callbackQueue.get(await without(), taskId));
    }
    expect(await storeFault(await somebody())).toBeNull();
  });

  test("a Redis that dies, answers nonsense or says nothing in the middle of a change refuses nobody anything", async () => {
    await create();
    for (const [n, fault] of (["server error", "garbage", { delayMs: 60_000 }, "killed"] as const).entries()) {
      redis.fail(fault);
      const impatient = await aCtx({ kv: openKv({ ...redis, timeoutMs: 1_000 }) });
      expect(await mark(n, impatient)).toMatchObject({ isDone: true, task: { toolArgs: n } });
    }
    await redis.restart();
    expect(await sync()).toBe(1);
    expect(await copyOf()).toMatchObject({ toolArgs: 3, version: 5 });
  });

  test("a process that dies between a change and its copy leaves it to the next sweep", async () => {
    await create();
    const kv = { ...openKv(redis), write: () => Promise.reject(new Error("died")) };
    await expect(mark(2, await aCtx({ kv }))).rejects.toThrow("died");
    expect(await sync()).toBe(1);
    expect(await copyOf()).toMatchObject({ toolArgs: 2, version: 2 });
  });

  test("a copy beside which no version lies, or another, is not believed, and one that was lost lies there again", async () => {
    await create();
    await redis.redis("SET", KEY, JSON.stringify({ ...(await copyOf()), toolArgs: "foreign" }));
    await redis.redis("DEL", `version:{${KEY}}`);
    expect(await get()).toMatchObject({ toolArgs: null });
    await redis.redis("FLUSHALL");
    expect(await get()).toMatchObject({ toolArgs: null });
    expect(await copyOf()).toMatchObject({ toolArgs: null });
  });

  test("of 600 copies that are missing a sweep writes each, and the next has nothing to do", async () => {
    const ctx = await aCtx({ kv: { ...openKv(redis), write: async () => {} } });
    await Promise.all(Array.from({ length: 600 }, (_, n) => create(`t${n}`, ctx)));
    expect(await sync()).toBe(600);
    expect(await copyOf("t599")).toMatchObject({ version: 1 });
    expect(await sync()).toBe(0);
  });

  test("an old copy in a Redis that came back is brought up to date within the hour, by the next change at once", async () => {
    await create();
    const before = JSON.stringify(await copyOf());
    await mark(1);
    await sync();
    const comesBack = async () => {
      await redis.redis("SET", KEY, before, "PX", "60000");
      await redis.redis("SET", `version:{${KEY}}`, "1", "PX", "60000");
    };
    await comesBack();
    await advance({ hours: 1 });
    expect(await sync()).toBe(1);
    expect(await copyOf()).toMatchObject({ toolArgs: 1 });
    await comesBack();
    await mark(2);
    expect(await copyOf()).toMatchObject({ toolArgs: 2, version: 3 });
  });

  test("W9: of a Redis of another database, or of a database restored from a backup, nothing enters the table", async () => {
    await create();
    const { copies } = openKv(redis);
    const rows = async () => db.cursorTask.findMany({ omit: { copyDueAt: true } });
    const before = await rows();
    // A later state of the same task, and a task that was never registered here.
    const foreign = { version: 7, expiresAt: (await copyOf()).expiresAt, toolArgs: "foreign" };
    for (const key of [KEY, "cursor_task:u"]) await copies?.put(key, { stored: foreign, leftMs: 60_000 });
    await sync();
    expect(await callbackQueue.update(await somebody(), "u", { toolArgs: 1 })).toBeNull();
    expect(await rows()).toEqual(before);
    expect(await get()).toMatchObject({ toolArgs: null, version: 1 });
    await mark("own");
    expect(await get()).toMatchObject({ toolArgs: "own", version: 2 });
  });

  test("a task that has expired by the clock of the table loses its copy with the next sweep", async () => {
    await create();
    await sync();
    await advance({ days: 1 });
    expect(await mark(1)).toBeNull();
    await sync();
    expect(await redis.redis("EXISTS", KEY)).toBe(0);
    expect(await get()).toBeNull();
    expect(await dueCount()).toBe(0);
  });

  test("while Redis loses everything again and again no change is lost, and the copies agree after a sweep", async () => {
    await create();
    const write = async (writer: number) => {
      for (let round = 0; round < 5; round += 1) {
        if (writer === 0) await redis.redis("FLUSHALL");
        if (writer === 1) await sync();
        await get();
        await mark([writer, round]);
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    await sync();
    expect(await copyOf()).toMatchObject({ version: 41 });
    expect(await copyOf()).toEqual(await callbackQueue.get(await without(), "t"));
  });

  test("without a Redis a change says all the same that a copy from before is due", async () => {
    await create();
    await sync();
    await mark(2, await without());
    await create("u", await without());
    expect(await db.cursorTask.findMany({ select: { copyDueAt: true }, orderBy: { taskId: "asc" } })).toEqual([
      { copyDueAt: (await without()).now },
      { copyDueAt: null },
    ]);
  });
});
