/**
 * Tasks that an outside agent works on for a conversation: registered, launched, ended by a web hook, delivered to the
 * conversation, and made a callback when nobody is there to receive the result.
 *
 *     pending --result / error--> completed / failed --claimed--> delivering --acknowledged--> delivered
 *        |                          ^  |                             |                           |
 *        |                          |  +------- nobody there --------+--> undeliverable          |
 *        |                          |                                        |                   |
 *        |                          +------------------- redelivered --------+-------------------+
 *        |--24 hours--> expired --late result--> expired, with a callback
 *
 * An undeliverable result has become a callback when the user is known. `TRANSITIONS` in rules.ts is the whole table.
 * Each of its steps is one named statement in `sql/`, with the states it leads from and to. To follow a task, read
 * `register.ts`, `task-store.ts` and `sql/create-task.ts`; `from-runner.ts`, `finish.ts` and `sql/finish-task.ts`;
 * `events.ts` and `sql/claim-due-deliveries.ts`; `acknowledge.ts` or, when nobody is there, `become-callback.ts`.
 *
 * Owns cursor_tasks, task_events, parked_results and ended_conversations. Promises: a task ends once, in
 * whatever order web hooks come, however often; what comes before its task is parked, what comes after its time is
 * recorded as late; a result is delivered until somebody acknowledges it, always under the same id; of acknowledging and
 * becoming a callback one wins. A process that dies between two steps leaves work to the sweep, never half a task.
 */
export { acknowledgeEvent } from "./acknowledge.ts";
export { callBack } from "./become-callback.ts";
export { storeFault } from "./copies.ts";
export { pollEvents, streamEvents } from "./events.ts";
export { finishFromCursor } from "./from-cursor.ts";
export { finishFromRunner } from "./from-runner.ts";
export { giveStreamToken, giveToken } from "./give-token.ts";
export { endConversation } from "./end-conversation.ts";
export { launchTask } from "./launch.ts";
export { listTasks, showTask } from "./list.ts";
export { OWN_CONVERSATION } from "./own-conversation.ts";
export { taskStore as callbackQueue } from "./task-store.ts";
export { redeliver } from "./redeliver.ts";
export { registerTask } from "./register.ts";
export { sweepTasks } from "./sweep.ts";
