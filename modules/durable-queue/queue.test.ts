import { forceCloseDatabase } from "fake-indexeddb";
import { openDB } from "idb";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  type DurableQueue,
  type NewTask,
  type Outcome,
  PRIORITY,
  type Reason,
  type TaskTypes,
} from "#modules/durable-queue";
import { aHeldType, aName, aRecorder, aTab, aType, rawly, TestTime } from "#tests/factories/durable-queue";
import recorded from "./recorded/format-1.json" with { type: "json" };

const NOT_NOW: Reason = { code: "not_now", sentence: "Not now." };
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A tab with a type `note` that writes down what it does, and others. */
function aDesk(types: TaskTypes = {}, { time = new TestTime(), name = aName(), userId = "maya" } = {}) {
  const note = aRecorder();
  const lines: { event: string; taskId?: string }[] = [];
  const queue = aTab({ time, name, userId, types: { note: note.type, ...types }, log: (line) => lines.push(line) });
  return { queue, time, name, done: note.done, lines };
}

/** Begins what can begin, one after the other. */
async function processAll(queue: DurableQueue): Promise<void> {
  while (await queue.processNext());
}

const note = (payload: unknown, more: Partial<NewTask> = {}): NewTask => ({ type: "note", payload, ...more });
const statusOf = async (queue: DurableQueue, id: string) => (await queue.get(id))?.status;

test("enqueue resolves when its transaction is complete, and that was a strict one", async () => {
  const { queue, name } = aDesk();
  await queue.getStatus();
  const begin = IDBDatabase.prototype.transaction;
  const completed: unknown[] = [];
  const transactions = vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (
    this: IDBDatabase,
    ...asked: Parameters<typeof begin>
  ) {
    const transaction = begin.apply(this, asked);
    transaction.addEventListener("complete", () => completed.push(asked[2]));
    return transaction;
  });
  const id = await queue.enqueue(note("words"));
  expect(completed).toEqual([{ durability: "strict" }]);
  expect(transactions.mock.calls.map(([, , options]) => options)).toEqual([{ durability: "strict" }]);
  await rawly(name, async (db) => expect(await db.getAllFromIndex("tasks", "id", id)).toHaveLength(1));
  transactions.mockClear();
  await queue.processNext();
  expect(transactions.mock.calls.map(([, , options]) => options)).toEqual([
    { durability: "relaxed" },
    { durability: "relaxed" },
  ]);
});

test("the higher priority goes first, then the earlier arrival, also when the clock jumped meanwhile", async () => {
  const { queue, time, done } = aDesk();
  await queue.enqueue(note("first"));
  time.advance(-DAY);
  await queue.enqueue(note("second"));
  await queue.enqueue(note("low", { priority: PRIORITY.low }));
  await queue.enqueue(note("critical", { priority: PRIORITY.critical }));
  await processAll(queue);
  expect(done).toEqual(["critical", "first", "second", "low"]);
});

test("a task that a page of another build stored is found when it becomes due, although others are ready", async () => {
  const { queue, time, name, done } = aDesk();
  await queue.enqueueBatch(["first", "second", "third"].map((payload) => note(payload)));
  await queue.enqueue(note("critical", { priority: PRIORITY.critical, executeAt: time.instant + 500 }));
  await queue.processNext();
  // That build does not write when the lane has something due.
  await rawly(name, async (db) => {
    const state = await db.get("state", "state");
    state.lanes.send.look.due = null;
    await db.put("state", state);
  });
  time.advance(1_000);
  await processAll(queue);
  expect(done).toEqual(["first", "critical", "second", "third"]);
});

test("the value of an attempt is the result, and stays with the task for a day", async () => {
  const { queue, time } = aDesk();
  const id = await queue.enqueue(note("words"));
  expect(await queue.processNext()).toEqual({ taskId: id, success: true, output: 1, duration: expect.any(Number) });
  expect(await queue.get(id)).toMatchObject({ status: "completed", output: 1, attempts: 1 });
  time.advance(DAY - 1);
  await queue.recover();
  expect(await statusOf(queue, id)).toBe("completed");
  time.advance(1);
  await queue.recover();
  expect(await queue.get(id)).toBeNull();
});

test("the same id enqueued twice, or twice in a batch, is one task", async () => {
  const { queue, done } = aDesk();
  expect(await queue.enqueue(note("words", { id: "a" }))).toBe("a");
  expect(await queue.enqueue(note("words", { id: "a" }))).toBe("a");
  await queue.enqueueBatch([note("more", { id: "b" }), note("more", { id: "b" })]);
  await processAll(queue);
  expect(done).toEqual(["words", "more"]);
});

