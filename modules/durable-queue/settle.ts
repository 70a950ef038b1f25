import type { Change, Tasks } from "./change.ts";
import { hurry } from "./decide.ts";
import { backoffMs, isOver } from "./rules.ts";
import type { Outcome, Reason, Task } from "./task.ts";

export type Settled = { task: Task; success: boolean };

/** What the end of an attempt needs in any case: the task as it is stored, and whether a task depends on it. */
export async function storedOf(tasks: Tasks, { seq, id }: Pick<Task, "seq" | "id">) {
  const [record, dependant] = await Promise.all([tasks.get(seq), tasks.index("waitsFor").getKey(id)]);
  return { record, hasDependants: dependant !== undefined };
}

/**
 * Writes the end of an attempt. Null, and nothing is written, when the attempt does not belong to this tab any more: another tab
 * has the task, or a person decided about it. `seen`: the answer of `storedOf` in this transaction. In the lane `send` only a
 * refusal ends a task; an attempt that could not be sent, or in the lane `memory` could not be loaded, does not count.
 */
export async function settle(
  change: Change,
  claimed: Pick<Task, "seq" | "owner" | "attempts">,
  { outcome, chance }: { outcome: Outcome; chance: number },
  { record, hasDependants }: Awaited<ReturnType<typeof storedOf>>,
): Promise<Settled | null> {
  const task = record && (await change.read(record));
  if (task?.status !== "processing") return null;
  if (task.owner !== claimed.owner || task.attempts !== claimed.attempts) return null;
  if (outcome.kind === "done") {
    const done = await completed(change, task, outcome.output);
    if (hasDependants) await change.releaseDependants(task.id);
    return { task: done, success: true };
  }
  return { task: await notDone(change, task, outcome, chance), success: false };
}

async function completed(change: Change, task: Task, output: unknown): Promise<Task> {
  await reached(change, task);
  const after = { owner: null, settledAt: change.now, status: "completed", reason: null } as const;
  const done = await change.move("completed", task, { ...after, output: output ?? null });
  await change.releaseGroup(task.groupKey);
  return done;
}

type NotDone = Exclude<Outcome, { kind: "done" }>;

async function notDone(change: Change, task: Task, outcome: NotDone, chance: number): Promise<Task> {
  const ended = { owner: null, settledAt: change.now };
  const { reason } = outcome;
  if (outcome.kind === "refused") {
    await reached(change, task);
    const refused = await change.move("refused", task, { ...ended, status: "failed", reason });
    await change.parkDependants(task.id, reason.sentence);
    return refused;
  }
  if (outcome.kind === "parked") return change.move("parked", task, { ...ended, status: "parked", reason });
  if (outcome.kind === "held") {
    change.state.lanes[task.lane].paused = reason;
    return change.move("put_off", task, { status: "pending", owner: null, spent: 0, reason });
  }
  const isCounted = task.lane === "memory" && outcome.kind !== "unreachable";
  if (isCounted && task.spent >= task.maxAttempts) return exhaust(change, task, reason);
  // In the lane `memory` the other tasks depend on no server.
  if (outcome.kind === "unreachable" && task.lane === "send") backLaneOff(change, task, chance, outcome.retryAfterMs);
  const failures = task.failures + 1;
  const retryMs = backoffMs(failures, chance, outcome.retryAfterMs);
  return change.move("put_off", task, {
    status: "pending",
    owner: null,
    reason,
    failures,
    spent: isCounted ? task.spent : 0,
    retryMs,
    retryAt: change.now + retryMs,
  });
}

/** The last attempt is spent. Local work fails; only a person gives up a task of the lane `send`. */
export async function exhaust(change: Change, task: Task, reason: Reason): Promise<Task> {
  const ended = { owner: null, settledAt: change.now, reason };
  if (task.lane === "send") return change.move("exhausted", task, { ...ended, status: "parked" });
  const failed = await change.move("exhausted", task, { ...ended, status: "failed" });
  await change.parkDependants(task.id, reason.sentence);
  return failed;
}

/** The server has answered, so tasks that backed off because it could not be reached need not wait any more. */
async function reached(change: Change, { lane }: Task): Promise<void> {
  if (change.state.lanes[lane].failures > 0) await hurry(change, lane);
}

/** Simultaneous attempts that failed together count as one failure. */
function backLaneOff(change: Change, task: Task, chance: number, retryAfterMs?: number): void {
  const lane = change.state.lanes[task.lane];
  if (lane.retryAt !== null && !isOver({ until: lane.retryAt, ms: lane.retryMs }, change.now)) return;
  lane.failures += 1;
  lane.retryMs = backoffMs(lane.failures, chance, retryAfterMs);
  lane.retryAt = change.now + lane.retryMs;
}
