/** The promises of `callbackQueue` for one task and for many at once, on PostgreSQL alone and with copies in Redis. */
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { problemOf } from "#lib/http/problem";
import { openKv } from "#lib/kv/open";
import { callbackQueue } from "#modules/cursor-tasks";
import { hasRedis, type RedisRest, startRedisRest } from "#tests/fakes/redis-rest";
import { failingPool, type Watch } from "#tests/faults/failing-pool";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, databaseUrl, db, START } from "#tests/setup/database";

const DAY = 86_400_000;
const TASK = { conversationId: "c", priority: 0, deliverAs: "contextual_update" } as const;

let redis: RedisRest;
beforeAll(async () => {
  if (hasRedis) redis = await startRedisRest();
});
beforeEach(() => redis?.redis("FLUSHALL"));
afterAll(() => redis?.stop());

describe.each([
  { name: "PostgreSQL", withRedis: false },
  { name: "PostgreSQL with copies in Redis", withRedis: true },
])("$name:", ({ withRedis }) => {
  const it = test.skipIf(withRedis && !hasRedis);
  /** Another handle for each, as another process would have one. */
  const ctx = () => aCtx({ kv: openKv(withRedis ? redis : null) });
  const create = async (taskId: string, more = {}) => callbackQueue.create(await ctx(), taskId, { ...TASK, ...more });
  const get = async (taskId = "t") => callbackQueue.get(await ctx(), taskId);
  const codeOf = (work: Promise<unknown>) => work.then(String, (error: unknown) => problemOf(error).code);

  it("of 50 that register one id at once with different content exactly one does, and the others are refused", async () => {
    const made = await Promise.allSettled(Array.from({ length: 50 }, (_, who) => create("t", { toolArgs: who })));
    const won = made.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(won).toMatchObject([{ isNew: true }]);
    for (const one of made) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "task_differs" });
    expect(await get()).toEqual(won[0]!.task);
  });

  it("an update happens only while the task is as it must be, and a launch only while it is pending", async () => {
    await create("t");
    const update = async (...asked: [object, object?]) => callbackQueue.update(await ctx(), "t", ...asked);
    const at = START.toISOString();
    expect(await update({ launchedAt: at }, { launchedAt: null, pending: true })).toMatchObject({ isDone: true });
    expect(await update({ launchedAt: at }, { launchedAt: null, pending: true })).toMatchObject({ isDone: false });
    expect(await update({ launchedAt: at }, { cursorAgentId: null, pending: true })).toMatchObject({ isDone: true });
    expect(await update({ cursorAgentId: "bc_1" })).toMatchObject({
      isDone: true,
      task: { launchedAt: at, version: 4 },
    });
    expect(await update({ launchedAt: at }, { cursorAgentId: null, pending: true })).toMatchObject({ isDone: false });
    await callbackQueue.complete(await ctx(), "t", { result: 1, error: null });
    expect(await update({ launchedAt: at })).toMatchObject({ isDone: false, task: { pending: false, version: 5 } });
    expect(await update({ launchedAt: null })).toMatchObject({ isDone: true });
  });

  it("a task ends for its own conversation only, and null and undefined fields are what they say", async () => {
    await create("t", { toolArgs: { a: 1 }, sessionPayload: [1] });
    await callbackQueue.update(await ctx(), "t", { toolArgs: undefined as never, sessionPayload: null });
    const end = async (conversationId: string) =>
      callbackQueue.complete(await ctx(), "t", { result: null, error: null }, { conversationId });
    expect(await end("other")).toMatchObject({ isDone: false, task: { pending: true } });
    expect(await end("c")).toMatchObject({ isDone: true, task: { pending: false, result: null, error: null } });
    expect(await get()).toMatchObject({ toolArgs: { a: 1 }, sessionPayload: null });
  });

  it("no change gives a task more time, neither the row nor the copy, and an expired task is not there", async () => {
    await create("t");
    await advance({ hours: 23 });
    await callbackQueue.update(await ctx(), "t", { toolArgs: 1 });
    expect(await get()).toMatchObject({ expiresAt: new Date(START.getTime() + DAY).toISOString() });
    if (withRedis) {
      const left = Number(await redis.redis("PTTL", "cursor_task:t"));
      expect(left).toBeGreaterThan(DAY / 24 - 120_000);
      expect(left).toBeLessThan(DAY / 24);
      await redis.redis("DEL", "cursor_task:t");
    }
    await advance({ hours: 1 });
    expect(await get()).toBeNull();
    expect(await callbackQueue.complete(await ctx(), "t", { result: 1, error: null })).toBeNull();
    expect(await codeOf(create("t"))).toBe("task_expired");
  });

  it("a task of exactly the limit is stored, one byte more is refused and leaves what was there", async () => {
    // A text is as long as its letters and two quotation marks.
    const text = (bytes: number) => "x".repeat(bytes - 2);
    expect(await codeOf(create("over", { sessionPayload: text(262_145) }))).toBe("too_large");
    expect(await get("over")).toBeNull();
    await create("t", { sessionPayload: text(262_000) });
    const end = async (result: string) => callbackQueue.complete(await ctx(), "t", { result, error: null });
    expect(await codeOf(end(text(145)))).toBe("too_large");
    expect(await codeOf(callbackQueue.update(await ctx(), "t", { toolArgs: text(145) }))).toBe("too_large");
    expect(await get()).toMatchObject({ pending: true, toolArgs: null, version: 1 });
    expect(await end(text(144))).toMatchObject({ isDone: true });
  });

  it.each(["a\u0000b", "\ud800", "a\udfffb"])("a text that cannot be stored is refused: %j", async (text) => {
    expect(await codeOf(create("t", { toolArgs: { deep: [text] } }))).toBe("invalid_input");
    await create("t", { toolArgs: "\\u0000 \\\\ud800" });
    const end = callbackQueue.complete(await ctx(), "t", { result: { [text]: 1 }, error: null });
    expect(await codeOf(end)).toBe("invalid_input");
    expect(await get()).toMatchObject({ pending: true, toolArgs: "\\u0000 \\\\ud800" });
  });

  it("odd JSON is read as it was written, also after other changes", async () => {
    const deep = Array.from({ length: 60 }).reduce<unknown>((inner, _, i) => (i % 2 ? [inner] : { inner }), []);
    const odd = {
      numbers: [1e21, 5e-324, 1.7976931348623157e308, 0.1, Number("12345678901234567"), -0],
      ...{ list: [], object: {}, lists: [[], [{}]], no: false, nothing: null, empty: "", "": 1, deep },
      text: '\u2028\u2029"\\/\b\f\n\r\t\u0001\u007f𝒳é\ufeff',
      ...JSON.parse('{"__proto__":{"a":1},"constructor":"c","toString":[]}'),
    };
    const read = JSON.parse(JSON.stringify(odd));
    await create("t", { sessionPayload: odd });
    await callbackQueue.update(await ctx(), "t", { toolArgs: odd });
    await callbackQueue.complete(await ctx(), "t", { result: odd, error: null });
    const { sessionPayload, toolArgs, result } = (await get())!;
    for (const one of [sessionPayload, toolArgs, result]) {
      expect(Object.entries(one as object).sort()).toEqual(Object.entries(read).sort());
    }
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        count += 1;
        if (/\\u0000|\\ud[89a-f]/.test(JSON.stringify(value))) return;
        await create(`t${count}`, { toolArgs: value });
        expect((await get(`t${count}`))!.toolArgs).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it("ids of letters, digits, dot, low line, colon and hyphen do not get mixed up", async () => {
    const ids = ["a", "A", "a.", "a:", "a_", "a-", "cursor_task:a.B_c-1", "Az09._:-", "0", "k".repeat(200)];
    for (const id of ids) await create(id, { toolArgs: id });
    for (const id of ids) expect(await get(id)).toMatchObject({ toolArgs: id });
  });
});

