import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, expect, test } from "vitest";
import { streamOf } from "#lib/http/stream";
import { streamEvents } from "#modules/cursor-tasks";
import { aTask, CONVERSATION, ends, isOver, stateOf } from "#tests/factories/tasks";
import { failingPool, type Watch } from "#tests/faults/failing-pool";
import { aCtx } from "#tests/setup/ctx";
import { connectTest, db } from "#tests/setup/database";
import { countStreams } from "./streams.ts";

type Delivered = { contextId: string };
type Reader = { heard: string[]; retries: number[]; leave: () => void; ended: Promise<void> };

/** Long enough for a busy machine; the awaited event comes without help. */
const SOON = { timeout: 20_000 };
const open: Reader[] = [];
afterEach(async () => {
  for (const { leave } of open) leave();
  await Promise.all(open.splice(0).map(({ ended }) => ended));
  await expect.poll(() => countStreams(db), SOON).toBe(0);
});

/** A reader that takes each event as it comes. */
async function aReader(conversationId = CONVERSATION, given: Parameters<typeof aCtx>[0] = {}): Promise<Reader> {
  const gone = new AbortController();
  const events = streamEvents(await aCtx(given), { conversationId }, gone.signal);
  const heard: string[] = [];
  const retries: number[] = [];
  const reading = async () => {
    for await (const event of events) {
      if ("retryMs" in event) retries.push(event.retryMs);
      else heard.push((event.data as Delivered).contextId);
    }
  };
  const reader = { heard, retries, leave: () => gone.abort(), ended: reading() };
  open.push(reader);
  return reader;
}

/** A process of its own: a handle whose statements are seen. */
function aProcess() {
  const watch: Watch = { statements: [], fault: null };
  return { watch, db: connectTest({ Pool: failingPool(watch), timeouts: "batch" }) };
}

/** Results of all pending tasks, as if they had come to another process: nothing is announced in this one. */
async function allEndElsewhere(): Promise<void> {
  await db.$executeRaw`
    UPDATE cursor_tasks SET state = 'completed', result = '"r"', finished_at = ringback_now(), undelivered_since = ringback_now(),
      event_seq = event_seq + 1, event_at = ringback_now(), event_type = 'completed', event_actor = 'runner', event_why = 'It ended.'
    WHERE state = 'pending'`;
}

test("a look for results is one statement for the streams of fifty conversations, and none runs when all have left", async () => {
  const { watch, db: own } = aProcess();
  const readers = [];
  for (let n = 0; n < 50; n += 1) readers.push(await aReader(`c${n}`, { db: own }));
  const looks = () => watch.statements.filter((text) => text.startsWith("WITH asked")).length;
  // Each has looked for itself at its beginning, and the loop has come to rest.
  const begun = () => watch.statements.filter((text) => text.startsWith("WITH due")).length;
  await expect.poll(begun, SOON).toBe(50);
  const before = looks();
  await expect.poll(looks, SOON).toBeGreaterThanOrEqual(before + 2);
  watch.statements.splice(0);
  await expect.poll(looks, SOON).toBeGreaterThanOrEqual(3);
  // Idle, a round of the loop is its look and nothing else, however many streams there are.
  expect(watch.statements.filter((text) => !text.startsWith("WITH asked"))).toEqual([]);
  expect(looks()).toBeLessThan(10);
  for (const { leave } of readers) leave();
  await expect.poll(() => countStreams(own), SOON).toBe(0);
  await Promise.all(readers.map(({ ended }) => ended));
});

test("one statement takes the results of many conversations, and each reader hears its own", async () => {
  const { watch, db: own } = aProcess();
  const numbers = Array.from({ length: 20 }, (_, n) => n);
  for (const n of numbers) await aTask(`t${n}`, { conversationId: `c${n}` });
  const readers = await Promise.all(numbers.map((n) => aReader(`c${n}`, { db: own })));
  await expect.poll(() => watch.statements.filter((text) => text.startsWith("WITH due")).length, SOON).toBe(20);
  watch.statements.splice(0);
  await allEndElsewhere();
  for (const [n, { heard }] of readers.entries()) {
    await expect.poll(() => heard, SOON).toEqual([`t${n}`]);
  }
  // One, unless streams that had just begun were looked at by themselves.
  expect(watch.statements.filter((text) => text.startsWith("WITH due")).length).toBeLessThanOrEqual(3);
});

test("a result that comes to this process is heard without waiting for the next round", async () => {
  const reader = await aReader();
  for (const taskId of ["a", "b", "c"]) {
    await ends(await aTask(taskId));
    await expect.poll(() => reader.heard.includes(taskId), SOON).toBe(true);
  }
  expect(reader.heard).toEqual(["a", "b", "c"]);
});

test("every stream of a conversation gets a result, and it is delivered once", async () => {
  const readers = [await aReader(), await aReader(), await aReader()];
  await ends(await aTask("t"));
  for (const { heard } of readers) await expect.poll(() => heard, SOON).toEqual(["t"]);
  expect(await db.cursorTask.findFirst()).toMatchObject({ attempts: 1, state: "delivering" });
});

test("streams that open while a result comes hear it once, whichever of them finds it", async () => {
  for (let round = 0; round < 10; round += 1) {
    const [conversationId, taskId] = [`c${round}`, `t${round}`];
    await aTask(taskId, { conversationId });
    const first = await aReader(conversationId);
    const coming = ends(taskId);
    const opening = Promise.all([aReader(conversationId), aReader(conversationId)]);
    await coming;
    const readers = [first, ...(await opening)];
    for (const { heard } of readers) await expect.poll(() => heard, SOON).toContain(taskId);
    await ends(await aTask(`last${round}`, { conversationId }));
    for (const { heard } of readers) await expect.poll(() => heard, SOON).toContain(`last${round}`);
    for (const { heard } of readers) expect(heard).toEqual([taskId, `last${round}`]);
  }
});

