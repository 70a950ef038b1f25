import { expect, test, vi } from "vitest";
import type { DurableQueue, Status } from "#modules/durable-queue";
import { PAGE_EVENTS } from "./page.ts";
import { aHeldType, aName, aPage, aRecorder, aRunner, aTab, aType, TestTime } from "#tests/factories/durable-queue";

const SECOND = 1_000;
const HOUR = 3_600_000;

/** A tab with a runner, and the types `note` (lane send) and `learn` (lane memory), each of which writes down what it does. */
function aRunningTab({ time = new TestTime(), name = aName(), page = aPage(), types = {} } = {}) {
  const [note, learn] = [aRecorder(), aRecorder({ lane: "memory" })];
  const queue = aTab({ time, name, types: { note: note.type, learn: learn.type, ...types } });
  const runner = aRunner(queue, time, page);
  return { queue, runner, page, time, name, done: note.done, learnt: learn.done };
}

/** Resolves when so many tasks of any lane are in this state. */
async function counted(queue: DurableQueue, status: Status, count: number): Promise<void> {
  await expect
    .poll(async () => {
      const { counts } = await queue.getStatus();
      return counts.send[status] + counts.memory[status];
    })
    .toBe(count);
}

test("an enqueued task begins at once, in any tab", async () => {
  const tab = aRunningTab();
  tab.runner.start();
  await tab.queue.enqueue({ type: "note", payload: "mine" });
  await counted(tab.queue, "completed", 1);
  const other = aRunningTab({ name: tab.name, time: tab.time });
  await other.queue.enqueue({ type: "note", payload: "of another tab" });
  await counted(tab.queue, "completed", 2);
  expect(tab.done).toEqual(["mine", "of another tab"]);
  expect(other.done).toEqual([]);
});

test("a runner that is stopped and started, in any order, begins no task twice and leaves one loop", async () => {
  const held = aHeldType();
  const tab = aRunningTab({ types: { held: held.type } });
  tab.runner.start();
  tab.runner.start();
  await tab.queue.enqueue({ type: "held", payload: null });
  await held.begun;
  const stopped = tab.runner.stop();
  tab.runner.start();
  held.end({ kind: "done" });
  await stopped;
  await tab.runner.stop();
  tab.runner.start();
  const recoveries = vi.spyOn(tab.queue, "recover");
  await tab.queue.enqueueBatch(Array.from({ length: 20 }, (_, payload) => ({ type: "note", payload })));
  await counted(tab.queue, "completed", 21);
  expect(tab.done).toHaveLength(20);
  // A second loop would look for what was lost as well.
  tab.time.advance(31 * SECOND);
  tab.runner.wake();
  await expect.poll(() => recoveries.mock.calls.length).toBeGreaterThanOrEqual(2);
  await tab.queue.enqueue({ type: "note", payload: "after" });
  await counted(tab.queue, "completed", 22);
  expect(recoveries.mock.calls.length).toBeLessThanOrEqual(4);
});

test("a stopped runner begins nothing, and stop resolves when what was under way has ended", async () => {
  const held = aHeldType();
  const tab = aRunningTab({ types: { held: held.type } });
  tab.runner.start();
  tab.runner.start();
  const id = await tab.queue.enqueue({ type: "held", payload: null });
  await held.begun;
  const stopped = tab.runner.stop();
  held.end({ kind: "done" });
  await stopped;
  expect(await tab.queue.get(id)).toMatchObject({ status: "completed" });
  // The page goes on, and its events are none of the runner's any more.
  for (const event of PAGE_EVENTS) tab.page.say(event);
  await tab.queue.enqueue({ type: "note", payload: 1 });
  // A loop that such an event began would have begun the task by now.
  await tab.queue.recover();
  expect(await tab.queue.getStatus()).toMatchObject({ isLeader: { send: false, memory: false }, running: 0 });
  expect(tab.done).toEqual([]);
});

test("a lane at work writes the end of a task and claims the next one in one transaction", async () => {
  const tab = aRunningTab();
  const count = 100;
  await tab.queue.enqueueBatch(Array.from({ length: count }, (_, payload) => ({ type: "learn", payload })));
  const transactions = vi.spyOn(IDBDatabase.prototype, "transaction");
  tab.runner.start();
  await counted(tab.queue, "completed", count);
  expect(tab.learnt).toEqual(Array.from({ length: count }, (_, payload) => payload));
  const writing = transactions.mock.calls.filter(([, mode]) => mode === "readwrite");
  // Besides: the first claim, the recovery of both lanes, and the looks that find nothing.
  expect(writing.length).toBeGreaterThanOrEqual(count);
  expect(writing.length).toBeLessThan(1.3 * count);
});

