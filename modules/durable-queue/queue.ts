/** The queue: every operation as one transaction, and the attempt of one task from its claim to its end. */
import type { IDBPDatabase } from "idb";
import { change, type Change, type Durability, type Tasks } from "./change.ts";
import { claim, type Seen, seenOf } from "./claim.ts";
import { Copy, type CopyPlace, ownBucket } from "./copy.ts";
import { Database, type StorageMode } from "./database.ts";
import * as decisions from "./decide.ts";
import { insert, keysOf, type Known, type Prepared, prepare } from "./enqueue.ts";
import { asQueueError, QueueError } from "./errors.ts";
import { Hints } from "./hints.ts";
import { nextDue, readAll, readOne, readQuarantine, readState } from "./read.ts";
import { type After, afterTimer } from "./page.ts";
import { clearCompleted, recover } from "./recover.ts";
import { dropCompleted, restoreMissing } from "./restore.ts";
import { runOnce } from "./run-once.ts";
import type { Quarantined, Schema, StoredTask } from "./record.ts";
import { DEFAULT_LIMIT_MS, NO_TASKS, SLICE } from "./rules.ts";
import { settle } from "./settle.ts";
import { Tabs } from "./tabs.ts";
import { LANES, type Lane, type NewTask, type Reason, type Status, type Task, type TaskTypes } from "./task.ts";
import { whyNot } from "./types.ts";

export type QueueOptions = {
  /** The name of the database: one for each signed-in person. */
  name: string;
  userId: string;
  types: TaskTypes;
  /** Milliseconds since 1970. */
  now: () => number;
  /** The locks of tabs and leaders; null where a browser has none (a page without TLS). */
  locks?: LockManager | null;
  after?: After;
  /** The place of the second copies of unsent tasks; a storage bucket of this origin by default. */
  copyIn?: CopyPlace;
  /** Receives events for the log: late results, failed storage. */
  log?: (line: { event: string; taskId?: string; message?: string }) => void;
};

export type ProcessResult = {
  taskId: string;
  success: boolean;
  output?: unknown;
  error?: Reason;
  /** Milliseconds from the claim to the end of the attempt. */
  duration: number;
};

export type QueueStatus = {
  storage: StorageMode;
  /** The fault of the storage, as a sentence, or null. */
  storageSentence: string | null;
  /** Whether the browser has promised not to clear it when space is short; null until the first task. */
  isPersistent: boolean | null;
  counts: Record<Lane, Record<Status, number>>;
  quarantined: number;
  /** When the longest waiting task was enqueued. */
  oldestWaiting: number | null;
  /** The number of attempts under way in this tab. */
  running: number;
  /** Whether this tab leads the lane. */
  isLeader: Record<Lane, boolean>;
  paused: Record<Lane, Reason | null>;
};

/** After this time the caller of an enqueue gets the error that it is unknown whether the task was stored. */
const ENQUEUE_LIMIT_MS = 15_000;
/** For how long a new store waits for its copy before it is used without. */
const COPY_LIMIT_MS = 5_000;
const BY_A_PERSON: Reason = { code: "paused", sentence: "It was paused." };