test("tasks of a group run in their order, and a refusal stops its group alone until a person decides", async () => {
  const asked: unknown[] = [];
  const isRefused = new Set(["c1 accept"]);
  const act = aType((what) => {
    asked.push(what);
    return isRefused.has(what as string) ? { kind: "refused", reason: NOT_NOW } : { kind: "done" };
  });
  const { queue } = aDesk({ act });
  const ids = await queue.enqueueBatch(
    ["c1 accept", "c2 accept", "c1 outcome", "c2 outcome"].map((what) => ({
      type: "act",
      payload: what,
      groupKey: what.slice(0, 2),
      // A later one of a group is not moved before its group by its priority.
      ...(what === "c1 outcome" && { priority: 100 }),
    })),
  );
  await processAll(queue);
  expect(asked).toEqual(["c1 accept", "c2 accept", "c2 outcome"]);
  expect(await queue.get(ids[0]!)).toMatchObject({ status: "failed", reason: NOT_NOW });
  await queue.cancel(ids[0]!);
  await processAll(queue);
  expect(asked.at(-1)).toBe("c1 outcome");
});

test("a task waits for its dependencies", async () => {
  const { queue, done } = aDesk();
  const ids = await queue.enqueueBatch([
    note("last", { id: "last", dependsOn: ["one", "two"], priority: 100 }),
    note("one", { id: "one" }),
    note("two", { id: "two", executeAt: Date.parse("2026-03-02T12:01:00Z") }),
  ]);
  await processAll(queue);
  expect(done).toEqual(["one"]);
  expect(ids).toEqual(["last", "one", "two"]);
});

test("a task whose dependency was not done is parked with the reason, and goes when that has succeeded after all", async () => {
  let outcome: Outcome = { kind: "refused", reason: NOT_NOW };
  const { queue, done } = aDesk({ first: aType(() => outcome) });
  await queue.enqueueBatch([
    { type: "first", payload: null, id: "first" },
    note("second", { id: "second", dependsOn: ["first"] }),
  ]);
  await processAll(queue);
  expect(await queue.get("second")).toMatchObject({ status: "parked", reason: { code: "predecessor" } });
  outcome = { kind: "done" };
  await queue.retry("first");
  await processAll(queue);
  expect(done).toEqual(["second"]);
});

test("tasks that would wait for each other for ever are refused, and so is an unknown predecessor; nothing is stored", async () => {
  const { queue } = aDesk();
  const circle = [note(1, { id: "a", dependsOn: ["b"] }), note(2, { id: "b", dependsOn: ["a"] })];
  await expect(queue.enqueueBatch(circle)).rejects.toMatchObject({ code: "cycle" });
  const unknown = [note(1, { id: "c" }), note(2, { dependsOn: ["nowhere"] })];
  await expect(queue.enqueueBatch(unknown)).rejects.toMatchObject({ code: "unknown_dependency" });
  expect(await queue.list()).toEqual([]);
});

test("a scheduled task begins when its time has come, also when the clock went back or nine days forward", async () => {
  const { queue, time, done } = aDesk();
  await queue.enqueue(note("in an hour", { executeAt: time.instant + 60 * MINUTE }));
  expect(await queue.processNext()).toBeNull();
  time.advance(-60 * MINUTE);
  expect(await queue.processNext()).toBeNull();
  time.advance(9 * DAY);
  await processAll(queue);
  expect(done).toEqual(["in an hour"]);
});

test("a task that was found due and is not any more, because the clock went back, waits again", async () => {
  const { queue, time, done } = aDesk();
  await queue.enqueue(note("at noon", { executeAt: time.instant }));
  time.advance(-MINUTE);
  expect(await queue.processNext()).toBeNull();
  time.advance(MINUTE);
  await processAll(queue);
  expect(done).toEqual(["at noon"]);
});

