/** The connection to IndexedDB: opened at its first use, opened again when it was lost, and classified by what it can promise. */
import { type IDBPDatabase, openDB } from "idb";
import { asQueueError, isLostConnection, noStorage, outdated, type QueueError } from "./errors.ts";
import { emptyState, FORMAT, type Schema } from "./record.ts";

/**
 * `durable`: enqueued tasks survive the end of the tab and of the browser. `volatile`: this window has no lasting storage.
 * `blocked`: tasks are stored, and cannot be reached now. Only in the first mode is a task accepted.
 */
export type StorageMode = "durable" | "volatile" | "blocked";

/** How often a lost connection is opened again for one operation. */
const TRIES = 3;

/** Runs on each new connection before all other work. `mayLack`: the store is new, or tasks may have been deleted by the browser. */
export type Opened = (db: IDBPDatabase<Schema>, mayLack: boolean) => Promise<void>;

export class Database {
  readonly name: string;
  mode: StorageMode = "durable";
  /** Why the mode is not `durable`. */
  fault: QueueError | null = null;
  readonly #opened: Opened;
  readonly #ended: () => void;
  /** The browser has ended a connection, as when the person clears the data of the site. */
  #wasEnded = false;
  #opening: Promise<IDBPDatabase<Schema>> | null = null;

  /** `ended` is called when the browser ends a connection. */
  constructor(name: string, opened: Opened, ended: () => void) {
    this.name = name;
    this.#opened = opened;
    this.#ended = ended;
  }

  /**
   * Runs `work` on a connection, and again on a new one when the first was lost, up to three times; so `work` must be idempotent.
   * Throws a QueueError for errors of the browser, and the errors of `work` itself.
   */
  async use<T>(work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        const result = await work(await this.#connection());
        this.mode = "durable";
        this.fault = null;
        return result;
      } catch (error) {
        if (!isLostConnection(error) || tries === TRIES) throw this.#named(error);
        await this.close();
      }
    }
  }

  /** Closes the connection, so that another page can upgrade and the browser can cache this one. The next use opens it again. */
  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    await opening?.then(
      (db) => db.close(),
      () => undefined,
    );
  }

  #connection(): Promise<IDBPDatabase<Schema>> {
    const opening = this.#opening ?? this.#open();
    this.#opening = opening;
    // The next use tries again.
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = null;
    });
    return opening;
  }

  async #open(): Promise<IDBPDatabase<Schema>> {
    if (globalThis.indexedDB === undefined) throw noStorage();
    const db = await openDB<Schema>(this.name, FORMAT, {
      upgrade: createStores,
      // A newer page wants to change the stores: it takes precedence, and this page finds itself outdated at its next use.
      blocking: () => void this.close(),
      terminated: () => {
        this.#wasEnded = true;
        void this.close();
        this.#ended();
      },
    });
    // Written, read back, and of a format that this page knows.
    const tx = db.transaction("state", "readwrite", { durability: "relaxed" });
    const found = await tx.store.get("state");
    const state = found ?? emptyState();
    if (state.format <= FORMAT) await tx.store.put(state);
    await tx.done;
    if (state.format <= FORMAT) {
      await this.#opened(db, !found || this.#wasEnded);
      this.#wasEnded = false;
      return db;
    }
    db.close();
    throw outdated();
  }

  #named(error: unknown): unknown {
    const isOfBrowser = error instanceof DOMException;
    const named = isOfBrowser ? asQueueError(error) : error;
    const { code } = named as Partial<QueueError>;
    if (code === "volatile" || code === "blocked" || code === "outdated") {
      this.mode = code === "volatile" ? "volatile" : "blocked";
      this.fault = named as QueueError;
    }
    return named;
  }
}

function createStores(db: IDBPDatabase<Schema>): void {
  const tasks = db.createObjectStore("tasks", { keyPath: "seq", autoIncrement: true });
  tasks.createIndex("id", "id", { unique: true });
  tasks.createIndex("status", ["status", "seq"]);
  tasks.createIndex("ready", ["ready", "rank", "seq"]);
  tasks.createIndex("wakeAt", ["lane", "wakeAt"]);
  tasks.createIndex("backsOffUntil", ["lane", "backsOffUntil"]);
  tasks.createIndex("expiresAt", ["lane", "expiresAt"]);
  tasks.createIndex("group", ["group", "seq"]);
  tasks.createIndex("waitsFor", "waitsFor", { multiEntry: true });
  db.createObjectStore("quarantine", { keyPath: "seq" });
  db.createObjectStore("state", { keyPath: "key" });
}
