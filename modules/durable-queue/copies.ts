import type { IDBPDatabase } from "idb";
import { Copy, ownBucket } from "./copy.ts";
import type { Prepared } from "./enqueue.ts";
import { asQueueError } from "./errors.ts";
import type { QueueOptions } from "./options.ts";
import { afterTimer } from "./page.ts";
import type { Schema } from "./record.ts";
import { dropCompleted, restoreMissing } from "./restore.ts";

/** For how long a new store waits for its copy before it is used without. */
const COPY_LIMIT_MS = 5_000;

/** The second copies of unsent tasks. A copy that fails is logged and fails nothing else. */
export class Copies {
  readonly #copy: Copy;
  readonly #options: QueueOptions;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#copy = new Copy(options.name, options.copyIn ?? ownBucket);
  }

  /** Copies the tasks of the lane `send`. */
  async put(tasks: readonly Prepared[]): Promise<void> {
    const sent = tasks.filter(({ lane }) => lane === "send");
    await this.#copy.put(sent).catch((error: unknown) => this.#log("not copied", error));
  }

  /** Deletes the copy of a task that is completed or was cancelled. */
  async forget(id: string): Promise<void> {
    await this.#copy.drop(id).catch((error: unknown) => this.#log("copy not dropped", error, id));
  }

  /**
   * Restores tasks that have a copy and are missing in the store, because a browser deletes a store that it finds damaged. Calls
   * `brought` after it restored any.
   */
  async bringBack(db: IDBPDatabase<Schema>, brought: () => void): Promise<void> {
    const { after = afterTimer } = this.#options;
    let stop = () => {};
    // The store is usable without its copy.
    const tooSlow = new Promise<void>((resolve) => {
      stop = after(COPY_LIMIT_MS, resolve);
    });
    const bringing = this.#missing(db, brought).catch((error: unknown) => this.#log("copy not read", error));
    await Promise.race([bringing, tooSlow]);
    stop();
  }

  close(): Promise<void> {
    return this.#copy.close();
  }

  async #missing(db: IDBPDatabase<Schema>, brought: () => void): Promise<void> {
    const restored = await restoreMissing(db, this.#copy, this.#options.now());
    for (const { id } of restored.brought) this.#options.log?.({ event: "brought back from its copy", taskId: id });
    if (restored.brought.length > 0) brought();
    await dropCompleted(db, this.#copy, restored.known);
  }

  #log(event: string, error: unknown, taskId?: string): void {
    this.#options.log?.({ event, message: asQueueError(error).message, ...(taskId !== undefined && { taskId }) });
  }
}
