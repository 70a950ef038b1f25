/** The queue: every operation as one transaction. */
import { Attempts, type Begun } from "./attempts.ts";
import { Copies } from "./copies.ts";
import * as decisions from "./decide.ts";
import { insert, keysOf, type Known, prepare } from "./enqueue.ts";
import { asQueueError, QueueError } from "./errors.ts";
import type { Listener } from "./hints.ts";
import type { ProcessResult, QueueOptions, QueueStatus } from "./options.ts";
import { type After, afterTimer } from "./page.ts";
import { nextDue, readAll, readOne, readQuarantine, readState } from "./read.ts";
import type { Quarantined } from "./record.ts";
import { clearCompleted, recover } from "./recover.ts";
import { NO_TASKS, SLICE } from "./rules.ts";
import { Store } from "./store.ts";
import { Tabs } from "./tabs.ts";
import { LANES, type Lane, type NewTask, type Reason, type Status, type Task } from "./task.ts";
import { whyNot } from "./types.ts";

/** After this time the caller of an enqueue gets the error that it is unknown whether the task was stored. */
const ENQUEUE_LIMIT_MS = 15_000;
const BY_A_PERSON: Reason = { code: "paused", sentence: "It was paused." };

/** A queue on IndexedDB. Any number of tabs may open one with the same name. */
export class DurableQueue {
  readonly tabs: Tabs;
  readonly #options: QueueOptions;
  readonly #after: After;
  readonly #store: Store;
  readonly #copies: Copies;
  readonly #attempts: Attempts;
  #isPersistent: boolean | null = null;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#after = options.after ?? afterTimer;
    this.#copies = new Copies(options);
    this.#store = new Store(options.name, options.now, (db, mayLack) =>
      this.#copies.bringBack(db, mayLack, () => this.#store.hints.changed(LANES)),
    );
    const locks = options.locks === undefined ? (globalThis.navigator?.locks ?? null) : options.locks;
    this.tabs = new Tabs(options.name, newId(), locks);
    this.#attempts = new Attempts({ store: this.#store, copies: this.#copies, tabs: this.tabs, options });
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
    // A new id is known only when the connection was lost after the end of an earlier try.
    const given = new Set(batch.flatMap(({ id }) => id ?? []));
    let asked = prepared.map(({ id }) => given.has(id));
    const storing = this.#store
      .change(
        "strict",
        (one, known: Known) => insert(one, prepared, known),
        (tasks) => {
          const known = keysOf(tasks, prepared, asked);
          asked = prepared.map(() => true);
          return known;
        },
      )
      .then((fresh) => this.#copies.put(fresh));
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

  /**
   * Claims the next task of a lane and begins it; null when none can begin now. When it ends and `goesOn` agrees, the transaction
   * that writes its end also claims the next task, and so on; `ended` then resolves with the last one.
   */
  beginNext(lane: Lane, goesOn?: () => boolean): Promise<Begun | null> {
    return this.#attempts.begin(lane, goesOn);
  }

  /** The counts of the queue, and the state of this tab. Never throws: when nothing can be read the mode says so. */
  async getStatus(): Promise<QueueStatus> {
    const read = await this.#store.database.use(readState).catch((error: unknown) => {
      this.#log("not read", asQueueError(error));
      return null;
    });
    const state = read?.state;
    const of = <T>(value: (lane: Lane) => T) => ({ send: value("send"), memory: value("memory") });
    return {
      storage: this.#store.database.mode,
      storageSentence: this.#store.database.fault?.message ?? null,
      isPersistent: this.#isPersistent,
      counts: of((lane) => state?.lanes[lane].counts ?? NO_TASKS),
      quarantined: state?.quarantined ?? 0,
      oldestWaiting: read?.oldest ?? null,
      running: this.#attempts.underWay.size,
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
    const brought = await this.#store.change("relaxed", (one) =>
      recover(one, {
        tabId: this.tabs.id,
        underWay: this.#attempts.underWay,
        living,
        limitMs: (task) => this.#attempts.limitMs(task),
        whyNot: (task) => whyNot(task, this.#options),
      }),
    );
    await this.#clear();
    return brought;
  }

  /** The task of this id, or null. */
  get(id: string): Promise<Task | null> {
    return this.#store.database.use((db) => readOne(db, id));
  }

  /** Tasks in the order of their arrival, at most `limit`; records that cannot be read are left out. */
  async list(asked: { status?: Status; lane?: Lane; limit?: number } = {}): Promise<Task[]> {
    const tasks = await this.#store.database.use((db) => readAll(db, asked));
    const { status } = asked;
    if (asked.lane === "send" && status && status !== "completed" && !asked.limit) this.#copies.seen(tasks, status);
    return tasks;
  }

  /** The records that could not be read, as they are, and why. */
  quarantined(): Promise<Quarantined[]> {
    return this.#store.database.use(readQuarantine);
  }

  /** Lets a task that failed, expired or was parked begin again. Refuses `not_found` and `wrong_state`. */
  retry(id: string): Promise<void> {
    const { types } = this.#options;
    return this.#store.change("strict", (one) => decisions.retry(one, id, ({ type }) => types[type]?.validForMs));
  }

  /** Deletes a task that is not in flight. Refuses `not_found` and `wrong_state`. */
  async cancel(id: string): Promise<void> {
    // The copy is deleted first, so that it never restores a cancelled task.
    await this.#copies.forget(id);
    try {
      await this.#store.change("strict", (one) => decisions.cancel(one, id));
    } catch (error) {
      const task = await this.get(id).catch(() => null);
      if (task) await this.#copies.put([task]);
      throw error;
    }
  }

  /** Deletes a record that could not be read. Refuses `not_found`. */
  discardQuarantined(seq: number): Promise<void> {
    return this.#store.change("strict", (one) => decisions.discardQuarantined(one, seq));
  }

  /** Stops this lane (or all) from beginning tasks until it is resumed, in every tab, with the reason. */
  pause(lane?: Lane, reason = BY_A_PERSON): Promise<void> {
    return this.#store.change("strict", (one) => decisions.pause(one, lane ? [lane] : LANES, reason));
  }

  /** Resumes this lane (or all) at once. */
  resume(lane?: Lane): Promise<void> {
    return this.#store.change("strict", (one) => decisions.resume(one, lane ? [lane] : LANES));
  }

  /** Ends the ordinary backoffs of a lane; longer waits that a server asked for stay. */
  hurry(lane: Lane): Promise<void> {
    return this.#store.change("relaxed", (one) => decisions.hurry(one, lane));
  }

  /** Deletes every completed task, and returns how many. */
  clearCompleted(): Promise<number> {
    return this.#clear(0);
  }

  /** Calls `listener` after every change, of this tab or another, with the lanes in which a task may begin now. Returns a function that stops it. */
  subscribe(listener: Listener): () => void {
    return this.#store.hints.subscribe(listener);
  }

  /** All tasks that are not completed, as the JSON of a file for the person. */
  async export(): Promise<string> {
    const tasks = (await this.list()).filter(({ status }) => status !== "completed");
    return JSON.stringify({ name: this.#options.name, tasks, unreadable: await this.quarantined() }, null, 2);
  }

  /** When the next task becomes due by itself, and whether any task is open, for the loop that waits. */
  due(lane: Lane): Promise<{ at: number | null; isOpen: boolean }> {
    return this.#store.database.use((db) => nextDue(db, lane));
  }

  /** Closes connection and channel until the next use, so that the browser can cache the page. */
  async rest(): Promise<void> {
    await Promise.all([this.#store.rest(), this.#copies.close()]);
  }

  /** Opens again what `rest` closed, and lets listeners read again. */
  wake(): void {
    this.#store.hints.wake();
  }

  /** Ends this tab's part: it releases its locks. Other tabs recover the tasks that it had begun. */
  async close(): Promise<void> {
    this.tabs.end();
    await Promise.all([this.#store.close(), this.#copies.close()]);
  }

  async #clear(olderThanMs?: number): Promise<number> {
    for (let all = 0; ; ) {
      const cleared = await this.#store.change("relaxed", (one) => clearCompleted(one, olderThanMs));
      all += cleared;
      if (cleared < SLICE) return all;
    }
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

/** `crypto.randomUUID` is missing in a page that was reached without TLS. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
