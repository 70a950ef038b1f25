/** What a person decides: try again, cancel, pause, go on. */
import { type Change, within } from "./change.ts";
import { QueueError } from "./errors.ts";
import { BACKOFF_MS, may, SLICE } from "./rules.ts";
import type { Lane, Reason, Task } from "./task.ts";

/** Lets a task that failed, expired or was parked begin again, as if it were new. Refuses `not_found` and `wrong_state`. */
export async function retry(change: Change, id: string, validForMs: (task: Task) => number | undefined): Promise<void> {
  const task = await found(change, id);
  if (!may("retried", task.status)) throw inState(task, "tried again");
  const waitsFor: string[] = [];
  for (const other of task.dependsOn) {
    const record = await change.tasks.index("id").get(other);
    // What was deleted is not waited for: who tries again has decided that.
    if (record && record.status !== "completed") waitsFor.push(other);
  }
  const valid = validForMs(task);
  await change.move(
    "retried",
    task,
    {
      status: "pending",
      spent: 0,
      failures: 0,
      reason: null,
      settledAt: null,
      retryAt: null,
      retryMs: 0,
      retriedAt: change.now,
      validUntil: task.validUntil === null || valid === undefined ? null : change.now + valid,
    },
    waitsFor,
  );
}

/** Deletes a task that is not under way; what depended on it is parked. Refuses `not_found` and `wrong_state`. */
export async function cancel(change: Change, id: string): Promise<void> {
  const task = await found(change, id);
  if (!may("cancelled", task.status)) throw inState(task, "cancelled");
  await change.remove("cancelled", task);
  await change.releaseGroup(task.groupKey);
  await change.parkDependants(id, "it was cancelled.");
}

/** Deletes a record that could not be read. Refuses `not_found`. */
export async function discardQuarantined(change: Change, seq: number): Promise<void> {
  if (!(await change.removeQuarantined(seq))) throw gone();
}

/** Begins nothing of these lanes any more, until they are resumed. What is under way ends. */
export async function pause(change: Change, lanes: readonly Lane[], reason: Reason): Promise<void> {
  for (const lane of lanes) change.state.lanes[lane].paused = reason;
  change.isDirty = true;
}

/** Goes on with these lanes at once, also where something backed off. */
export async function resume(change: Change, lanes: readonly Lane[]): Promise<void> {
  for (const lane of lanes) {
    change.state.lanes[lane].paused = null;
    await hurry(change, lane);
  }
}

/** Ends the ordinary waits of a lane; what a server asked to wait longer for goes on waiting. */
export async function hurry(change: Change, lane: Lane): Promise<void> {
  Object.assign(change.state.lanes[lane], { retryAt: null, retryMs: 0, failures: 0 });
  change.isDirty = true;
  for (const record of await change.tasks.index("backsOffUntil").getAll(within(lane), SLICE)) {
    const task = record.retryMs > BACKOFF_MS.cap ? null : await change.read(record);
    if (task) await change.place({ ...task, retryAt: null, retryMs: 0 });
  }
}

async function found(change: Change, id: string): Promise<Task> {
  const record = await change.tasks.index("id").get(id);
  const task = record && (await change.read(record));
  if (!task) throw gone();
  return task;
}

const gone = () => new QueueError("not_found", "This is not kept here any more.");

function inState({ status }: Task, what: string): QueueError {
  const sentence =
    status === "processing" ? `It is under way and cannot be ${what} now.` : `It is ${status} and cannot be ${what}.`;
  return new QueueError("wrong_state", sentence);
}
