/** A browser's queue for tests: on fake-indexeddb, with a clock and timers that stand still until a test moves them. */
import "fake-indexeddb/auto";
import { openDB } from "idb";
import {
  DurableQueue,
  type Outcome,
  type Page,
  type QueueOptions,
  QueueRunner,
  type RunContext,
  type TaskType,
} from "#modules/durable-queue";
import { afterEveryTest } from "../setup/hooks.ts";

const NOON = Date.parse("2026-03-02T12:00:00Z");

const queues: DurableQueue[] = [];
const runners: QueueRunner[] = [];
let names = 0;

afterEveryTest(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop()));
  await Promise.all(queues.splice(0).map((queue) => queue.close()));
});

/** The clock of a test, and the timers that wait for it. */
export class TestTime {
  instant = NOON;
  #timers: { at: number; then: () => void }[] = [];

  readonly now = (): number => this.instant;

  readonly after = (ms: number, then: () => void): (() => void) => {
    const timer = { at: this.instant + ms, then };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  };

  /** Moves the clock, also backwards, and calls the timers that have become due. */
  advance(ms: number): void {
    this.instant += ms;
    const due = this.#timers.filter(({ at }) => at <= this.instant);
    this.#timers = this.#timers.filter(({ at }) => at > this.instant);
    for (const { then } of due) then();
  }

  /** The time until the next timer. */
  get untilNext(): number {
    return Math.min(...this.#timers.map(({ at }) => at)) - this.instant;
  }
}

/** A name that no other test uses. */
export const aName = (): string => {
  names += 1;
  return `test queue ${process.pid} ${names}`;
};

/** A queue as one tab has it; the same name is another tab on the same database. */
export function aTab(options: Partial<QueueOptions> & { time: TestTime }): DurableQueue {
  const { time, ...others } = options;
  const queue = new DurableQueue({
    name: aName(),
    userId: "maya",
    types: {},
    now: time.now,
    after: time.after,
    ...others,
  });
  queues.push(queue);
  return queue;
}

/** A runner, stopped when the test has ended. */
export function aRunner(queue: DurableQueue, time: TestTime, page = aPage(), concurrency?: number): QueueRunner {
  const runner = new QueueRunner({
    queue,
    now: time.now,
    after: time.after,
    page,
    ...(concurrency !== undefined && { concurrency }),
  });
  runners.push(runner);
  return runner;
}

/** A page whose events a test sends. */
export function aPage(): Page & { hidden: boolean; say(event: Parameters<Page["on"]>[0]): void } {
  const target = new EventTarget();
  return {
    hidden: false,
    isHidden() {
      return this.hidden;
    },
    on(event, listener) {
      target.addEventListener(event, listener);
      return () => target.removeEventListener(event, listener);
    },
    say: (event) => void target.dispatchEvent(new Event(event)),
  };
}

type Work = (payload: unknown, context: RunContext) => Promise<Outcome> | Outcome;

/** A type of task with this handler. */
export function aType(work: Work, type: Partial<TaskType> = {}): TaskType {
  return {
    lane: "send",
    version: 1,
    payload: { parse: (input) => input },
    run: async (payload, context) => work(payload, context),
    ...type,
  };
}

/** A type that records its payload in `done`, and succeeds. */
export function aRecorder(type: Partial<TaskType> = {}): { done: unknown[]; type: TaskType } {
  const done: unknown[] = [];
  return { done, type: aType((payload) => ({ kind: "done", output: done.push(payload) }), type) };
}

/** An attempt that the test ends. `begun` resolves with its context. */
export function aHeldType(type: Partial<TaskType> = {}) {
  const begun = Promise.withResolvers<RunContext>();
  const ended = Promise.withResolvers<Outcome>();
  const work: Work = (_, context) => {
    begun.resolve(context);
    return ended.promise;
  };
  return { begun: begun.promise, end: ended.resolve, type: aType(work, type) };
}

/** The database itself, for records that only another build or a fault would write. */
export async function rawly<T>(name: string, work: (db: Awaited<ReturnType<typeof openDB>>) => Promise<T>): Promise<T> {
  const db = await openDB(name);
  try {
    return await work(db);
  } finally {
    db.close();
  }
}
