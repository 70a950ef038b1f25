/** The attempts of one tab, each from its claim to its end. */
import type { Change, Tasks } from "./change.ts";
import { claim, firstReady } from "./claim.ts";
import type { Copies } from "./copies.ts";
import { asQueueError } from "./errors.ts";
import type { ProcessResult, QueueOptions } from "./options.ts";
import { afterTimer } from "./page.ts";
import type { StoredTask } from "./record.ts";
import { DEFAULT_LIMIT_MS } from "./rules.ts";
import { runOnce } from "./run-once.ts";
import { settle, type Settled, storedOf } from "./settle.ts";
import type { Store } from "./store.ts";
import type { Tabs } from "./tabs.ts";
import type { Lane, Outcome, Reason, Task } from "./task.ts";
import { whyNot } from "./types.ts";

export type Parts = { store: Store; copies: Copies; tabs: Tabs; options: QueueOptions };

/** An attempt that has begun; `ended` resolves when its end is written. */
export type Begun = { ended: Promise<ProcessResult> };

const LATE: Reason = {
  code: "late_result",
  sentence: "It took so long that another attempt had begun; this result does not count.",
};

const never = () => false;

export class Attempts {
  /** The numbers of the tasks that this tab has in hand, each with the number of its latest attempt. */
  readonly underWay = new Map<number, number>();
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Claims the next task of a lane and begins it; null when none can begin now. When it ends and `goesOn` agrees, the transaction
   * that writes its end also claims the next task, and so on; `ended` then resolves with the last one.
   */
  async begin(lane: Lane, goesOn = never): Promise<Begun | null> {
    const { store, tabs } = this.#parts;
    await tabs.live();
    for (;;) {
      const claiming = this.#claiming(lane);
      const found = await store.change("relaxed", claiming, (tasks) => firstReady(tasks, lane));
      if (found !== "more") return found && { ended: this.#attempt(found, goesOn) };
    }
  }

  /** How long one attempt of this task may take. */
  limitMs({ type }: Task): number {
    return this.#parts.options.types[type]?.limitMs ?? DEFAULT_LIMIT_MS;
  }

  /** A claim for one transaction, which may run again when the connection was lost. */
  #claiming(lane: Lane): (one: Change, ready: StoredTask | undefined) => Promise<Task | null | "more"> {
    const { tabs, options } = this.#parts;
    const { types } = options;
    const claimOptions = {
      lane,
      tabId: tabs.id,
      whyNot: (candidate: Task) => whyNot(candidate, options),
      expiredSentence: ({ type }: Task) => types[type]?.expiredSentence ?? "Its time has passed, so it was not done.",
    };
    let claimed: Task | null | "more" = null;
    return async (one, ready) => {
      // What an earlier run claimed is not in hand; if it was written after all, recovery returns it to the queue.
      if (claimed && claimed !== "more") this.underWay.delete(claimed.seq);
      claimed = await claim(one, claimOptions, ready);
      // Before the transaction is complete, so that a recovery in this tab finds the task among those in flight.
      if (claimed && claimed !== "more") this.underWay.set(claimed.seq, claimed.attempts);
      return claimed;
    };
  }

  async #attempt(first: Task, goesOn: () => boolean): Promise<ProcessResult> {
    for (let task = first; ; ) {
      const { result, next } = await this.#once(task, goesOn);
      if (!next) return result;
      task = next;
    }
  }

  async #once(task: Task, goesOn: () => boolean): Promise<{ result: ProcessResult; next: Task | null }> {
    const begun = performance.now();
    const { copies, options } = this.#parts;
    const limit = { limitMs: this.limitMs(task), after: options.after ?? afterTimer };
    const outcome = await runOnce(task, options.types[task.type]!, limit);
    const duration = Math.round(performance.now() - begun);
    try {
      const { settled, next } = await this.#settle(task, outcome, goesOn);
      if (settled?.success && task.lane === "send") await copies.forget(task.id);
      if (!settled) options.log?.({ event: "late result", taskId: task.id });
      return { result: resultOf(task, { settled, outcome, duration }), next };
    } catch (error) {
      // The task is done but its end is not written: it returns to the queue and is done again under the same id.
      const { code, message } = asQueueError(error);
      options.log?.({ event: "not settled", message, taskId: task.id });
      const failed = { taskId: task.id, success: false, error: { code, sentence: message }, duration };
      return { result: failed, next: null };
    } finally {
      // A later attempt of this tab may be under way: the machine slept, and another tab had recovered the task.
      if (this.underWay.get(task.seq) === task.attempts) this.underWay.delete(task.seq);
    }
  }

  /** Writes the end of an attempt, and claims the next task in the same transaction if it shall go on. */
  #settle(
    task: Task,
    outcome: Outcome,
    goesOn: () => boolean,
  ): Promise<{ settled: Settled | null; next: Task | null }> {
    const claiming = this.#claiming(task.lane);
    const ahead = async (tasks: Tasks) => {
      const isGoingOn = goesOn();
      const [seen, ready] = await Promise.all([
        storedOf(tasks, task),
        isGoingOn ? firstReady(tasks, task.lane) : undefined,
      ]);
      return { seen, ready, isGoingOn };
    };
    return this.#parts.store.change(
      "relaxed",
      async (one, { seen, ready, isGoingOn }) => {
        const settled = await settle(one, task, { outcome, chance: chance() }, seen);
        const next = isGoingOn ? await claiming(one, ready) : null;
        return { settled, next: next === "more" ? null : next };
      },
      ahead,
    );
  }
}

type End = { settled: Settled | null; outcome: Outcome; duration: number };

function resultOf({ id }: Task, { settled, outcome, duration }: End): ProcessResult {
  if (settled?.success) return { taskId: id, success: true, output: settled.task.output, duration };
  const error = !settled || outcome.kind === "done" ? LATE : outcome.reason;
  return { taskId: id, success: false, error, duration };
}

/** Between 0 and 1. */
function chance(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
}
