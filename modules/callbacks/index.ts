/**
 * Promises to call a user at a time: made, queued by the tick, accepted, snoozed, released, cancelled, and settled by the outcome
 * of a call.
 *
 *     pending --accept--> accepted --outcome--> completed
 *        |  \--outcome--------------------------> completed
 *        |--snooze--> pending (later)   accepted --release / agent gone--> pending
 *        |--skip--> pending (for others)
 *        |--another time--> pending     to another agent --> pending
 *        |--cancel--> cancelled         no answer --> pending (retry later) ... attempts spent --> failed
 *
 * Owns the tables callbacks, callback_events, callback_notifications, callback_reminders, callback_texts and tick_runs. Promises: a
 * trigger writes the event of every change in the same transaction; of simultaneous accepts one wins; after a tick every due
 * callback is covered by a live entry or named in the tick's report; a tick that dies leaves nothing, and ten simultaneous ticks
 * leave the rows of one. Locks are taken in the order number, callback, queue entry, call session, agent session, user score.
 *
 * Open first: `schedule.ts` for a promise and `tick.ts` for the routing of a tick, which `calls` runs. `routing/` decides which
 * agent gets a callback, and `routing/routing.test.ts` lists the cases with the writes of each.
 */
export { acceptCallback } from "./accept.ts";
export { cancelCallback } from "./cancel.ts";
export { checkIn } from "./check-in.ts";
export { conflictsOf } from "./conflicts.ts";
export { findPeople } from "./find-people.ts";
export { fateAt, IN_CALL, isAbout, isLate, TOLERANCE, waitsUntil } from "./fate.ts";
export { countCallbacks } from "./count.ts";
export { getCallback, listCallbacks, listOverdue, showCalendar } from "./list.ts";
export { moveCallbacks } from "./move.ts";
export { allowCalls } from "./numbers/allow-calls.ts";
export { importUsers } from "./numbers/import-users.ts";
export { markDoNotCall, markWrongNumber } from "./numbers/mark-number.ts";
export { findPending } from "./sql/find-pending.ts";
export { promiseCallback } from "./promise.ts";
export { reassignCallbacks } from "./reassign.ts";
export { remindSoon } from "./remind.ts";
export { releaseCallback } from "./release.ts";
export { agreeOnTime, rescheduleCallback } from "./reschedule.ts";
export { LEAD_MINUTES, LISTED_AHEAD_MINUTES, QUEUED_AHEAD_MINUTES } from "./rules.ts";
export { scheduleCallback } from "./schedule.ts";
export { afterSettling, type Settled, type Settlement, settling } from "./settle.ts";
export { skipNext } from "./skip.ts";
export { snoozeCallback } from "./snooze.ts";
export {
  callbackNotFound,
  findCallback,
  findEvents,
  type LockedCallback,
  lockedCallback,
  mustBeOpen,
  zoneOfUser,
} from "./store.ts";
export { routeDue } from "./tick.ts";
export { undoMove } from "./undo-move.ts";
export { undoSnooze } from "./undo-snooze.ts";
export { toCall } from "./sql/to-call.ts";
export { unsettleCallbacks } from "./sql/unsettle-callbacks.ts";
export { understandWhen } from "./when.ts";
export { lockEnded, retireCallbacks } from "./sql/retire.ts";