test("local work backs off and fails after its attempts; a person can let it begin anew", async () => {
  let isBroken = true;
  const learn = aType(
    () => {
      if (isBroken) throw new Error("no words");
      return { kind: "done" };
    },
    { lane: "memory", maxAttempts: 3 },
  );
  const { queue, time } = aDesk({ learn });
  const id = await queue.enqueue({ type: "learn", payload: null });
  for (const attempt of [1, 2, 3]) {
    expect(await queue.processNext()).toMatchObject({ success: false, error: { sentence: "no words" } });
    expect(await queue.processNext()).toBeNull();
    expect(await queue.get(id)).toMatchObject({ attempts: attempt, status: attempt === 3 ? "failed" : "pending" });
    time.advance(MINUTE);
  }
  isBroken = false;
  await queue.retry(id);
  expect(await queue.processNext()).toMatchObject({ success: true });
});

test("a task that must be sent is never given up automatically, however often it could not be sent", async () => {
  const { queue, time } = aDesk({ send: aType(() => ({ kind: "unreachable", reason: NOT_NOW })) });
  const id = await queue.enqueue({ type: "send", payload: null });
  for (let hour = 0; hour < 40; hour += 1) {
    await processAll(queue);
    time.advance(60 * MINUTE);
  }
  expect(await queue.get(id)).toMatchObject({ status: "pending", attempts: 40, spent: 0 });
});

test("local work that could not be loaded costs no attempt and holds up no other", async () => {
  const read = aType(() => ({ kind: "unreachable", reason: NOT_NOW }), { lane: "memory" });
  const { queue, time } = aDesk({ read, learn: aType(() => ({ kind: "done" }), { lane: "memory" }) });
  const id = await queue.enqueue({ type: "read", payload: null });
  const other = await queue.enqueue({ type: "learn", payload: null });
  await processAll(queue);
  expect(await queue.get(other)).toMatchObject({ status: "completed" });
  for (let hour = 0; hour < 10; hour += 1) {
    time.advance(60 * MINUTE);
    await processAll(queue);
  }
  expect(await queue.get(id)).toMatchObject({ status: "pending", attempts: 11, spent: 0 });
});

test("while nobody is reached one task at a time finds out; when somebody is, all go", async () => {
  let isOnline = false;
  const sent: unknown[] = [];
  const send = aType((what) => {
    sent.push(what);
    return isOnline ? { kind: "done" } : { kind: "unreachable", reason: NOT_NOW };
  });
  const { queue, time } = aDesk({ send });
  await queue.enqueueBatch([1, 2, 3, 4].map((payload) => ({ type: "send", payload })));
  await processAll(queue);
  expect(sent).toEqual([1]);
  time.advance(MINUTE);
  await processAll(queue);
  expect(sent).toHaveLength(2);
  isOnline = true;
  time.advance(MINUTE);
  await processAll(queue);
  expect(sent.slice(2).sort()).toEqual([1, 2, 3, 4]);
});

test("a wait that a server asked for is kept up to a quarter of an hour, and no wait outlives a clock that goes back", async () => {
  let asks = 0;
  const send = aType(() => {
    asks += 1;
    return { kind: "later", reason: NOT_NOW, retryAfterMs: 10 * MINUTE };
  });
  const { queue, time } = aDesk({ send });
  await queue.enqueue({ type: "send", payload: null });
  await processAll(queue);
  time.advance(9 * MINUTE);
  await processAll(queue);
  expect(asks).toBe(1);
  time.advance(-3 * 60 * MINUTE);
  await processAll(queue);
  expect(asks).toBe(2);
});

test("a lane that is held waits as a whole and costs no attempt, until it is resumed", async () => {
  let isSignedIn = false;
  const held: Reason = { code: "unauthenticated", sentence: "Sign in again." };
  const send = aType(() => (isSignedIn ? { kind: "done" } : { kind: "held", reason: held }));
  const { queue } = aDesk({ send, learn: aType(() => ({ kind: "done" }), { lane: "memory" }) });
  const ids = await queue.enqueueBatch([
    { type: "send", payload: 1 },
    { type: "send", payload: 2 },
    { type: "learn", payload: 3 },
  ]);
  await processAll(queue);
  expect(await queue.getStatus()).toMatchObject({
    paused: { send: held, memory: null },
    counts: { send: { pending: 2 }, memory: { completed: 1 } },
  });
  expect(await queue.get(ids[0]!)).toMatchObject({ spent: 0 });
  isSignedIn = true;
  await queue.resume("send");
  await processAll(queue);
  expect((await queue.getStatus()).counts.send).toMatchObject({ completed: 2, pending: 0 });
});

