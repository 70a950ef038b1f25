import { type Change, within } from "./change.ts";
import { BACKOFF_MS, isOver, SLICE } from "./rules.ts";
import type { StoredTask } from "./record.ts";
import type { Lane, Reason, Task } from "./task.ts";

export type ClaimOptions = {
  lane: Lane;
  tabId: string;
  /** Why this page cannot do a task, or null. Looked at within the transaction, so it awaits nothing. */
  whyNot: (task: Task) => Reason | null;
  expiredSentence: (task: Task) => string;
};

/**
 * Takes the next task of a lane: it belongs to this tab from here on, under a new attempt. Null when nothing can begin now.
 * `more`: so much has become due at once that it has to be asked again.
 */
export async function claim(change: Change, options: ClaimOptions): Promise<Task | null | "more"> {
  const { lane, tabId, whyNot } = options;
  const { paused, retryAt, retryMs } = change.state.lanes[lane];
  if (await bringDue(change, options)) return "more";
  if (paused || (retryAt !== null && !isOver({ until: retryAt, ms: retryMs }, change.now))) return null;
  for (;;) {
    const record = await change.tasks.index("ready").get(within(lane));
    if (!record) return null;
    const task = await change.read(record);
    if (!task) continue;
    if (task.executeAt !== null && task.executeAt > change.now) {
      // The clock went back since it was found due.
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
}

/** Moves what has become due, and what is too late, to its place; at most a slice of each. Whether there may be more. */
async function bringDue(change: Change, { lane, expiredSentence }: ClaimOptions): Promise<boolean> {
  const { now, tasks } = change;
  const until = IDBKeyRange.bound([lane], [lane, now]);
  // Further off than any ordinary backoff: a long one that the server asked for, or the clock went back.
  const farOff = IDBKeyRange.bound([lane, now + BACKOFF_MS.cap], [lane, []], true);
  const [late, scheduled, backedOff, far] = await Promise.all([
    tasks.index("expiresAt").getAll(until, SLICE),
    tasks.index("wakeAt").getAll(until, SLICE),
    tasks.index("backsOffUntil").getAll(until, SLICE),
    tasks.index("backsOffUntil").getAll(farOff, SLICE),
  ]);
  const over = far.filter(({ retryAt, retryMs }) => isOver({ until: retryAt ?? 0, ms: retryMs }, now));
  // Each is read anew: the one before may have parked it.
  for (const { seq } of late) await expire(change, await tasks.get(seq), expiredSentence);
  for (const { seq } of [...scheduled, ...backedOff, ...over]) {
    const record = await tasks.get(seq);
    const task = record && (await change.read(record));
    if (task?.status === "pending") await change.place(task);
  }
  return [late, scheduled, backedOff].some(({ length }) => length === SLICE);
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
