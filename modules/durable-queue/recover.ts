import { type Change, within } from "./change.ts";
import { exhaust } from "./settle.ts";
import { KEEP_COMPLETED_MS, SLICE } from "./rules.ts";
import type { Reason, Task } from "./task.ts";

export type RecoverOptions = {
  tabId: string;
  /** The tasks that this tab is working on. */
  underWay: ReadonlySet<number>;
  /** The tabs that live; null where a browser cannot say, and only time tells. */
  living: ReadonlySet<string> | null;
  limitMs: (task: Task) => number;
  /** Why this page cannot do a task, or null. */
  whyNot: (task: Task) => Reason | null;
};

const INTERRUPTED = { code: "interrupted", sentence: "The window that did this was closed or stopped." };
/** Parked because the page that met the task did not know it; another page may. */
export const UNKNOWN_HERE = ["unknown_type", "newer_version"];

/**
 * Brings back what a tab had begun that is gone, or that has not come to an end within its limit; its late result is
 * refused by the number of its attempt. A task that ended its tab so often that its attempts are spent is given up. What
 * an older page had parked and this one knows goes on. Returns how many were brought back.
 */
export async function recover(change: Change, options: RecoverOptions): Promise<number> {
  let brought = 0;
  for (const record of await change.tasks.index("status").getAll(within("processing"))) {
    const task = await change.read(record);
    if (!task || !isLost(task, options, change.now)) continue;
    if (task.spent >= task.maxAttempts) await exhaust(change, task, INTERRUPTED);
    else await change.move("interrupted", task, { status: "pending", owner: null, reason: INTERRUPTED });
    brought += 1;
  }
  for (const record of await change.tasks.index("status").getAll(within("parked"), SLICE)) {
    const task = await change.read(record);
    if (!task || !UNKNOWN_HERE.includes(task.reason?.code ?? "") || options.whyNot(task)) continue;
    await change.move("freed", task, { status: "pending", reason: null, settledAt: null }, record.waitsFor);
    brought += 1;
  }
  return brought;
}

function isLost(task: Task, { tabId, underWay, living, limitMs }: RecoverOptions, now: number): boolean {
  if (task.owner === tabId) return !underWay.has(task.seq);
  if (living && !living.has(task.owner ?? "")) return true;
  const since = now - (task.claimedAt ?? 0);
  // A claim out of the future: the clock went back, and how long it has been under way is not known.
  return since > limitMs(task) || (living === null && since < 0);
}

/** Deletes completed tasks that are older than this, a slice at a time. Returns how many; as many as a slice: ask again. */
export async function clearCompleted(change: Change, olderThanMs = KEEP_COMPLETED_MS): Promise<number> {
  let cleared = 0;
  for (const record of await change.tasks.index("status").getAll(within("completed"), SLICE)) {
    const task = await change.read(record);
    if (!task) continue;
    // They lie in the order of their arrival, so the first that is young ends it.
    if (change.now - (task.settledAt ?? 0) < olderThanMs) break;
    await change.remove("cleared", task);
    cleared += 1;
  }
  return cleared;
}
