/** The decisions of a person: retry, cancel, pause, resume. */
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
    // A deleted dependency is not waited for: the person who retries has decided that.
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

/** Deletes a task that is not in flight, and parks the tasks that depended on it. Refuses `not_found` and `wrong_state`. */
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

/** Stops these lanes from beginning tasks until they are resumed. Tasks in flight end. */
export async function pause(change: Change, lanes: readonly Lane[], reason: Reason): Promise<void> {
  for (const lane of lanes) change.state.lanes[lane].paused = reason;
  change.isDirty = true;
}

/** Resumes these lanes at once, also after a backoff. */
export async function resume(change: Change, lanes: readonly Lane[]): Promise<void> {
  for (const lane of lanes) {
    change.state.lanes[lane].paused = null;
    change.stirred.add(lane);
    await hurry(change, lane);
  }
}

/** Ends the ordinary backoffs of a lane; longer waits that a server asked for stay. */
export async function hurry(change: Change, lane: Lane): Promise<void> {
  Object.assign(change.state.lanes[lane], { retryAt: null, retryMs: 0, failures: 0 });
  change.isDirty = true;
  change.stirred.add(lane);
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