test("a task that has not begun in its time expires with its sentence and is not done, also behind others of its group", async () => {
  const done: unknown[] = [];
  const accept = aType((what) => ({ kind: "done", output: done.push(what) }), {
    validForMs: 10 * MINUTE,
    expiredSentence: "Ten minutes have passed; accept it again.",
  });
  const { queue, time } = aDesk({ accept });
  const ids = await queue.enqueueBatch([1, 2].map((payload) => ({ type: "accept", payload, groupKey: "c1" })));
  time.advance(10 * MINUTE);
  await processAll(queue);
  expect(done).toEqual([]);
  for (const id of ids) {
    expect(await queue.get(id)).toMatchObject({
      status: "expired",
      reason: { sentence: "Ten minutes have passed; accept it again." },
    });
  }
  await queue.retry(ids[0]!);
  await processAll(queue);
  expect(done).toEqual([1]);
});

test("a type that this page does not know is parked and stops nobody; a page that knows it goes on", async () => {
  const time = new TestTime();
  const future = aDesk({ future: aType(() => ({ kind: "done" })) }, { time });
  const id = await future.queue.enqueue({ type: "future", payload: null });
  const { queue, done } = aDesk({}, { time, name: future.name });
  await queue.enqueue(note("words"));
  await processAll(queue);
  expect(done).toEqual(["words"]);
  expect(await queue.get(id)).toMatchObject({ status: "parked", reason: { code: "unknown_type" } });
  expect(await future.queue.recover()).toBe(1);
  expect(await future.queue.processNext()).toMatchObject({ taskId: id, success: true });
});

test.each<[string, number, Partial<Parameters<typeof aType>[1]>, object, unknown[]]>([
  [
    "an older payload is brought to the present shape",
    1,
    { upcast: (payload) => ({ text: payload }) },
    { status: "completed" },
    [{ text: "words" }],
  ],
  ["an older one that nobody can read is parked", 1, {}, { status: "parked", reason: { code: "older_version" } }, []],
  ["a newer one is parked", 3, {}, { status: "parked", reason: { code: "newer_version" } }, []],
  [
    "one that does not fit its type is parked",
    2,
    {
      payload: {
        parse: () => {
          throw new Error("no text");
        },
      },
    },
    { status: "parked", reason: { code: "unreadable_payload" } },
    [],
  ],
])("%s", async (_, version, type, task, expected) => {
  const before = aDesk({ act: aType(() => ({ kind: "done" }), { version }) });
  const id = await before.queue.enqueue({ type: "act", payload: "words" });
  const act = aRecorder({ version: 2, ...type });
  const { queue } = aDesk({ act: act.type }, { time: before.time, name: before.name });
  await processAll(queue);
  expect(await queue.get(id)).toMatchObject(task);
  expect(act.done).toEqual(expected);
});

test("a record that cannot be read is put aside and shown, and stops nobody, not even in its group", async () => {
  const { queue, done, name } = aDesk();
  const ids = await queue.enqueueBatch([
    note("broken", { groupKey: "c1" }),
    note("behind it", { groupKey: "c1" }),
    note("other"),
  ]);
  await rawly(name, async (db) => {
    const record = await db.getFromIndex("tasks", "id", ids[0]!);
    await db.put("tasks", { ...record, attempts: "many" });
  });
  await processAll(queue);
  expect(done).toEqual(["behind it", "other"]);
  expect(await queue.getStatus()).toMatchObject({ quarantined: 1, counts: { send: { pending: 0, completed: 2 } } });
  expect(await queue.quarantined()).toMatchObject([{ record: { payload: "broken" } }]);
  expect(await queue.export()).toContain("broken");
  const [aside] = await queue.quarantined();
  await queue.discardQuarantined(aside!.seq);
  expect(await queue.getStatus()).toMatchObject({ quarantined: 0 });
  await expect(queue.discardQuarantined(aside!.seq)).rejects.toMatchObject({ code: "not_found" });
});

test("a task of a tab that is gone returns to the queue at once and is done by another tab", async () => {
  const first = aHeldType();
  const time = new TestTime();
  const gone = aDesk({ act: first.type }, { time });
  const id = await gone.queue.enqueue({ type: "act", payload: null });
  const late = gone.queue.processNext();
  await first.begun;
  const { queue } = aDesk({ act: aType(() => ({ kind: "done" })) }, { time, name: gone.name });
  expect(await queue.recover()).toBe(0);
  gone.queue.tabs.end();
  expect(await queue.recover()).toBe(1);
  expect(await queue.processNext()).toMatchObject({ taskId: id, success: true });
  // It was asleep only, and comes with its result.
  first.end({ kind: "refused", reason: NOT_NOW });
  expect(await late).toMatchObject({ success: false, error: { code: "late_result" } });
  expect(gone.lines).toEqual([{ event: "late result", taskId: id }]);
  expect(await queue.get(id)).toMatchObject({ status: "completed", attempts: 2 });
});