/** A queue on IndexedDB. Any number of tabs may open one with the same name. */
export class DurableQueue {
  readonly tabs: Tabs;
  readonly #options: QueueOptions;
  readonly #after: After;
  readonly #database: Database;
  readonly #copy: Copy;
  readonly #hints: Hints;
  readonly #underWay = new Set<number>();
  #isPersistent: boolean | null = null;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#after = options.after ?? afterTimer;
    this.#copy = new Copy(options.name, options.copyIn ?? ownBucket);
    this.#database = new Database(options.name, (db) => this.#bringBack(db));
    this.#hints = new Hints(options.name);
    const locks = options.locks === undefined ? (globalThis.navigator?.locks ?? null) : options.locks;
    this.tabs = new Tabs(options.name, newId(), locks);
  }

  /**
   * Stores a task and returns its id. When this resolves, the task is on the disk: it survives the end of the tab and of
   * the browser. Refuses with a QueueError whose sentence says what to do; then nothing was stored. The same id twice
   * is one task.
   */
  async enqueue(task: NewTask): Promise<string> {
    const [id] = await this.enqueueBatch([task]);
    return id!;
  }

  /** Stores all of these tasks or none, in this order, and returns their ids; they may depend on each other. */
  async enqueueBatch(batch: readonly NewTask[]): Promise<string[]> {
    if (batch.length === 0) return [];
    const { types, userId } = this.#options;
    const prepared = prepare(batch, { types, userId, now: this.#options.now(), newId });
    const storing = this.#change(
      "strict",
      (one, known: Known) => insert(one, prepared, known),
      (tasks) => keysOf(tasks, prepared),
    ).then((fresh) => this.#copied(fresh));
    await this.#inTime(storing);
    void this.#askToPersist();
    return prepared.map(({ id }) => id);
  }

  /**
   * Claims the next task of a lane (of `send` first, when none is named), runs it, and writes its end. Null when no task can
   * begin now. May be called in any tab, and several times simultaneously: no task is claimed twice.
   */
  async processNext(lane?: Lane): Promise<ProcessResult | null> {
    for (const one of lane ? [lane] : LANES) {
      const begun = await this.beginNext(one);
      if (begun) return begun.ended;
    }
    return null;
  }

  /** Claims the next task of a lane and begins it; `ended` resolves when it has ended and its end is written. */
  async beginNext(lane: Lane): Promise<{ ended: Promise<ProcessResult> } | null> {
    const task = await this.#claim(lane);
    return task && { ended: this.#attempt(task) };
  }

  /** The counts of the queue, and the state of this tab. Never throws: when nothing can be read the mode says so. */
  async getStatus(): Promise<QueueStatus> {
    const read = await this.#database.use(readState).catch((error: unknown) => {
      this.#log("not read", asQueueError(error));
      return null;
    });
    const state = read?.state;
    const of = <T>(value: (lane: Lane) => T) => ({ send: value("send"), memory: value("memory") });
    return {
      storage: this.#database.mode,
      storageSentence: this.#database.fault?.message ?? null,
      isPersistent: this.#isPersistent,
      counts: of((lane) => state?.lanes[lane].counts ?? NO_TASKS),
      quarantined: state?.quarantined ?? 0,
      oldestWaiting: read?.oldest ?? null,
      running: this.#underWay.size,
      isLeader: of((lane) => this.tabs.isLeader(lane)),
      paused: of((lane) => state?.lanes[lane].paused ?? null),
    };
  }

  /**
   * Returns tasks to the queue whose tab is gone, whose attempt took too long, or that an older page could not do; deletes tasks
   * that were completed a day ago. Returns how many went back.
   */
  async recover(): Promise<number> {
    await this.tabs.live();
    const living = await this.tabs.living();
    const brought = await this.#change("relaxed", (one) =>
      recover(one, {
        tabId: this.tabs.id,
        underWay: this.#underWay,
        living,
        limitMs: (task) => this.#limitMs(task),
        whyNot: (task) => whyNot(task, this.#options),
      }),
    );
    await this.#clear();
    return brought;
  }

  /** The task of this id, or null. */
  get(id: string): Promise<Task | null> {
    return this.#database.use((db) => readOne(db, id));
  }

  /** Tasks in the order of their arrival, at most `limit`; records that cannot be read are left out. */
  list(asked: { status?: Status; lane?: Lane; limit?: number } = {}): Promise<Task[]> {
    return this.#database.use((db) => readAll(db, asked));
  }

  /** The records that could not be read, as they are, and why. */
  quarantined(): Promise<Quarantined[]> {
    return this.#database.use(readQuarantine);
  }

  /** Lets a task that failed, expired or was parked begin again. Refuses `not_found` and `wrong_state`. */
  retry(id: string): Promise<void> {
    const { types } = this.#options;
    return this.#change("strict", (one) => decisions.retry(one, id, ({ type }) => types[type]?.validForMs));
  }

  /** Deletes a task that is not in flight. Refuses `not_found` and `wrong_state`. */
  async cancel(id: string): Promise<void> {
    // The copy is deleted first, so that it never restores a cancelled task.
    await this.#forget(id);
    try {
      await this.#change("strict", (one) => decisions.cancel(one, id));
    } catch (error) {
      const task = await this.get(id).catch(() => null);
      if (task) await this.#copied([task]);
      throw error;
    }
  }

  /** Deletes a record that could not be read. Refuses `not_found`. */
  discardQuarantined(seq: number): Promise<void> {
    return this.#change("strict", (one) => decisions.discardQuarantined(one, seq));
  }

  /** Stops this lane (or all) from beginning tasks until it is resumed, in every tab, with the reason. */
  pause(lane?: Lane, reason = BY_A_PERSON): Promise<void> {
    return this.#change("strict", (one) => decisions.pause(one, lane ? [lane] : LANES, reason));
  }

  /** Resumes this lane (or all) at once. */
  resume(lane?: Lane): Promise<void> {
    return this.#change("strict", (one) => decisions.resume(one, lane ? [lane] : LANES));
  }

  /** Ends the ordinary backoffs of a lane; longer waits that a server asked for stay. */
  hurry(lane: Lane): Promise<void> {
    return this.#change("relaxed", (one) => decisions.hurry(one, lane));
  }

  /** Deletes every completed task, and returns how many. */
  clearCompleted(): Promise<number> {
    return this.#clear(0);
  }

  /** Calls `listener` after every change, of this tab or another. Returns a function that stops it. */
  subscribe(listener: () => void): () => void {
    return this.#hints.subscribe(listener);
  }

  /** All tasks that are not completed, as the JSON of a file for the person. */
  async export(): Promise<string> {
    const tasks = (await this.list()).filter(({ status }) => status !== "completed");
    return JSON.stringify({ name: this.#options.name, tasks, unreadable: await this.quarantined() }, null, 2);
  }

  /** When the next task becomes due by itself, and whether any task is open, for the loop that waits. */
  due(lane: Lane): Promise<{ at: number | null; isOpen: boolean }> {
    return this.#database.use((db) => nextDue(db, lane));
  }

  /** Closes connection and channel until the next use, so that the browser can cache the page. */
  async rest(): Promise<void> {
    this.#hints.rest();
    await Promise.all([this.#database.close(), this.#copy.close()]);
  }

  /** Opens again what `rest` closed, and lets listeners read again. */
  wake(): void {
    this.#hints.wake();
  }

  /** Ends this tab's part: it releases its locks. Other tabs recover the tasks that it had begun. */
  async close(): Promise<void> {
    this.tabs.end();
    this.#hints.close();
    await Promise.all([this.#database.close(), this.#copy.close()]);
  }

  async #claim(lane: Lane): Promise<Task | null> {
    await this.tabs.live();
    const { types } = this.#options;
    const sentenceOf = ({ type }: Task) => types[type]?.expiredSentence ?? "Its time has passed, so it was not done.";
    for (;;) {
      const now = this.#options.now();
      const options = {
        lane,
        tabId: this.tabs.id,
        whyNot: (candidate: Task) => whyNot(candidate, this.#options),
        expiredSentence: sentenceOf,
      };
      const found = await this.#change(
        "relaxed",
        async (one, seen: Seen) => {
          const task = await claim(one, options, seen);
          // Before the transaction is complete, so that a recovery in this tab finds the task among those in flight.
          if (task && task !== "more") this.#underWay.add(task.seq);
          return task;
        },
        (tasks) => seenOf(tasks, lane, now),
      );
      if (found !== "more") return found;
    }
  }

  async #attempt(task: Task): Promise<ProcessResult> {
    const begun = performance.now();
    const limit = { limitMs: this.#limitMs(task), after: this.#after };
    const outcome = await runOnce(task, this.#options.types[task.type]!, limit);
    const duration = Math.round(performance.now() - begun);
    try {
      const settled = await this.#change(
        "relaxed",
        (one, record: StoredTask | undefined) => settle(one, task, { outcome, chance: chance() }, record),
        (tasks) => tasks.get(task.seq),
      );
      if (settled?.success && task.lane === "send") await this.#forget(task.id);
      if (!settled) this.#options.log?.({ event: "late result", taskId: task.id });
      if (settled?.success) return { taskId: task.id, success: true, output: settled.task.output, duration };
      const error = !settled || outcome.kind === "done" ? LATE : outcome.reason;
      return { taskId: task.id, success: false, error, duration };
    } catch (error) {
      // The task is done but its end is not written: it returns to the queue and is done again under the same id.
      const { code, message } = asQueueError(error);
      this.#log("not settled", asQueueError(error), task.id);
      return { taskId: task.id, success: false, error: { code, sentence: message }, duration };
    } finally {
      this.#underWay.delete(task.seq);
    }
  }

  #limitMs({ type }: Task): number {
    return this.#options.types[type]?.limitMs ?? DEFAULT_LIMIT_MS;
  }

  /** Restores tasks that have a copy and are missing in the store, because a browser deletes a store that it finds damaged. */
  async #bringBack(db: IDBPDatabase<Schema>): Promise<void> {
    let stop = () => {};
    // The store is usable without its copy.
    const tooSlow = new Promise<void>((resolve) => {
      stop = this.#after(COPY_LIMIT_MS, resolve);
    });
    const bringing = this.#missing(db).catch((error: unknown) => this.#log("copy not read", asQueueError(error)));
    await Promise.race([bringing, tooSlow]);
    stop();
  }

  async #missing(db: IDBPDatabase<Schema>): Promise<void> {
    const { brought, known } = await restoreMissing(db, this.#copy, this.#options.now());
    for (const { id } of brought) this.#options.log?.({ event: "brought back from its copy", taskId: id });
    if (brought.length > 0) this.#hints.changed();
    await dropCompleted(db, this.#copy, known);
  }

  /** A task is accepted also where it cannot be copied. */
  async #copied(tasks: readonly Prepared[]): Promise<void> {
    const sent = tasks.filter(({ lane }) => lane === "send");
    await this.#copy.put(sent).catch((error: unknown) => this.#log("not copied", asQueueError(error)));
  }

  async #forget(id: string): Promise<void> {
    await this.#copy.drop(id).catch((error: unknown) => this.#log("copy not dropped", asQueueError(error), id));
  }

  async #clear(olderThanMs?: number): Promise<number> {
    for (let all = 0; ; ) {
      const cleared = await this.#change("relaxed", (one) => clearCompleted(one, olderThanMs));
      all += cleared;
      if (cleared < SLICE) return all;
    }
  }

  async #change<T, A = undefined>(
    durability: Durability,
    work: (one: Change, ahead: A) => Promise<T>,
    ahead?: (tasks: Tasks) => Promise<A>,
  ): Promise<T> {
    let isDirty = false;
    const noted = async (one: Change, read: A) => {
      const answer = await work(one, read);
      isDirty = one.isDirty;
      return answer;
    };
    const result = await this.#database.use((db) => change(db, { durability, now: this.#options.now() }, noted, ahead));
    if (isDirty) this.#hints.changed();
    return result;
  }

  async #inTime(storing: Promise<unknown>): Promise<void> {
    let stop = () => {};
    const tooSlow = new Promise<never>((_, reject) => {
      stop = this.#after(ENQUEUE_LIMIT_MS, () =>
        reject(new QueueError("slow_storage", "This computer takes too long to keep it. Try again; it is done once.")),
      );
    });
    try {
      await Promise.race([storing, tooSlow]);
    } finally {
      stop();
    }
  }

  /** Requested once, at the first task: before that a browser has no reason to agree. */
  async #askToPersist(): Promise<void> {
    if (this.#isPersistent !== null) return;
    this.#isPersistent = false;
    // A browser that cannot answer has not promised it.
    this.#isPersistent = (await globalThis.navigator?.storage?.persist?.().catch(() => false)) ?? false;
  }

  #log(event: string, error: Error, taskId?: string): void {
    this.#options.log?.({ event, message: error.message, ...(taskId !== undefined && { taskId }) });
  }
}

const LATE: Reason = {
  code: "late_result",
  sentence: "It took so long that another attempt had begun; this result does not count.",
};

/** `crypto.randomUUID` is missing in a page that was reached without TLS. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Between 0 and 1. */
function chance(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
}
