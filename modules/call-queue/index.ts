/**
 * The line of users to call, and the claims on it. Owns the tables users, phone_numbers, user_numbers, claims, requirements,
 * user_call_scores and call_queue.
 *
 * An entry is `pending` (without an agent) or `assigned` while it is live. Then it is `completed` (its call has an outcome) or
 * `removed` (with the reason). Promises: a user has at most one live entry, and so has a callback. Exactly one agent wins a claim,
 * and its fence is larger than that of the claim before; a repeat after a lost answer gets the same call. An entry is not offered
 * before its time, to an agent who may not work its queue, or when its user asked not to be called. An agent sees only users of
 * their own desk, and a user whom the agent looked up by the full number.
 *
 * Open first: `refresh.ts`, which fills the regular queue, and `sql/place-entries.ts`, through which routing writes entries. The
 * claim itself is the database functions `lock_next_entry` and `claim_entry`, which `calls` uses.
 */
export { closeReturnedEntry, finishing, type Learnt, learntFrom } from "./finish.ts";
export { DecentHours, type HoursPolicy } from "./decent-hours.ts";
export { arePossibleHours, closedWhy, type Hours } from "./desk-calendar.ts";
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
export { retireEntriesOf } from "./sql/retire.ts";
export { takeBack } from "./sql/take-back.ts";
