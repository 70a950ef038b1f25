/**
 * Tasks that an outside agent works on for a conversation: registered, launched, ended by a webhook, delivered to the conversation,
 * and turned into a callback when no subscriber receives the result.
 *
 *     pending --result / error--> completed / failed --claimed--> delivering --acknowledged--> delivered
 *        |                          ^  |                             |                           |
 *        |                          |  +----- not acknowledged ------+--> undeliverable          |
 *        |                          |                                        |                   |
 *        |                          +------------------- redelivered --------+-------------------+
 *        |--24 hours--> expired --late result--> expired, with a callback
 *
 * An undeliverable result has become a callback when the user is known. `TRANSITIONS` in rules.ts is the whole table. Each step is
 * one named statement in `sql/`, with the states that it leads from and to. To follow a task, read `register.ts`, `task-store.ts`
 * and `sql/create-task.ts`; `from-runner.ts`, `finish.ts` and `sql/finish-task.ts`; `events.ts` and `sql/claim-due-deliveries.ts`;
 * then `acknowledge.ts` or `become-callback.ts`.
 *
 * Owns cursor_tasks, task_events, parked_results and ended_conversations. Promises: a task ends once, for webhooks in any order and
 * number; a result that comes before its task is parked, and one that comes after the task has expired is recorded as late; a
 * result is delivered until it is acknowledged, always under the same id; of acknowledging and becoming a callback exactly one
 * happens. A process that dies between two steps leaves work for the sweep, never half a task.
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
