/**
 * What is stored about a person, and for how long: handed out, erased on request, deleted when it is old enough.
 *
 * Each module says in its `personal-data.ts` what it stores of a person; this one goes through them all, in the order of `modules/all.ts`,
 * and does the same for what `lib/` keeps. Promises: an export
 * holds everything that is stored about one user, or about one customer whom only another system knows; after an erasure no table holds a
 * word of or about the person, while every figure stays what it was; erasing twice is the same as once; the retention deletes only what ended longer ago
 * than RETENTION_DAYS, or of dead letters DLQ_RETENTION, never what an open callback needs, and dies between whole batches only.
 */
export { erasePerson } from "./erase.ts";
export { listErasedUsers } from "./erased-users.ts";
export { exportPerson } from "./export.ts";
export { sweep } from "./sweep.ts";
