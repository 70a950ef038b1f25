import type { IDBPDatabase } from "idb";
import { change } from "./change.ts";
import type { Copy } from "./copy.ts";
import { insert, keysOf, type Known, type Prepared } from "./enqueue.ts";
import { readOne, readState } from "./read.ts";
import type { Schema } from "./record.ts";
import { NO_TASKS } from "./rules.ts";

/**
 * Restores tasks that have a copy and are missing in the store. Returns the copies of those that were brought back, and of those
 * that the store knew. A task waits for no task that is lost.
 */
export async function restoreMissing(
  db: IDBPDatabase<Schema>,
  copy: Copy,
  now: number,
): Promise<Record<"brought" | "known", readonly Prepared[]>> {
  const { state } = await readState(db);
  const { completed: _, ...open } = state?.lanes.send.counts ?? NO_TASKS;
  const copies = await copy.moreThan(Object.values(open).reduce((sum, count) => sum + count, 0));
  const brought = copies.length === 0 ? [] : await insertMissing(db, copies, now);
  return { brought, known: copies.filter(({ id }) => !brought.some((one) => one.id === id)) };
}

/** Stores those of these tasks that are missing, and returns them. */
export async function insertMissing(
  db: IDBPDatabase<Schema>,
  copies: readonly Prepared[],
  now: number,
): Promise<readonly Prepared[]> {
  const ids = new Set(copies.map(({ id }) => id));
  const free = copies.map((task) => ({ ...task, dependsOn: task.dependsOn.filter((id) => ids.has(id)) }));
  return change(
    db,
    { durability: "strict", now },
    (one, known: Known) => insert(one, free, known),
    (tasks) => keysOf(tasks, free),
  );
}

/** Drops the copies of those of these tasks that are completed. */
export async function dropCompleted(db: IDBPDatabase<Schema>, copy: Copy, tasks: readonly Prepared[]): Promise<void> {
  for (const { id } of tasks) if ((await readOne(db, id))?.status === "completed") await copy.drop(id);
}
