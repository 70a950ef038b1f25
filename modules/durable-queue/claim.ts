import { type Change, type Tasks, within } from "./change.ts";
import { BACKOFF_MS, isOver, SLICE } from "./rules.ts";
import type { StoredTask } from "./record.ts";
import type { Lane, Reason, Task } from "./task.ts";

export type ClaimOptions = {
  lane: Lane;
  tabId: string;
  /** Why this page cannot do a task, or null. Runs within the transaction, so it awaits nothing. */
  whyNot: (task: Task) => Reason | null;
  expiredSentence: (task: Task) => string;
};

export type Seen = Awaited<ReturnType<typeof seenOf>>;

/**
 * Reads the input for the choice of a lane's next task: at most a slice of the tasks that have become due or too late, and the first
 * ready one.
 */
export async function seenOf(tasks: Tasks, lane: Lane, now: number) {
  const until = IDBKeyRange.bound([lane], [lane, now]);
  // Further ahead than any ordinary backoff: a long wait that the server asked for, or the clock went back.
  const farOff = IDBKeyRange.bound([lane, now + BACKOFF_MS.cap], [lane, []], true);
  const [late, scheduled, backedOff, far, ready] = await Promise.all([
    tasks.index("expiresAt").getAll(until, SLICE),
    tasks.index("wakeAt").getAll(until, SLICE),
    tasks.index("backsOffUntil").getAll(until, SLICE),
    tasks.index("backsOffUntil").getAll(farOff, SLICE),
    firstReady(tasks, lane),
  ]);
  return { late, scheduled, backedOff, far, ready };
}

const firstReady = (tasks: Tasks, lane: Lane) => tasks.index("ready").get(within(lane));

/**
 * Claims the next task of a lane for this tab, under a new attempt. Null when no task can begin now. `more`: so many tasks have
 * become due that another claim is needed.
 */
export async function claim(change: Change, options: ClaimOptions, seen: Seen): Promise<Task | null | "more"> {
  const { lane, tabId, whyNot } = options;
  const { paused, retryAt, retryMs } = change.state.lanes[lane];
  const due = await bringDue(change, options, seen);
  if (due === "more") return "more";
  if (paused || (retryAt !== null && !isOver({ until: retryAt, ms: retryMs }, change.now))) return null;
  let next = due === "none" ? seen.ready : await firstReady(change.tasks, lane);
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

/**
 * Moves tasks that have become due or too late to their place; at most a slice of each. Returns whether it moved any, so that
 * there may be more.
 */
async function bringDue(
  change: Change,
  { expiredSentence }: ClaimOptions,
  { late, scheduled, backedOff, far }: Seen,
): Promise<"none" | "some" | "more"> {
  const { now, tasks } = change;
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
