import { type Change, type Tasks, within } from "./change.ts";
import { timeIn } from "./read.ts";
import { BACKOFF_MS, isOver, LOOK_AGAIN_MS, SLICE } from "./rules.ts";
import type { StoredTask } from "./record.ts";
import type { Lane, Reason, Task } from "./task.ts";

export type ClaimOptions = {
  lane: Lane;
  tabId: string;
  /** Why this page cannot do a task, or null. Runs within the transaction, so it awaits nothing. */
  whyNot: (task: Task) => Reason | null;
  expiredSentence: (task: Task) => string;
};

/** The first task of a lane in the order of its index. */
export const firstReady = (tasks: Tasks, lane: Lane) => tasks.index("ready").get(within(lane));

/**
 * Claims the next task of a lane for this tab, under a new attempt. Null when no task can begin now. `more`: so many tasks have
 * become due that another claim is needed. `ready`: the first ready task of the lane, read in this transaction before anything was
 * written.
 */
export async function claim(
  change: Change,
  options: ClaimOptions,
  ready: StoredTask | undefined,
): Promise<Task | null | "more"> {
  const { lane, tabId, whyNot } = options;
  const { paused, retryAt, retryMs, look } = change.state.lanes[lane];
  const due = ready && look && knowsNothingDue(look, change.now) ? "none" : await bringDue(change, options);
  if (due === "more") return "more";
  if (paused || (retryAt !== null && !isOver({ until: retryAt, ms: retryMs }, change.now))) return null;
  const isStale = due === "some" || change.stirred.has(lane);
  let next = isStale ? await firstReady(change.tasks, lane) : ready;
  for (; next; next = await firstReady(change.tasks, lane)) {
    const record = next;
    const task = await change.read(record);
    if (!task) continue;
    if (task.executeAt !== null && task.executeAt > change.now) {
      // The clock went back since the task was found due.
      await change.place(task);
      continue;
    }
    const reason = whyNot(task);
    if (reason) {
      await change.move("parked", task, { status: "parked", reason });
      continue;
    }
    return change.move("claimed", task, {
      status: "processing",
      owner: tabId,
      attempts: task.attempts + 1,
      spent: task.spent + 1,
      claimedAt: change.now,
      retryAt: null,
      retryMs: 0,
    });
  }
  return null;
}

/** Whether the last look says that no task is due now. */
function knowsNothingDue({ at, due }: { at: number; due: number | null }, now: number): boolean {
  const since = now - at;
  return since >= 0 && since < LOOK_AGAIN_MS && (due === null || due > now);
}

/**
 * Moves tasks that have become due or too late to their place; at most a slice of each. Returns whether it moved any, so that
 * there may be more.
 */
async function bringDue(
  change: Change,
  { lane, expiredSentence }: Pick<ClaimOptions, "lane" | "expiredSentence">,
): Promise<"none" | "some" | "more"> {
  const { now, tasks } = change;
  const [farthest, ...times] = await Promise.all([
    timeIn(tasks.index("backsOffUntil"), lane, "prev"),
    timeIn(tasks.index("backsOffUntil"), lane),
    timeIn(tasks.index("wakeAt"), lane),
    timeIn(tasks.index("expiresAt"), lane),
  ]);
  const due = Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY));
  // Written together with the claim; without one the next claim looks again.
  change.state.lanes[lane].look = { at: now, due: due === Number.POSITIVE_INFINITY ? null : due };
  // Further ahead than any ordinary backoff: a long wait that the server asked for, or the clock went back.
  if (due > now && (farthest ?? now) <= now + BACKOFF_MS.cap) return "none";
  const until = IDBKeyRange.bound([lane], [lane, now]);
  const farOff = IDBKeyRange.bound([lane, now + BACKOFF_MS.cap], [lane, []], true);
  const [late, scheduled, backedOff, far] = await Promise.all([
    tasks.index("expiresAt").getAll(until, SLICE),
    tasks.index("wakeAt").getAll(until, SLICE),
    tasks.index("backsOffUntil").getAll(until, SLICE),
    tasks.index("backsOffUntil").getAll(farOff, SLICE),
  ]);
  const over = far.filter(({ retryAt, retryMs }) => isOver({ until: retryAt ?? 0, ms: retryMs }, now));
  // Each task is read again: the one before may have parked it.
  for (const { seq } of late) await expire(change, await tasks.get(seq), expiredSentence);
  for (const { seq } of [...scheduled, ...backedOff, ...over]) {
    const record = await tasks.get(seq);
    const task = record && (await change.read(record));
    if (task?.status === "pending") await change.place(task);
  }
  if ([late, scheduled, backedOff].some(({ length }) => length === SLICE)) return "more";
  return late.length + scheduled.length + backedOff.length + over.length > 0 ? "some" : "none";
}

async function expire(
  change: Change,
  record: StoredTask | undefined,
  sentenceOf: (task: Task) => string,
): Promise<void> {
  const task = record && (await change.read(record));
  if (task?.status !== "pending") return;
  const sentence = sentenceOf(task);
  const reason = { code: "expired", sentence };
  await change.move("expired", task, { status: "expired", reason, settledAt: change.now }, record?.waitsFor);
  await change.parkDependants(task.id, sentence);
}
