/**
 * The browser's durable queue. It runs in a page, stores its tasks in IndexedDB, and knows nothing of Ringback.
 *
 * It owns one database for each signed-in person, and the states of its tasks: pending, processing, completed, failed, parked,
 * expired (`rules.ts` has them as a table).
 *
 * It promises: a task whose `enqueue` has resolved survives the end of the tab and of the browser. At most one attempt in all tabs
 * has it at a time, and the result of an attempt that lost it is refused. It leaves the store only after a success or by a person's
 * decision. A task that cannot be done is shown with a sentence and holds up only its own group. Where the browser cannot keep that
 * promise, `enqueue` refuses.
 *
 * Work is done at least once: a tab may end between the work and the record of its end. A type of task makes it exactly once by the
 * task's id, which its server takes as an idempotency key.
 */
export { QueueError } from "./errors.ts";
export type { Page } from "./page.ts";
export type { QueueOptions } from "./options.ts";
export { DurableQueue } from "./queue.ts";
export type { Quarantined } from "./record.ts";
export { QueueRunner } from "./runner.ts";
export {
  type NewTask,
  type Outcome,
  PRIORITY,
  type Reason,
  type RunContext,
  type Status,
  type Task,
  type TaskType,
  type TaskTypes,
} from "./task.ts";