test("a task of a sleeping tab returns to the queue when its time is over, by time alone where there are no locks", async () => {
  for (const locks of [undefined, null]) {
    const first = aHeldType({ limitMs: MINUTE });
    const [time, name] = [new TestTime(), aName()];
    // Its timers sleep with it.
    const after = () => () => {};
    const types = { act: first.type };
    const asleep = aTab({ time, name, types, after, ...(locks === null && { locks }) });
    await asleep.enqueue({ type: "act", payload: null });
    void asleep.processNext();
    await first.begun;
    const queue = aTab({ time, name, types, ...(locks === null && { locks }) });
    time.advance(MINUTE);
    expect(await queue.recover()).toBe(0);
    time.advance(1);
    expect(await queue.recover()).toBe(1);
  }
});

test("a result of an earlier attempt changes nothing, also in the tab that has begun the task again", async () => {
  const [time, name] = [new TestTime(), aName()];
  const ends: ((outcome: Outcome) => void)[] = [];
  const types = { act: aType(() => new Promise((resolve) => ends.push(resolve)), { limitMs: MINUTE }) };
  // Its timers sleep with it.
  const tab = aTab({ time, name, types, after: () => () => {} });
  const id = await tab.enqueue({ type: "act", payload: null });
  const earlier = await tab.beginNext("send");
  time.advance(MINUTE + 1);
  expect(await aTab({ time, name, types }).recover()).toBe(1);
  const later = await tab.beginNext("send");
  ends[0]!({ kind: "refused", reason: NOT_NOW });
  expect(await earlier?.ended).toMatchObject({ success: false, error: { code: "late_result" } });
  // The later attempt is still under way here, so it is not lost either.
  expect(await tab.recover()).toBe(0);
  expect(await tab.get(id)).toMatchObject({ status: "processing", attempts: 2 });
  ends[1]!({ kind: "done" });
  expect(await later?.ended).toMatchObject({ success: true });
});

test("an attempt that takes too long is aborted and put off", async () => {
  const act = aHeldType({ limitMs: MINUTE });
  const { queue, time } = aDesk({ act: act.type });
  await queue.enqueue({ type: "act", payload: null });
  const result = queue.processNext();
  const { signal } = await act.begun;
  time.advance(MINUTE);
  expect(await result).toMatchObject({ success: false, error: { code: "timeout" } });
  expect(signal.aborted).toBe(true);
});

test.each([
  { lane: "memory" as const, status: "failed" },
  { lane: "send" as const, status: "parked" },
])("a task that ends its tab again and again stops: in $lane it is $status", async ({ lane, status }) => {
  const time = new TestTime();
  const name = aName();
  let id = "";
  for (let tab = 1; tab <= 5; tab += 1) {
    const killer = aHeldType({ lane });
    const { queue } = aDesk({ killer: killer.type }, { time, name });
    if (tab === 1) id = await queue.enqueue({ type: "killer", payload: null });
    await queue.recover();
    void queue.processNext();
    await killer.begun;
    queue.tabs.end();
  }
  const { queue } = aDesk({}, { time, name });
  expect(await queue.recover()).toBe(1);
  expect(await queue.get(id)).toMatchObject({ status, attempts: 5, reason: { code: "interrupted" } });
});

test("a task in flight cannot be cancelled, and an unknown one cannot be decided on", async () => {
  const act = aHeldType();
  const { queue } = aDesk({ act: act.type });
  const id = await queue.enqueue({ type: "act", payload: null });
  const result = queue.processNext();
  await act.begun;
  await expect(queue.cancel(id)).rejects.toMatchObject({ code: "wrong_state" });
  act.end({ kind: "done" });
  await result;
  await expect(queue.retry(id)).rejects.toMatchObject({ code: "wrong_state" });
  await expect(queue.cancel("nowhere")).rejects.toMatchObject({ code: "not_found" });
});

