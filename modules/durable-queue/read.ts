/** Reads. An unreadable record fails none of them. */
import type { IDBPDatabase } from "idb";
import { within } from "./change.ts";
import { type Quarantined, readTask, type Schema, type State } from "./record.ts";
import type { Lane, Status, Task } from "./task.ts";

type Db = IDBPDatabase<Schema>;

export async function readOne(db: Db, id: string): Promise<Task | null> {
  const task = readTask(await db.getFromIndex("tasks", "id", id));
  return typeof task === "string" ? null : task;
}

/** Reads tasks in the order of their arrival. */
export async function readAll(
  db: Db,
  { status, lane, limit }: { status?: Status; lane?: Lane; limit?: number },
): Promise<Task[]> {
  const tasks: Task[] = [];
  const store = db.transaction("tasks").store;
  const source = status ? store.index("status").iterate(within(status)) : store.iterate();
  for await (const { value } of source) {
    const task = readTask(value);
    if (typeof task === "string" || (lane && task.lane !== lane)) continue;
    tasks.push(task);
    if (tasks.length === limit) break;
  }
  return tasks;
}

export function readQuarantine(db: Db): Promise<Quarantined[]> {
  return db.getAll("quarantine");
}

/** The one row of state, and since when the oldest pending task waits. */
export async function readState(db: Db): Promise<{ state: State | undefined; oldest: number | null }> {
  const tx = db.transaction(["state", "tasks"]);
  const [state, oldest] = await Promise.all([
    tx.objectStore("state").get("state"),
    tx.objectStore("tasks").index("status").get(within("pending")),
  ]);
  const task = oldest && readTask(oldest);
  return { state, oldest: typeof task === "object" ? task.createdAt : null };
}

/** An index of a lane's tasks by a time. */
type TimeIndex = {
  openKeyCursor(range: IDBKeyRange, direction?: "next" | "prev"): Promise<{ key: [Lane, number] } | null>;
};

/** The first (or last) time of a lane in this index, or null. */
export async function timeIn(index: TimeIndex, lane: Lane, direction?: "next" | "prev"): Promise<number | null> {
  return (await index.openKeyCursor(within(lane), direction))?.key[1] ?? null;
}

/** When a task of a lane becomes due by itself (in the past: now), and whether any task of it is open. */
export async function nextDue(db: Db, lane: Lane): Promise<{ at: number | null; isOpen: boolean }> {
  const tx = db.transaction(["state", "tasks"]);
  const tasks = tx.objectStore("tasks");
  const [state, ready, ...times] = await Promise.all([
    tx.objectStore("state").get("state"),
    tasks.index("ready").getKey(within(lane)),
    timeIn(tasks.index("wakeAt"), lane),
    timeIn(tasks.index("backsOffUntil"), lane),
    timeIn(tasks.index("expiresAt"), lane),
  ]);
  const of = state?.lanes[lane];
  if (!of) return { at: null, isOpen: false };
  const isOpen = of.counts.pending + of.counts.processing > 0;
  if (of.paused) return { at: times[2] ?? null, isOpen };
  if (ready !== undefined) times.push(of.retryAt ?? 0);
  const known = times.filter((time) => time !== null);
  return { at: known.length === 0 ? null : Math.min(...known), isOpen };
}
