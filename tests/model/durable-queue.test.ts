/** Random operations against a model that is as simple as a queue can be: an array, filtered and sorted at each pick. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { DurableQueue, Outcome, Reason, TaskTypes } from "#modules/durable-queue";
import { aName, aTab, aType, TestTime } from "#tests/factories/durable-queue";

/** `QUEUE_OPERATIONS=100000` is the long version. */
const OPERATIONS = Number(process.env.QUEUE_OPERATIONS ?? 1_000);
const PER_RUN = 50;
const WHY: Reason = { code: "why", sentence: "Why." };
const MAX_ATTEMPTS = 2;
const LIMIT_MS = 90_000;

type Lane = "send" | "memory";
type Asked = {
  lane: Lane;
  priority: number;
  group: string | null;
  /** The index of an earlier task that it depends on. */
  dependsOn: number | null;
  inSeconds: number;
  validSeconds: number | null;
};
type Operation =
  | { do: "enqueue"; batch: Asked[] }
  | { do: "process"; lane: Lane; kind: Outcome["kind"] }
  | { do: "begin and die" | "begin and freeze"; lane: Lane }
  | { do: "wake a tab"; which: number }
  | { do: "sign out" }
  | { do: "recover" }
  | { do: "retry" | "cancel"; which: number }
  | { do: "jump"; seconds: number }
  | { do: "pause" | "resume"; lane: Lane };

