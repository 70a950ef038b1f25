/** One short transaction per change. It may await only requests of IndexedDB: any other wait would commit it half-done. */
import type { IDBPDatabase, IDBPObjectStore } from "idb";
import { dueAt, may, type Event } from "./rules.ts";
import { readTask, type Schema, type State, stored, type StoredTask } from "./record.ts";
import type { Lane, Reason, Status, Task } from "./task.ts";

type Stores = ["tasks", "quarantine", "state"];
export type Tasks = IDBPObjectStore<Schema, Stores, "tasks", "readwrite">;
type Quarantine = IDBPObjectStore<Schema, Stores, "quarantine", "readwrite">;

/** `strict`: on the disk when it resolves. `relaxed`: a power failure may undo it, and the work is then done again. */
export type Durability = "strict" | "relaxed";

/**
 * Runs `work` in a transaction and resolves when it is complete; throws what `work` throws, and then nothing was written. `ahead`
 * requests data that `work` needs in any case, together with the state, because every request costs a round trip to the browser's
 * store.
 */
export async function change<T, A = undefined>(
  db: IDBPDatabase<Schema>,
  { durability, now }: { durability: Durability; now: number },
  work: (change: Change, ahead: A) => Promise<T>,
  ahead: (tasks: Tasks) => Promise<A> = () => Promise.resolve(undefined as A),
): Promise<T> {
  const tx = db.transaction<Stores, "readwrite">(["tasks", "quarantine", "state"], "readwrite", { durability });
  // Awaited below; a transaction that fails before that must not count as an unhandled rejection.
  tx.done.catch(() => undefined);
  try {
    const states = tx.objectStore("state");
    const tasks = tx.objectStore("tasks");
    const [state, read] = await Promise.all([states.get("state"), ahead(tasks)]);
    if (!state) throw new DOMException("The stored state is gone.", "InvalidStateError");
    const one = new Change(tasks, tx.objectStore("quarantine"), state, now);
    const result = await work(one, read);
    if (one.isDirty) one.write(states.put(state));
    end(tx);
    await tx.done;
    return result;
  } catch (error) {
    try {
      tx.abort();
    } catch {
      // The transaction has ended by itself; the reason is in `error`, or only in the transaction in some browsers.
    }
    const cause = await tx.done.then(
      () => null,
      (reason: unknown) => reason,
    );
    throw isAbort(error) && cause !== null ? cause : error;
  }
}