// ---------------------------------------------------------------- what comes at once

const twenty = Array.from({ length: 20 }, (_, n) => `t${String(n).padStart(2, "0")}`);
type On = Awaited<ReturnType<typeof aCtx>>["db"];
const createAll = async (on: On = db) => {
  const ctx = await aCtx({ db: on, now: START });
  return Promise.allSettled(twenty.map((id) => callbackQueue.create(ctx, id, { ...TASK, toolArgs: id })));
};
const endAll = async (on: On = db) => {
  const ctx = await aCtx({ db: on, now: START });
  return twenty.map((id) => callbackQueue.complete(ctx, id, { result: `of ${id}`, error: null }));
};

/** A handle that counts its statements, and whose connection may die. */
function aProcess(fault: Watch["fault"] = null): { watch: Watch; own: On } {
  const watch: Watch = { statements: [], fault };
  return { watch, own: connectTest({ Pool: failingPool(watch) }) };
}

test("simultaneous calls share one statement, and each gets its own task", async () => {
  const { watch, own } = aProcess();
  for (const made of await createAll(own)) expect(made).toMatchObject({ value: { isNew: true } });
  const ended = await Promise.all(await endAll(own));
  expect(watch.statements).toHaveLength(2);
  for (const [n, id] of twenty.entries()) {
    expect(ended[n]).toMatchObject({ isDone: true, task: { toolArgs: id, result: `of ${id}`, version: 2 } });
  }
});