test("a paused lane begins nothing in any tab until it is resumed", async () => {
  const { queue, name, time } = aDesk();
  await queue.enqueue(note("words"));
  await queue.pause("send");
  const other = aDesk({}, { name, time });
  expect(await other.queue.processNext()).toBeNull();
  await other.queue.resume();
  expect(await queue.processNext()).toMatchObject({ success: true });
});

test("nothing of another person is done here", async () => {
  const name = aName();
  const hers = aDesk({}, { name });
  const id = await hers.queue.enqueue(note("hers"));
  const { queue, done } = aDesk({}, { name, userId: "ben" });
  await processAll(queue);
  expect(done).toEqual([]);
  expect(await queue.get(id)).toMatchObject({ status: "parked", reason: { code: "another_person" } });
});

test("a task of an unknown type, with a wrong payload, too long or one too many is refused with a sentence, and nothing is stored", async () => {
  const strict = aType(() => ({ kind: "done" }), {
    payload: {
      parse: () => {
        throw new Error("no text");
      },
    },
  });
  const { queue, name } = aDesk({ strict });
  const refused: [NewTask, string][] = [
    [{ type: "nothing", payload: null }, "unknown_type"],
    [{ type: "strict", payload: null }, "invalid_payload"],
    [note("x".repeat(64 * 1024)), "too_large"],
  ];
  for (const [task, code] of refused) await expect(queue.enqueue(task)).rejects.toMatchObject({ code });
  await queue.getStatus();
  await rawly(name, async (db) => {
    const state = await db.get("state", "state");
    state.lanes.send.counts.parked = 20_000;
    await db.put("state", state);
  });
  await expect(queue.enqueue(note("one more"))).rejects.toMatchObject({ code: "lane_full" });
  expect(await queue.list()).toEqual([]);
});

test("the status says how much waits in each lane and since when, and every tab sees a change of another", async () => {
  const { queue, time, name } = aDesk({ learn: aType(() => ({ kind: "done" }), { lane: "memory" }) });
  const other = aDesk({}, { time, name });
  const seen = new Promise<void>((resolve) => other.queue.subscribe(() => resolve()));
  await queue.enqueue({ type: "learn", payload: null });
  await seen;
  expect(await other.queue.getStatus()).toMatchObject({
    storage: "durable",
    storageSentence: null,
    counts: { memory: { pending: 1 }, send: { pending: 0 } },
    oldestWaiting: time.instant,
    running: 0,
    quarantined: 0,
  });
});

test("a connection that was lost is opened again, and the caller does not notice", async () => {
  const { queue, done } = aDesk();
  const connections: IDBDatabase[] = [];
  const begin = IDBDatabase.prototype.transaction;
  vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (this: IDBDatabase, ...asked) {
    connections.push(this);
    return begin.apply(this, asked);
  });
  await queue.enqueue(note(1));
  // Without a word to the page, as after the sleep of a worker.
  connections.at(-1)?.close();
  await queue.enqueue(note(2));
  await processAll(queue);
  expect(done).toEqual([1, 2]);
});

test("after three tries the storage is blocked and says so, tasks are refused, and it heals by itself", async () => {
  const { queue } = aDesk();
  const opened = vi.spyOn(indexedDB, "open").mockImplementation(() => {
    throw new DOMException("Internal error opening backing store", "UnknownError");
  });
  await expect(queue.enqueue(note("words"))).rejects.toMatchObject({ code: "blocked" });
  expect(opened).toHaveBeenCalledTimes(3);
  expect(await queue.getStatus()).toMatchObject({ storage: "blocked", storageSentence: expect.stringMatching(/\.$/) });
  opened.mockRestore();
  await queue.enqueue(note("words"));
  expect(await queue.getStatus()).toMatchObject({ storage: "durable", storageSentence: null });
});

test("a window that keeps nothing is volatile: tasks are refused with a sentence", async () => {
  const { queue } = aDesk();
  vi.spyOn(indexedDB, "open").mockImplementation(() => {
    throw new DOMException("A mutation operation was attempted", "SecurityError");
  });
  await expect(queue.enqueue(note("words"))).rejects.toMatchObject({ code: "volatile" });
  expect((await queue.getStatus()).storage).toBe("volatile");
});

test("a full disk refuses the task with a sentence, and keeps what was there", async () => {
  const { queue, done } = aDesk();
  await queue.enqueue(note("before"));
  const add = vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(() => {
    throw new DOMException("The quota has been exceeded", "QuotaExceededError");
  });
  await expect(queue.enqueue(note("words"))).rejects.toMatchObject({ code: "storage_full" });
  add.mockRestore();
  await processAll(queue);
  expect(done).toEqual(["before"]);
});