/** Commits at once, so that the browser need not find out that no request follows. */
function end(tx: { commit(): void }): void {
  try {
    tx.commit();
  } catch {
    // The transaction has ended by itself, because a write failed; `done` has the reason.
  }
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";

/** `isHead`: the task is the first of its group. `waitsFor`: its dependencies that are not completed. */
type Place = { isHead: boolean; waitsFor: readonly string[] };

/** The operations within one transaction: tasks change their state, and tasks that waited for them become ready. */
export class Change {
  readonly tasks: Tasks;
  readonly state: State;
  readonly now: number;
  isDirty = false;
  /** The lanes in which a task may begin now, or at another time than before. */
  readonly stirred = new Set<Lane>();
  readonly #quarantine: Quarantine;

  constructor(tasks: Tasks, quarantine: Quarantine, state: State, now: number) {
    this.tasks = tasks;
    this.#quarantine = quarantine;
    this.state = state;
    this.now = now;
  }

  /** Sends a write without awaiting it: later reads see it, and a failure of it fails the whole transaction. */
  write(request: Promise<unknown>): void {
    request.catch(() => undefined);
  }

  /** Adds a new task at its place. */
  add(task: Omit<Task, "seq">, at: Place): void {
    this.#count(task.lane, task.status, 1);
    // The store assigns the number.
    this.write(this.tasks.add(this.#placed(task as Task, at)));
  }

  /** Writes the new state of a task, at its new place. The state before must allow `event`. */
  async move(event: Event, before: Task, after: Partial<Task>, waitsFor: readonly string[] = []): Promise<Task> {
    if (!may(event, before.status)) throw new Error(`A task that is ${before.status} cannot be ${event}.`);
    const task = { ...before, ...after };
    this.#count(before.lane, before.status, -1);
    this.#count(task.lane, task.status, 1);
    const isHead = task.status !== "pending" || (await this.isHead(task));
    this.write(this.tasks.put(this.#placed(task, { isHead, waitsFor })));
    return task;
  }

  /** Puts the head of a group without dependencies at its present place: ready when its time has come. */
  async place(task: Task): Promise<void> {
    await this.tasks.put(this.#placed(task, { isHead: true, waitsFor: [] }));
  }

  /** Deletes a task. */
  async remove(event: "cancelled" | "cleared", task: Task): Promise<void> {
    if (!may(event, task.status)) throw new Error(`A task that is ${task.status} cannot be ${event}.`);
    this.#count(task.lane, task.status, -1);
    await this.tasks.delete(task.seq);
  }

  /** Whether this task is the first of its group. */
  async isHead({ groupKey, seq }: Pick<Task, "groupKey" | "seq">): Promise<boolean> {
    if (groupKey === null) return true;
    const first = await this.tasks.index("group").getKey(within(groupKey));
    return first === undefined || first >= seq;
  }

  /** Lets the next task of this group begin; does nothing for a task without a group. */
  async releaseGroup(groupKey: string | null): Promise<void> {
    if (groupKey === null) return;
    for (;;) {
      const record = await this.tasks.index("group").get(within(groupKey));
      if (!record) return;
      const next = await this.read(record);
      if (!next) continue;
      if (next.status === "pending")
        await this.tasks.put(this.#placed(next, { isHead: true, waitsFor: record.waitsFor ?? [] }));
      return;
    }
  }

  /** Tasks that depended on a completed task wait for one task less, and become ready after the last one. */
  async releaseDependants(id: string): Promise<void> {
    for (const [task, record] of await this.#dependants(id)) {
      const waitsFor = (record.waitsFor ?? []).filter((other) => other !== id);
      if (task.status === "parked" && task.reason?.code === "predecessor" && waitsFor.length === 0) {
        await this.move("freed", task, { status: "pending", reason: null });
      } else {
        const isHead = await this.isHead(task);
        await this.tasks.put(this.#placed(task, { isHead, waitsFor }));
      }
    }
  }

  /** Parks the tasks that depended on a task that will not be completed, with the reason; they never begin by themselves. */
  async parkDependants(id: string, sentence: string): Promise<void> {
    const reason: Reason = { code: "predecessor", sentence: `It waits for something that was not done: ${sentence}` };
    for (const [task, record] of await this.#dependants(id)) {
      if (task.status === "pending") await this.move("parked", task, { status: "parked", reason }, record.waitsFor);
    }
  }

  async #dependants(id: string): Promise<[Task, StoredTask][]> {
    const found: [Task, StoredTask][] = [];
    for (const record of await this.tasks.index("waitsFor").getAll(id)) {
      const task = await this.read(record);
      if (task) found.push([task, record]);
    }
    return found;
  }

  /** The task of a record; null for a record that cannot be read, which is quarantined and blocks no other task. */
  async read(record: unknown): Promise<Task | null> {
    const task = readTask(record);
    if (typeof task !== "string") return task;
    const { seq, lane, status, group, id } = record as StoredTask;
    const counts = this.state.lanes[lane]?.counts;
    if (counts?.[status] !== undefined) counts[status] -= 1;
    this.state.quarantined += 1;
    this.isDirty = true;
    await this.#quarantine.put({ seq, record, reason: `The record ${task}.`, at: this.now });
    await this.tasks.delete(seq);
    if (typeof group === "string") await this.releaseGroup(group);
    if (typeof id === "string") await this.parkDependants(id, "it cannot be read any more.");
    return null;
  }

  /** Deletes a record that could not be read. Returns whether it was there. */
  async removeQuarantined(seq: number): Promise<boolean> {
    if ((await this.#quarantine.getKey(seq)) === undefined) return false;
    await this.#quarantine.delete(seq);
    this.state.quarantined -= 1;
    this.isDirty = true;
    return true;
  }

  /** The record of a task at its place. A task that can begin now or later stirs its lane. */
  #placed(task: Task, at: Place): StoredTask {
    const record = stored(task, { ...at, now: this.now });
    const due = dueAt(record);
    if (record.ready || due !== null) this.stirred.add(task.lane);
    const { look } = this.state.lanes[task.lane];
    if (look && due !== null && due < (look.due ?? Number.POSITIVE_INFINITY)) {
      look.due = due;
      this.isDirty = true;
    }
    return record;
  }

  #count(lane: Lane, status: Status, by: 1 | -1): void {
    this.state.lanes[lane].counts[status] += by;
    this.isDirty = true;
  }
}

/** All keys that begin with `first`: an array sorts after every number. */
export const within = (first: string): IDBKeyRange => IDBKeyRange.bound([first], [first, []]);
