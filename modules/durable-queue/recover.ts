import { type Change, within } from "./change.ts";
import { exhaust } from "./settle.ts";
import { KEEP_COMPLETED_MS, SLICE } from "./rules.ts";
import type { Reason, Task } from "./task.ts";

export type RecoverOptions = {
  tabId: string;
  /** The tasks in flight in this tab. */
  underWay: Pick<ReadonlyMap<number, unknown>, "has">;
  /** The living tabs; null where a browser cannot tell, and only time does. */
  living: ReadonlySet<string> | null;
  limitMs: (task: Task) => number;
  /** Why this page cannot do a task, or null. */
  whyNot: (task: Task) => Reason | null;
};

const INTERRUPTED = { code: "interrupted", sentence: "The window that did this was closed or stopped." };
/** Reasons for which a page parked a task that another page may know. */
export const UNKNOWN_HERE = ["unknown_type", "newer_version"];

/**
 * Returns tasks to the queue whose tab is gone, or whose attempt has exceeded its limit; the number of the attempt refuses their
 * late result. A task that ended its tab in every attempt is given up. A task that an older page parked and this one knows
 * continues. Returns how many tasks went back.
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
  // A claim in the future: the clock went back, and the duration of the attempt is not known.
  return since > limitMs(task) || (living === null && since < 0);
}

/** Deletes completed tasks that are older than this, a slice at a time. Returns how many; after a full slice call it again. */
export async function clearCompleted(change: Change, olderThanMs = KEEP_COMPLETED_MS): Promise<number> {
  let cleared = 0;
  for (const record of await change.tasks.index("status").getAll(within("completed"), SLICE)) {
    const task = await change.read(record);
    if (!task) continue;
    // Tasks lie in the order of their arrival, so the first young one ends the loop.
    if (change.now - (task.settledAt ?? 0) < olderThanMs) break;
    await change.remove("cleared", task);
    cleared += 1;
  }
  return cleared;
}