test("a result that a stream finds as it opens is heard by the streams that were open before", async () => {
  const first = await aReader();
  await ends(await aTask("earlier"));
  await expect.poll(() => first.heard, SOON).toEqual(["earlier"]);
  await aTask("t");
  await allEndElsewhere();
  const second = await aReader();
  await expect.poll(() => second.heard, SOON).toContain("t");
  await expect.poll(() => first.heard, SOON).toEqual(["earlier", "t"]);
});

test("one stream too many takes the place of the oldest, which is asked to wait before it comes back", async () => {
  const limits = { streamsPerConversation: 2 };
  const [oldest, second] = [await aReader(CONVERSATION, { limits }), await aReader(CONVERSATION, { limits })];
  const newest = await aReader(CONVERSATION, { limits });
  await oldest.ended;
  expect(oldest.retries).toEqual([15_000]);
  expect(countStreams(db)).toBe(2);
  await ends(await aTask("t"));
  for (const { heard } of [second, newest]) await expect.poll(() => heard, SOON).toEqual(["t"]);
  expect([oldest.heard, second.retries, newest.retries]).toEqual([[], [], []]);
});

test("an instance that is full refuses a stream before it begins, and has a place again when one has ended", async () => {
  const limits = { streamsPerInstance: 3, streamsPerConversation: 2 };
  const readers = [];
  for (const conversationId of ["a", "a", "b"]) readers.push(await aReader(conversationId, { limits }));
  await expect(aReader("c", { limits })).rejects.toMatchObject({
    code: "unavailable",
    details: { retryAfterSeconds: 10 },
  });
  // A conversation that takes the place of its own stream needs no other.
  await aReader("a", { limits });
  await expect.poll(() => countStreams(db), SOON).toBe(3);
  readers[2]!.leave();
  await readers[2]!.ended;
  await aReader("c", { limits });
  expect(countStreams(db)).toBe(3);
});

test("a stream that ends in any way is forgotten: by its reader, by hanging up, by a fault at its beginning", async () => {
  const left = await aReader("left");
  const over = await aReader("over");
  left.leave();
  await isOver("over");
  await Promise.all([left.ended, over.ended]);
  const dying = connectTest({ Pool: failingPool({ statements: [], fault: { at: 1, when: "before" } }) });
  const { now } = await aCtx();
  const broken = streamEvents(await aCtx({ db: dying, now }), { conversationId: "c" }, new AbortController().signal);
  await expect(broken.next()).rejects.toThrow();
  await expect.poll(() => [countStreams(db), countStreams(dying)], SOON).toEqual([0, 0]);
});

test("a reader that is behind gets no more until it has read what it got", async () => {
  for (const taskId of ["a", "b"]) await ends(await aTask(taskId));
  const gone = new AbortController();
  const events = streamEvents(await aCtx(), { conversationId: CONVERSATION }, gone.signal);
  const next = async () => ((await events.next()).value as { data: Delivered }).data.contextId;
  // Two are there at its beginning, and it takes one.
  const first = await next();
  await ends(await aTask("c"));
  const other = await aReader("other");
  await ends(await aTask("d", { conversationId: "other" }));
  await expect.poll(() => other.heard, SOON).toEqual(["d"]);
  expect(await stateOf("c")).toBe("completed");
  expect([first, await next(), await next()].sort()).toEqual(["a", "b", "c"]);
  gone.abort();
  expect((await events.next()).done).toBe(true);
});

test("a body that its reader cancels ends the events behind it", async () => {
  const ctx = await aCtx();
  const reader = new AbortController();
  const body = streamOf(
    (signal) => streamEvents(ctx, { conversationId: "c" }, signal),
    reader,
    (error) => expect.unreachable(String(error)),
  );
  const reading = body.getReader();
  expect(new TextDecoder().decode((await reading.read()).value)).toBe("retry: 1000\n\n");
  expect(countStreams(db)).toBe(1);
  await reading.cancel();
  await expect.poll(() => countStreams(db), SOON).toBe(0);
});

test("streams give their memory back when they end, also while their requests are still held", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const ctx = await aCtx();
  const requests = Array.from({ length: 100 }, () => new AbortController());
  const unexpected = (error: unknown) => expect.unreachable(String(error));
  /** Opens a stream, and holds nothing of it but whether it is still in memory. */
  async function isHeld(request: AbortController, n: number): Promise<() => boolean> {
    const events = (signal: AbortSignal) => streamEvents(ctx, { conversationId: `c${n}` }, signal);
    const body = streamOf(events, request, unexpected);
    const reader = body.getReader();
    await reader.read();
    const rest = reader.read();
    if (n % 2 === 0) request.abort();
    else await reader.cancel();
    await rest;
    const held = new WeakRef(body);
    return () => held.deref() !== undefined;
  }
  const opened = await Promise.all(requests.map(isHeld));
  await expect.poll(() => countStreams(db), SOON).toBe(0);
  const left = () => {
    collectGarbage();
    return opened.filter((isStillHeld) => isStillHeld()).length;
  };
  await expect.poll(left, SOON).toBe(0);
  expect(requests).toHaveLength(100);
});
