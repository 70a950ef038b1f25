import { type IDBPDatabase, wrap } from "idb";
import type { Prepared } from "./enqueue.ts";

/**
 * The place of the copies: databases that the browser stores apart from those of the page. Null: the browser has no such place.
 */
export type CopyPlace = () => Promise<IDBFactory | null>;

type Buckets = { open(name: string): Promise<{ indexedDB: IDBFactory }> };

/** A storage bucket of this origin; Chromium has them. */
export async function ownBucket(): Promise<IDBFactory | null> {
  const { storageBuckets } = (globalThis.navigator ?? {}) as { storageBuckets?: Buckets };
  return (await storageBuckets?.open("durable-queue-copy"))?.indexedDB ?? null;
}

/**
 * A second copy of unsent tasks. A process that is killed while it writes can damage the browser's store, and Chromium deletes a
 * whole store with a wrong checksum, at the next start or the one after. A copy that is stored apart survives that. Where the
 * browser has no place for copies, this class does nothing.
 */
export class Copy {
  readonly #name: string;
  readonly #place: CopyPlace;
  #opening: Promise<IDBPDatabase | null> | null = null;

  constructor(name: string, place: CopyPlace) {
    this.#name = name;
    this.#place = place;
  }

  /** Copies these tasks; on the disk when it resolves. Existing copies stay as they are. */
  async put(tasks: readonly Prepared[]): Promise<void> {
    const db = tasks.length > 0 && (await this.#connection());
    if (!db) return;
    const tx = db.transaction("tasks", "readwrite", { durability: "strict" });
    const known = await Promise.all(tasks.map(({ id }) => tx.store.index("id").getKey(id)));
    const adding = tasks.filter((_, place) => known[place] === undefined).map((task) => tx.store.add(task));
    await Promise.all([...adding, tx.done]);
  }

  /** Deletes the copy of a task that is completed or was cancelled. */
  async drop(id: string): Promise<void> {
    const db = await this.#connection();
    if (!db) return;
    const tx = db.transaction("tasks", "readwrite", { durability: "relaxed" });
    const key = await tx.store.index("id").getKey(id);
    await Promise.all([key !== undefined && tx.store.delete(key), tx.done]);
  }

  /**
   * The copies in the order of their arrival, when there are more than `most`; otherwise none, because no task can be missing.
   */
  async moreThan(most: number): Promise<Prepared[]> {
    const db = await this.#connection();
    if (!db || (await db.count("tasks")) <= most) return [];
    return await db.getAll("tasks");
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    await opening?.then(
      (db) => db?.close(),
      () => undefined,
    );
  }

  #connection(): Promise<IDBPDatabase | null> {
    const opening = this.#opening ?? this.#open();
    this.#opening = opening;
    // The next use tries again.
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = null;
    });
    return opening;
  }

  async #open(): Promise<IDBPDatabase | null> {
    const factory = await this.#place();
    if (!factory) return null;
    const request = factory.open(this.#name, 1);
    request.addEventListener("upgradeneeded", () => {
      request.result.createObjectStore("tasks", { autoIncrement: true }).createIndex("id", "id");
    });
    const db = (await wrap(request)) as unknown as IDBPDatabase;
    for (const end of ["close", "versionchange"]) db.addEventListener(end, () => void this.close());
    return db;
  }
}