test.each([true, false, null])(
  "with the first task the browser is asked once not to clear what is kept, and the status has its answer: %s",
  async (answer) => {
    const persist = vi.fn(async () => answer ?? Promise.reject(new Error("not in this window")));
    vi.stubGlobal("navigator", { storage: { persist } });
    onTestFinished(() => void vi.unstubAllGlobals());
    const { queue } = aDesk();
    expect((await queue.getStatus()).isPersistent).toBeNull();
    expect(persist).not.toHaveBeenCalled();
    for (const words of ["first", "second"]) await queue.enqueue(note(words));
    expect((await queue.getStatus()).isPersistent).toBe(answer ?? false);
    expect(persist).toHaveBeenCalledTimes(1);
  },
);

test("a page older than the stored format reads nothing and asks to be reloaded", async () => {
  const { queue, name } = aDesk();
  await queue.enqueue(note("words"));
  await rawly(name, async (db) => db.put("state", { ...(await db.get("state", "state")), format: 2 }));
  const older = aDesk({}, { name });
  await expect(older.queue.list()).rejects.toMatchObject({
    code: "outdated",
    message: expect.stringContaining("Reload"),
  });
  expect((await older.queue.getStatus()).storage).toBe("blocked");
});

/** Writes the database that the first release left: its stores, their indexes and every record. */
async function restore(name: string): Promise<void> {
  const db = await openDB(name, recorded.format, {
    upgrade(opening) {
      for (const [store, { indexes, ...options }] of Object.entries(recorded.stores)) {
        const created = opening.createObjectStore(store, options);
        for (const [index, { keyPath, ...rules }] of Object.entries(indexes))
          created.createIndex(index, keyPath, rules);
      }
    },
  });
  for (const [store, rows] of Object.entries(recorded.rows)) for (const row of rows) await db.put(store, row);
  db.close();
}

/** The stores of a database and their indexes, as they were recorded. */
function storesOf(name: string): Promise<unknown> {
  return rawly(name, async (db) => {
    const found = [...db.objectStoreNames].map((store) => {
      const of = db.transaction(store).store;
      const indexes = [...of.indexNames].map((index) => {
        const { keyPath, unique, multiEntry } = of.index(index);
        return [index, { keyPath, unique, multiEntry }];
      });
      return [store, { keyPath: of.keyPath, autoIncrement: of.autoIncrement, indexes: Object.fromEntries(indexes) }];
    });
    return Object.fromEntries(found);
  });
}

test("a database that the first release wrote is read by this one and has its stores: each task goes on from its state", async () => {
  const [name, time] = [aName(), new TestTime()];
  time.instant = recorded.at;
  await restore(name);
  const { queue, done } = aDesk({ learn: aType(() => ({ kind: "done" }), { lane: "memory" }) }, { name, time });
  expect((await queue.list()).map(({ id, status }) => [id, status])).toEqual([
    ["completed", "completed"],
    ["failed", "failed"],
    ["late", "expired"],
    ["behind it", "pending"],
    ["depends", "pending"],
    ["backs off", "pending"],
    ["local", "pending"],
    ["unknown", "pending"],
    ["scheduled", "pending"],
    ["waits", "pending"],
    ["begun", "processing"],
  ]);
  expect(await queue.getStatus()).toMatchObject({
    storage: "durable",
    quarantined: 1,
    paused: { send: null, memory: { code: "paused" } },
  });
  // The tab that had begun is gone, and one type is not known any more.
  expect(await queue.recover()).toBe(1);
  await processAll(queue);
  const words = () => (done as { words: string }[]).map((one) => one.words);
  expect(words()).toEqual(["begun", "waits"]);
  expect(await queue.get("unknown")).toMatchObject({ status: "parked", reason: { code: "unknown_type" } });
  await queue.retry("failed");
  await queue.retry("late");
  time.advance(2 * DAY);
  await processAll(queue);
  expect(words().slice(2)).toEqual(["failed", "behind it", "late", "backs off", "depends", "scheduled"]);
  const fresh = aDesk();
  await fresh.queue.getStatus();
  expect(await storesOf(fresh.name)).toEqual(recorded.stores);
});