const lane = fc.constantFrom<Lane>("send", "memory");
const which = fc.nat(100);
const asked: fc.Arbitrary<Asked> = fc.record({
  lane,
  priority: fc.constantFrom(25, 50, 100),
  group: fc.constantFrom(null, "a", "b"),
  dependsOn: fc.option(which, { freq: 3 }),
  inSeconds: fc.constantFrom(0, 0, 0, 30),
  validSeconds: fc.option(fc.constantFrom(60, 600), { freq: 3 }),
});
const processOne = fc.record({
  do: fc.constant("process" as const),
  lane,
  kind: fc.constantFrom("done", "done", "done", "refused", "later", "parked", "held"),
});
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("enqueue" as const), batch: fc.array(asked, { maxLength: 4 }) }),
  },
  { weight: 8, arbitrary: processOne as fc.Arbitrary<Operation> },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("begin and die" as const, "begin and freeze" as const), lane }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wake a tab" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sign out" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("recover" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("retry" as const, "cancel" as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("jump" as const), seconds: fc.constantFrom(1, 61, 601, -3_600, 777_600) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pause" as const), lane }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("resume" as const), lane }) },
);

/** A task of the model. `waitsFor`: the ids of dependencies that are not completed. */
type Known = {
  id: string;
  lane: Lane;
  priority: number;
  group: string | null;
  dependsOn: string[];
  waitsFor: Set<string>;
  executeAt: number;
  validUntil: number | null;
  status: string;
  why: string;
  attempts: number;
  spent: number;
  /** The end and the length of its backoff. */
  retryAt: number;
  retryMs: number;
  /** Since when a tab has it in hand that only sleeps, and holds its lock; null: that tab is gone. */
  asleepSince: number | null;
};

class Model {
  tasks: Known[] = [];
  paused = new Set<Lane>();

  find = (id: string): Known | undefined => this.tasks.find((task) => task.id === id);

  /** The next task of a lane, after late ones have expired. */
  pick(of: Lane, now: number): Known | undefined {
    const late = this.tasks
      .filter((task) => task.lane === of && task.validUntil !== null && task.validUntil <= now)
      .sort((a, b) => a.validUntil! - b.validUntil!);
    for (const task of late) if (task.status === "pending") this.end(task, "expired");
    if (this.paused.has(of)) return undefined;
    return this.tasks
      .filter((task) => task.lane === of && task.status === "pending" && task.executeAt <= now)
      .filter(({ retryAt, retryMs }) => retryAt <= now || retryAt - now > retryMs)
      .filter((task) => task.waitsFor.size === 0 && this.isHead(task))
      .sort((a, b) => b.priority - a.priority || this.tasks.indexOf(a) - this.tasks.indexOf(b))[0];
  }

  isHead(task: Known): boolean {
    const before = this.tasks.slice(0, this.tasks.indexOf(task));
    return task.group === null || before.every(({ group, status }) => group !== task.group || status === "completed");
  }

  /** Ends a task, and tells the tasks that depend on it. */
  end(task: Known, status: "completed" | "failed" | "expired" | "gone"): void {
    task.status = status;
    for (const other of this.tasks.filter(({ waitsFor }) => waitsFor.has(task.id))) {
      if (status === "completed") {
        other.waitsFor.delete(task.id);
        if (other.status === "parked" && other.why === "predecessor" && other.waitsFor.size === 0) {
          other.status = "pending";
        }
      } else if (other.status === "pending") Object.assign(other, { status: "parked", why: "predecessor" });
    }
    if (status === "gone") this.tasks.splice(this.tasks.indexOf(task), 1);
  }
}

/** A queue and its model, side by side. A tab that dies or freezes leaves its attempt open. */
class Pair {
  readonly model = new Model();
  readonly time = new TestTime();
  readonly name = aName();
  readonly #left: { known: Known; attempt: number; finish: () => void; ended: Promise<unknown> }[] = [];
  #outcome: Outcome = { kind: "done" };
  #hold: { begun: () => void; until: Promise<void> } | null = null;
  #made = 0;
  #tab: DurableQueue;

  constructor() {
    this.#tab = this.#open();
  }

  #open(): DurableQueue {
    const type = (of: Lane) =>
      aType(
        async () => {
          const hold = this.#hold;
          if (!hold) return this.#outcome;
          hold.begun();
          await hold.until;
          return { kind: "done" };
        },
        { lane: of, maxAttempts: MAX_ATTEMPTS, limitMs: LIMIT_MS },
      );
    const types: TaskTypes = { send: type("send"), memory: type("memory") };
    return aTab({ time: this.time, name: this.name, types, after: () => () => {} });
  }

  async apply(operation: Operation): Promise<void> {
    const { model, time } = this;
    const task = "which" in operation ? model.tasks[operation.which % Math.max(1, model.tasks.length)] : undefined;
    if (operation.do === "enqueue") await this.#enqueue(operation.batch);
    else if (operation.do === "process") await this.#process(operation.lane, operation.kind);
    else if (operation.do === "begin and die") await this.#beginAndLeave(operation.lane, { isFrozen: false });
    else if (operation.do === "begin and freeze") await this.#beginAndLeave(operation.lane, { isFrozen: true });
    else if (operation.do === "wake a tab") await this.#wake(operation.which);
    else if (operation.do === "sign out") await this.#signOut();
    else if (operation.do === "recover") await this.#recover();
    else if (operation.do === "jump") time.instant += operation.seconds * 1_000;
    else if (operation.do === "pause") {
      await this.#tab.pause(operation.lane);
      model.paused.add(operation.lane);
    } else if (operation.do === "resume") {
      await this.#tab.resume(operation.lane);
      model.paused.delete(operation.lane);
      for (const one of model.tasks) if (one.lane === operation.lane) one.retryAt = 0;
    } else if (operation.do === "retry" && task) await this.#retry(task);
    else if (operation.do === "cancel" && task) {
      const cancelled = this.#tab.cancel(task.id);
      if (["pending", "failed", "parked", "expired"].includes(task.status)) {
        await cancelled;
        model.end(task, "gone");
      } else await expect(cancelled).rejects.toMatchObject({ code: "wrong_state" });
    }
    await this.#compare();
  }

  async #enqueue(batch: Asked[]): Promise<void> {
    const { model } = this;
    const now = this.time.instant;
    const known = batch.map((one): Known => {
      this.#made += 1;
      const before = one.dependsOn === null ? undefined : model.tasks[one.dependsOn % Math.max(1, model.tasks.length)];
      return {
        ...one,
        id: `t${this.#made}`,
        dependsOn: before ? [before.id] : [],
        waitsFor: new Set(before && before.status !== "completed" ? [before.id] : []),
        executeAt: now + one.inSeconds * 1_000,
        validUntil: one.validSeconds === null ? null : now + one.validSeconds * 1_000,
        status: "pending",
        why: "",
        attempts: 0,
        spent: 0,
        retryAt: 0,
        retryMs: 0,
        asleepSince: null,
      };
    });
    await this.#tab.enqueueBatch(
      known.map(({ id, lane: type, priority, group, dependsOn, executeAt, validUntil }) => ({
        type,
        payload: null,
        id,
        priority,
        dependsOn,
        executeAt,
        ...(group !== null && { groupKey: group }),
        ...(validUntil !== null && { validUntil }),
      })),
    );
    model.tasks.push(...known);
  }

  async #process(of: Lane, kind: Outcome["kind"]): Promise<void> {
    this.#outcome = kind === "done" ? { kind } : { kind, reason: WHY };
    const result = await this.#tab.processNext(of);
    const next = this.model.pick(of, this.time.instant);
    expect(result?.taskId).toBe(next?.id);
    if (!next) return;
    this.#begin(next);
    if (kind === "done") this.model.end(next, "completed");
    else if (kind === "refused") this.model.end(next, "failed");
    else if (kind === "parked") Object.assign(next, { status: "parked", why: "why" });
    else if (kind === "held") {
      Object.assign(next, { status: "pending", spent: 0 });
      this.model.paused.add(of);
    } else if (of === "memory" && next.spent >= MAX_ATTEMPTS) this.model.end(next, "failed");
    else await this.#putOff(next);
  }

  #begin(task: Known): void {
    Object.assign(task, {
      status: "processing",
      attempts: task.attempts + 1,
      spent: task.spent + 1,
      retryAt: 0,
      retryMs: 0,
    });
  }

  /** The wait is random within its bounds. */
  async #putOff(task: Known): Promise<void> {
    const { retryAt, retryMs } = (await this.#tab.get(task.id))!;
    expect(retryMs).toBeGreaterThanOrEqual(500);
    expect(retryMs).toBeLessThanOrEqual(60_000);
    expect(retryAt).toBe(this.time.instant + retryMs);
    Object.assign(task, { status: "pending", retryAt, retryMs, ...(task.lane === "send" && { spent: 0 }) });
  }

  async #beginAndLeave(of: Lane, { isFrozen }: { isFrozen: boolean }): Promise<void> {
    const next = this.model.pick(of, this.time.instant);
    const [begun, until] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.#hold = { begun: begun.resolve, until: until.promise };
    const ended = this.#tab.processNext(of);
    if (next) {
      await begun.promise;
      this.#begin(next);
      next.asleepSince = isFrozen ? this.time.instant : null;
      this.#left.push({ known: next, attempt: next.attempts, finish: until.resolve, ended });
    } else expect(await ended).toBeNull();
    this.#hold = null;
    // A frozen tab holds its lock, so it counts as living.
    if (!isFrozen) this.#tab.tabs.end();
    this.#tab = this.#open();
  }

  /** The next person at this computer does work of their own and nothing else; then its owner is back. */
  async #signOut(): Promise<void> {
    await this.#tab.close();
    const done: string[] = [];
    const type = aType((_, { userId }) => ({ kind: "done", output: done.push(userId) }));
    const others = aTab({ time: this.time, name: `${this.name} of ben`, userId: "ben", types: { send: type } });
    await others.recover();
    await others.enqueue({ type: "send", payload: null });
    while (await others.processNext());
    await others.close();
    expect(done).toEqual(["ben"]);
    this.#tab = this.#open();
  }

  /** A tab that only slept comes with its result, which counts unless another tab has the task. */
  async #wake(place: number): Promise<void> {
    const [one] = this.#left.splice(place % Math.max(1, this.#left.length), 1);
    if (!one) return;
    one.finish();
    const isCurrent = one.known.status === "processing" && one.known.attempts === one.attempt;
    expect(await one.ended).toMatchObject({ success: isCurrent });
    if (isCurrent) this.model.end(one.known, "completed");
  }

  async #recover(): Promise<void> {
    const isOver = ({ asleepSince }: Known) => asleepSince === null || this.time.instant - asleepSince > LIMIT_MS;
    const lost = this.model.tasks.filter((task) => task.status === "processing" && isOver(task));
    expect(await this.#tab.recover()).toBe(lost.length);
    for (const task of lost) {
      if (task.spent < MAX_ATTEMPTS) task.status = "pending";
      else if (task.lane === "send") Object.assign(task, { status: "parked", why: "interrupted" });
      else this.model.end(task, "failed");
    }
    const young = (await this.#tab.list({ status: "completed" })).map(({ id }) => id);
    this.model.tasks = this.model.tasks.filter(({ id, status }) => status !== "completed" || young.includes(id));
  }

  async #retry(task: Known): Promise<void> {
    const retried = this.#tab.retry(task.id);
    if (!["failed", "parked", "expired"].includes(task.status)) {
      await expect(retried).rejects.toMatchObject({ code: "wrong_state" });
      return;
    }
    await retried;
    const open = task.dependsOn.filter((id) => (this.model.find(id)?.status ?? "completed") !== "completed");
    Object.assign(task, { status: "pending", spent: 0, retryAt: 0, validUntil: null, waitsFor: new Set(open) });
  }

  /** The store holds the tasks of the model, and its counts are right. */
  async #compare(): Promise<void> {
    const stored = await this.#tab.list();
    const shown = ({ id, status, attempts, spent }: Omit<Known, "waitsFor">) => ({ id, status, attempts, spent });
    expect(stored.map(({ id, status, attempts, spent }) => ({ id, status, attempts, spent }))).toEqual(
      this.model.tasks.map(shown),
    );
    const { counts } = await this.#tab.getStatus();
    for (const of of ["send", "memory"] as const) {
      for (const [status, count] of Object.entries(counts[of])) {
        expect(count, `${of} ${status}`).toBe(stored.filter((one) => one.lane === of && one.status === status).length);
      }
    }
  }
}