test("at most three attempts of the lane send are under way at once, and one of the lane memory", async () => {
  const underWay = { send: 0, memory: 0 };
  const most = { send: 0, memory: 0 };
  const released = Promise.withResolvers<void>();
  const busy = (lane: "send" | "memory") =>
    aType(
      async () => {
        underWay[lane] += 1;
        most[lane] = Math.max(most[lane], underWay[lane]);
        await released.promise;
        underWay[lane] -= 1;
        return { kind: "done" };
      },
      { lane },
    );
  const tab = aRunningTab({ types: { busy: busy("send"), think: busy("memory") } });
  const batch = ["busy", "think"].flatMap((type) => Array.from({ length: 9 }, () => ({ type, payload: null })));
  await tab.queue.enqueueBatch(batch);
  tab.runner.start();
  await expect.poll(() => underWay).toEqual({ send: 3, memory: 1 });
  released.resolve();
  await counted(tab.queue, "completed", 18);
  expect(most).toEqual({ send: 3, memory: 1 });
});

test("a task that is due later is begun when its time comes, and until then nothing is looked at but each half minute", async () => {
  const tab = aRunningTab();
  tab.runner.start();
  await tab.queue.enqueue({ type: "note", payload: "later", executeAt: tab.time.instant + 45 * SECOND });
  await expect.poll(() => tab.time.untilNext).toBe(30 * SECOND);
  const begun = vi.spyOn(tab.queue, "beginNext");
  tab.time.advance(30 * SECOND);
  await expect.poll(() => tab.time.untilNext).toBe(15 * SECOND);
  expect(begun).toHaveBeenCalledTimes(1);
  tab.time.advance(15 * SECOND);
  await counted(tab.queue, "completed", 1);
});

test("a queue without anything open sets no timer at all", async () => {
  const tab = aRunningTab();
  tab.runner.start();
  await tab.queue.enqueue({ type: "note", payload: 1 });
  await counted(tab.queue, "completed", 1);
  await expect.poll(() => tab.time.untilNext).toBe(Number.POSITIVE_INFINITY);
});

test.each([{ lane: "send" as const }, { lane: "memory" as const }])(
  "a task of the lane $lane that backs off is tried again automatically, and at once when the browser reports the network as back",
  async ({ lane }) => {
    let isOnline = false;
    let tries = 0;
    const type = aType(
      () => {
        tries += 1;
        return isOnline ? { kind: "done" } : { kind: "unreachable", reason: { code: "offline", sentence: "Offline." } };
      },
      { lane },
    );
    const tab = aRunningTab({ types: { type } });
    tab.runner.start();
    await tab.queue.enqueue({ type: "type", payload: null });
    for (let wait = 1; wait <= 4; wait += 1) {
      await expect.poll(() => tries).toBe(wait);
      await expect.poll(() => tab.time.untilNext).toBeLessThanOrEqual(30 * SECOND);
      await counted(tab.queue, "pending", 1);
      if (wait < 4) tab.time.advance(60 * SECOND);
    }
    isOnline = true;
    tab.page.say("online");
    await counted(tab.queue, "completed", 1);
  },
);

test("local work stops five seconds after the page was hidden, sending goes on, and seen again it goes on", async () => {
  const tab = aRunningTab();
  tab.runner.start();
  await expect.poll(() => tab.queue.tabs.isLeader("memory")).toBe(true);
  tab.page.hidden = true;
  tab.page.say("visibilitychange");
  tab.time.advance(4 * SECOND);
  await tab.queue.enqueue({ type: "learn", payload: "within the grace" });
  await counted(tab.queue, "completed", 1);
  tab.time.advance(SECOND);
  expect(tab.queue.tabs.isLeader("memory")).toBe(false);
  await tab.queue.enqueueBatch([
    { type: "learn", payload: "hidden" },
    { type: "note", payload: "sent while hidden" },
  ]);
  await counted(tab.queue, "completed", 2);
  expect([tab.learnt, tab.done]).toEqual([["within the grace"], ["sent while hidden"]]);
  tab.page.hidden = false;
  tab.page.say("visibilitychange");
  await counted(tab.queue, "completed", 3);
  expect(tab.learnt).toEqual(["within the grace", "hidden"]);
});