test("a newer page that changes the stores is not kept from it, and the older one asks to be reloaded", async () => {
  const { queue, name } = aDesk();
  await queue.enqueue(note("words"));
  const newer = await openDB(name, 2);
  await expect(queue.enqueue(note("more"))).rejects.toMatchObject({ code: "outdated" });
  newer.close();
});

test("unsent work can be taken along as a file, and completed work is not in it", async () => {
  const { queue } = aDesk();
  await queue.enqueue(note("sent"));
  await processAll(queue);
  await queue.enqueue(note("unsent", { executeAt: Number.MAX_SAFE_INTEGER }));
  const file = JSON.parse(await queue.export()) as { tasks: { payload: string }[] };
  expect(file.tasks.map(({ payload }) => payload)).toEqual(["unsent"]);
  expect(await queue.clearCompleted()).toBe(1);
});

test("an enqueue that the computer takes too long for says so, and the same id may be enqueued again", async () => {
  const { queue, time, done } = aDesk();
  await queue.getStatus();
  const slow = queue.enqueue(note("words", { id: "a" }));
  time.advance(15_000);
  await expect(slow).rejects.toMatchObject({ code: "slow_storage" });
  await queue.enqueue(note("words", { id: "a" }));
  await processAll(queue);
  expect(done).toEqual(["words"]);
});

test("unsent tasks come back from their copies when the store is gone, except finished and cancelled ones", async () => {
  const [name, apart] = [aName(), new IDBFactory()];
  const sent = aRecorder();
  const local = aRecorder({ lane: "memory" });
  const lines: string[] = [];
  const tab = () =>
    aTab({
      time: new TestTime(),
      name,
      userId: "maya",
      types: { sent: sent.type, local: local.type },
      copyIn: async () => apart,
      log: ({ event }) => lines.push(event),
    });
  const first = tab();
  const [, cancelled, under, after] = await first.enqueueBatch([
    { type: "sent", payload: "done" },
    { type: "sent", payload: "cancelled" },
    { type: "sent", payload: "under way", groupKey: "7" },
    { type: "sent", payload: "after it", groupKey: "7" },
    { type: "local", payload: "local" },
  ]);
  await first.processNext();
  await first.cancel(cancelled!);
  expect(await first.enqueue({ type: "sent", payload: "twice", id: after! })).toBe(after);
  await first.close();
  await new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(name);
    deleting.onsuccess = resolve;
    deleting.onerror = reject;
  });
  const second = tab();
  expect((await second.list()).map(({ id, status }) => [id, status])).toEqual([
    [under, "pending"],
    [after, "pending"],
  ]);
  await processAll(second);
  expect(sent.done).toEqual(["done", "under way", "after it"]);
  expect(lines).toEqual(["brought back from its copy", "brought back from its copy"]);
  // Nothing is left that could come back.
  await second.close();
  expect(await tab().list({ status: "pending" })).toEqual([]);
});

test("unsent tasks of this tab are stored anew when the data of the site is cleared, and none that was sent or discarded elsewhere", async () => {
  const [name, time, sent] = [aName(), new TestTime(), aRecorder()];
  const tab = () => aTab({ time, name, userId: "maya", types: { sent: sent.type } });
  const connections = new Set<IDBDatabase>();
  const begin = IDBDatabase.prototype.transaction;
  const spied = vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (
    this: IDBDatabase,
    ...asked: Parameters<typeof begin>
  ) {
    connections.add(this);
    return begin.apply(this, asked);
  });
  onTestFinished(() => spied.mockRestore());
  const earlier = tab();
  const [read, elsewhere] = await earlier.enqueueBatch(
    ["of an earlier page", "discarded elsewhere"].map((payload) => ({ type: "sent", payload })),
  );
  const queue = tab();
  await queue.list({ status: "pending", lane: "send" });
  await earlier.cancel(elsewhere!);
  await queue.list({ status: "pending", lane: "send" });
  const own = await queue.enqueue({ type: "sent", payload: "words" });
  await earlier.close();
  const heard = vi.fn();
  queue.subscribe(heard);
  for (const connection of connections) forceCloseDatabase(connection as never);
  await new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(name);
    deleting.onsuccess = resolve;
    deleting.onerror = reject;
  });
  await vi.waitFor(() => expect(heard).toHaveBeenCalled());
  expect((await queue.list()).map(({ id, status }) => [id, status])).toEqual([
    [read, "pending"],
    [own, "pending"],
  ]);
  await processAll(queue);
  expect(sent.done).toEqual(["of an earlier page", "words"]);
});