test("a task that somebody holds is waited for by its own end, and by no other that comes with it", async () => {
  await createAll();
  const holder = new pg.Client({ connectionString: databaseUrl });
  await holder.connect();
  await holder.query("BEGIN; UPDATE cursor_tasks SET last_error = 'held' WHERE task_id = 't07'");
  const ends = await endAll();
  const [held] = ends.splice(7, 1);
  for (const ended of await Promise.all(ends)) expect(ended).toMatchObject({ isDone: true });
  expect(await callbackQueue.get(await aCtx(), "t07")).toMatchObject({ pending: true });
  await holder.query("COMMIT");
  await holder.end();
  expect(await held).toMatchObject({ isDone: true, task: { result: "of t07" } });
  expect(await db.cursorTask.findFirst({ where: { lastError: "held" } })).toMatchObject({ state: "completed" });
});

test("a task that the database refuses hinders none that comes with it", async () => {
  await createAll();
  await db.cursorTask.update({ where: { taskId: "t07" }, data: { contentBytes: 262_144 } });
  const ended = await Promise.allSettled(await endAll());
  expect(ended.flatMap(({ status }, n) => (status === "rejected" ? n : []))).toEqual([7]);
  expect(ended[7]).toMatchObject({ reason: { code: "too_large" } });
});

test.each(["before", "after"] as const)(
  "when the connection dies %s a statement for many, each gets a fault, and a repetition leaves each once",
  async (when) => {
    const { own } = aProcess({ at: 1, when });
    for (const { status } of await createAll(own)) expect(status).toBe("rejected");
    for (const made of await createAll()) {
      expect(made).toMatchObject({ value: { isNew: when === "before", task: { version: 1 } } });
    }
  },
);

test("of updates and ends of the same tasks from three processes none is lost or done twice", async () => {
  await createAll();
  const processes = [0, 1, 2].map(() => connectTest());
  const marks = processes.map(async (own) => {
    const ctx = await aCtx({ db: own, now: START });
    await Promise.all(twenty.map((id) => callbackQueue.update(ctx, id, { toolArgs: "marked" })));
  });
  const ends = await Promise.all((await Promise.all(processes.map((own) => endAll(own)))).flat());
  await Promise.all(marks);
  expect(ends.filter((end) => end?.isDone)).toHaveLength(20);
  for (const id of twenty)
    expect(await callbackQueue.get(await aCtx(), id)).toMatchObject({ version: 5, toolArgs: "marked" });
});
