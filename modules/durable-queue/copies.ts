import type { IDBPDatabase } from "idb";
import { Copy, ownBucket } from "./copy.ts";
import type { Prepared } from "./enqueue.ts";
import { asQueueError } from "./errors.ts";
import type { QueueOptions } from "./options.ts";
import { afterTimer } from "./page.ts";
import type { Schema } from "./record.ts";
import { dropCompleted, insertMissing, restoreMissing } from "./restore.ts";
import type { Status, Task } from "./task.ts";

/** For how long a new store waits for its copy before it is used without. */
const COPY_LIMIT_MS = 5_000;

/** The second copies of unsent tasks. A copy that fails is logged and fails nothing else. */
export class Copies {
  readonly #copy: Copy;
  /** The unsent tasks that this tab knows: all that is left when the data of the site is cleared. */
  #seen: (Prepared & { seq?: number })[] = [];
  readonly #options: QueueOptions;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#copy = new Copy(options.name, options.copyIn ?? ownBucket);
  }

  /** Copies the tasks of the lane `send`. */
  async put(tasks: readonly Prepared[]): Promise<void> {
    const sent = tasks.filter(({ lane }) => lane === "send");
    this.#seen.push(...sent);
    await this.#copy.put(sent).catch((error: unknown) => this.#log("not copied", error));
  }

  /** Deletes the copy of a task that is completed or was cancelled. */
  async forget(id: string): Promise<void> {
    this.#seen = this.#seen.filter((one) => one.id !== id);
    await this.#copy.drop(id).catch((error: unknown) => this.#log("copy not dropped", error, id));
  }

  /** Notes all tasks of a status in the lane `send`, so that what another tab has sent or discarded is not restored. */
  seen(tasks: readonly Task[], status: Status): void {
    this.#seen = [...this.#seen.filter((one) => one.status !== status), ...tasks];
  }

  /**
   * Restores tasks that have a copy and are missing in the store, because a browser deletes a store that it finds damaged, and the
   * copies, too, when the data of the site is cleared (`mayLack`). Calls `brought` after it restored any.
   */
  async bringBack(db: IDBPDatabase<Schema>, mayLack: boolean, brought: () => void): Promise<void> {
    const { after = afterTimer } = this.#options;
    let stop = () => {};
    // The store is usable without its copy.
    const tooSlow = new Promise<void>((resolve) => {
      stop = after(COPY_LIMIT_MS, resolve);
    });
    const bringing = this.#missing(db, mayLack, brought).catch((error: unknown) => this.#log("copy not read", error));
    await Promise.race([bringing, tooSlow]);
    stop();
  }

  close(): Promise<void> {
    return this.#copy.close();
  }

  async #missing(db: IDBPDatabase<Schema>, mayLack: boolean, brought: () => void): Promise<void> {
    if (mayLack && (await insertMissing(db, fresh(this.#seen), this.#options.now())).length > 0) brought();
    const restored = await restoreMissing(db, this.#copy, this.#options.now());
    for (const { id } of restored.brought) this.#options.log?.({ event: "brought back from its copy", taskId: id });
    if (restored.brought.length > 0) brought();
    await dropCompleted(db, this.#copy, restored.known);
  }

  #log(event: string, error: unknown, taskId?: string): void {
    this.#options.log?.({ event, message: asQueueError(error).message, ...(taskId !== undefined && { taskId }) });
  }
}

/** The tasks in their order, as before their first attempt. */
function fresh(tasks: readonly (Prepared & { seq?: number })[]): Prepared[] {
  return tasks
    .toSorted((one, other) => one.createdAt - other.createdAt)
    .map(({ seq: _, ...task }) => ({ ...task, status: "pending", owner: null }));
}