test(`${OPERATIONS} random operations do to the queue what they do to its model`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: PER_RUN, maxLength: PER_RUN }), async (operations) => {
      const pair = new Pair();
      for (const one of operations) await pair.apply(one);
    }),
    { numRuns: Math.ceil(OPERATIONS / PER_RUN) },
  );
});

test("tabs at work at once, in any order of their steps, do each task once and a group in its order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom("a", "b", "none"), { maxLength: 8 }),
      async (s, groups) => {
        const [time, name] = [new TestTime(), aName()];
        const begun: number[] = [];
        const underWay = new Set<string>();
        const act = aType(async (payload, { taskId }) => {
          expect(underWay.has(taskId)).toBe(false);
          underWay.add(taskId);
          begun.push(payload as number);
          await s.schedule(Promise.resolve(), `task ${payload}`);
          underWay.delete(taskId);
          return { kind: "done" };
        });
        const tabs = [1, 2, 3].map(() => aTab({ time, name, types: { act } }));
        await tabs[0]!.enqueueBatch(
          groups.map((group, payload) => ({ type: "act", payload, ...(group !== "none" && { groupKey: group }) })),
        );
        const work = tabs.map(async (tab) => {
          // A group whose head another tab has in hand leaves nothing to take for a moment.
          while ((await tab.getStatus()).counts.send.completed < groups.length) {
            await s.schedule(Promise.resolve(), "next");
            await Promise.all([tab.processNext(), tab.processNext()]);
          }
        });
        await s.waitFor(Promise.all(work));
        expect([...begun].sort((a, b) => a - b)).toEqual(groups.map((_, index) => index));
        for (const group of ["a", "b"]) {
          const order = begun.filter((index) => groups[index] === group);
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
      },
    ),
    { numRuns: Math.ceil(OPERATIONS / 50) },
  );
});
