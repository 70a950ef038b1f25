/**
 * Who is called next. Owns the tables users, phone_numbers, user_numbers, claims, requirements, user_call_scores and
 * call_queue.
 *
 * An entry is `pending` (no agent yet) or `assigned` while it lives, then `completed` (its call has an outcome) or
 * `removed` (it gave way, with the reason). Promises: at most one live entry per user and per callback; a claim is
 * won by exactly one agent and carries a larger fence than the claim before; nothing is offered before its time, to
 * an agent who may not work its queue, or to a user who asked not to be called. Asking again after a lost answer
 * gets the same call. An agent has to do with the users of the own desk only, or with one looked up by the full number.
 */
export { closeReturnedEntry, finishing, type Learnt, learntFrom } from "./finish.ts";
export { DecentHours, type HoursPolicy, nightWarning } from "./decent-hours.ts";
export { closedWhy, type Hours } from "./desk-calendar.ts";
export { type DeskTie, mustHaveAtDesk } from "./desk-users.ts";
export { dialLink } from "./dial-link.ts";
export { FOUND_USERS, searchedBeginning, searchedDigits, usersFound } from "./find-users.ts";
export { importRecords } from "./import-users.ts";
export { liftMarks } from "./lift-marks.ts";
export { listQueue } from "./list.ts";
export { lookUpUser } from "./look-up.ts";
export { type Dialled, writeDoNotCall, writeWrongNumber } from "./mark-number.ts";
export { holdNamedNumber, type NamedNumber } from "./named-number.ts";
export { peekNext } from "./peek-next.ts";
export { holdRefresh, refreshQueue } from "./refresh.ts";
export { knownBefore, reopenEntry, reopenRemovedEntry, unlearn } from "./reopen.ts";
export { inCall, removeFromQueue } from "./sql/remove-entry.ts";
export { queueName } from "./queue-names.ts";
export { returnToLine } from "./return-to-line.ts";
export { entryOffered, noteSkip, offeredCallback } from "./skip-entry.ts";
export { askedNotToBeCalled } from "./sql/asked-not-to-be-called.ts";
export { giveWaiting } from "./sql/give-waiting.ts";
export type { MarkChange } from "./sql/import-numbers.ts";
export { cover, enqueue, moveEntries, removeEntries } from "./sql/place-entries.ts";
export { haveHoursOver, haveOverslept, moveToNextHours, wakeEntries } from "./sql/regular-hours.ts";
export { removeWaiting } from "./sql/remove-waiting.ts";
export { takeBack } from "./sql/take-back.ts";