test("a person who comes back within five seconds is not interrupted", async () => {
  const tab = aRunningTab();
  tab.runner.start();
  await expect.poll(() => tab.queue.tabs.isLeader("memory")).toBe(true);
  for (const hidden of [true, false]) {
    tab.page.hidden = hidden;
    tab.page.say("visibilitychange");
    tab.time.advance(4 * SECOND);
  }
  tab.time.advance(60 * SECOND);
  expect(tab.queue.tabs.isLeader("memory")).toBe(true);
});

test.each([
  { asleep: "freeze", awake: "resume" },
  { asleep: "pagehide", awake: "pageshow" },
] as const)("a page at $asleep gives its lanes to another tab, and asks again at $awake", async ({ asleep, awake }) => {
  const first = aRunningTab();
  const second = aRunningTab({ name: first.name, time: first.time });
  first.runner.start();
  await expect.poll(() => first.queue.tabs.isLeader("send")).toBe(true);
  second.runner.start();
  first.page.say(asleep);
  await expect.poll(() => second.queue.tabs.isLeader("send") && second.queue.tabs.isLeader("memory")).toBe(true);
  await first.queue.enqueue({ type: "note", payload: "of the sleeping tab" });
  await counted(second.queue, "completed", 1);
  expect(second.done).toEqual(["of the sleeping tab"]);
  first.page.say(awake);
  await second.runner.stop();
  await expect.poll(() => first.queue.tabs.isLeader("send") && first.queue.tabs.isLeader("memory")).toBe(true);
  await second.queue.enqueue({ type: "note", payload: "for the first again" });
  await counted(first.queue, "completed", 2);
  expect(first.done).toEqual(["for the first again"]);
});

test("when the tab that leads is gone another leads and does what it had begun", async () => {
  const held = aHeldType();
  const first = aRunningTab({ types: { held: held.type } });
  first.runner.start();
  const id = await first.queue.enqueue({ type: "held", payload: null });
  await held.begun;
  const second = aRunningTab({
    name: first.name,
    time: first.time,
    types: { held: aType(() => ({ kind: "done", output: "by the second" })) },
  });
  second.runner.start();
  first.queue.tabs.end();
  await counted(second.queue, "completed", 1);
  expect(await second.queue.get(id)).toMatchObject({ attempts: 2, output: "by the second" });
  held.end({ kind: "done" });
});

test("a sleeping tab that still holds its lock is overtaken by time while the other stays open", async () => {
  const held = aHeldType({ limitMs: 90 * SECOND });
  const [time, name] = [new TestTime(), aName()];
  const asleep = aTab({ time, name, types: { held: held.type }, after: () => () => {} });
  await asleep.enqueue({ type: "held", payload: null });
  void asleep.processNext();
  await held.begun;
  const second = aRunningTab({ name, time, types: { held: aType(() => ({ kind: "done" })) } });
  second.runner.start();
  for (let looks = 0; looks < 4; looks += 1) {
    await expect.poll(() => time.untilNext).toBe(30 * SECOND);
    time.advance(30 * SECOND);
  }
  await counted(second.queue, "completed", 1);
});

test("a clock that goes back an hour keeps nothing waiting for it", async () => {
  let tries = 0;
  const flaky = aType(() => {
    tries += 1;
    if (tries === 1) throw new Error("once");
    return { kind: "done" };
  });
  const tab = aRunningTab({ types: { flaky } });
  tab.runner.start();
  await tab.queue.enqueue({ type: "flaky", payload: null });
  await expect.poll(() => tries).toBe(1);
  await expect.poll(() => tab.time.untilNext).toBeLessThanOrEqual(SECOND);
  tab.time.advance(-HOUR);
  tab.page.say("focus");
  await counted(tab.queue, "completed", 1);
});

test("storage that fails for a moment stops no runner", async () => {
  const tab = aRunningTab();
  await tab.queue.enqueue({ type: "note", payload: 1 });
  const broken = vi.spyOn(tab.queue, "recover").mockRejectedValue(new Error("no storage"));
  tab.runner.start();
  await expect.poll(() => broken.mock.calls.length).toBeGreaterThan(0);
  broken.mockRestore();
  await expect.poll(() => tab.time.untilNext).toBe(30 * SECOND);
  tab.time.advance(30 * SECOND);
  await counted(tab.queue, "completed", 1);
});
