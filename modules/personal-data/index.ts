/**
 * The data that is stored about a person: exported, erased on request, deleted when it is old.
 *
 * The `personal-data.ts` of each module declares the module's part. This module goes through all of these parts in the order of
 * `modules/all.ts`, and through the data of `lib/`. Promises: an export holds everything that is stored about one user, or about one
 * customer whom only another system knows. After an erasure no table holds a word of the person or about the person, and every
 * figure stays the same; a second erasure changes nothing. The retention deletes only rows that ended longer ago than
 * RETENTION_DAYS (dead letters: DLQ_RETENTION), and never rows that an open callback needs; a crash undoes at most one batch.
 */
export { erasePerson } from "./erase.ts";
export { listErasedUsers } from "./erased-users.ts";
export { exportPerson } from "./export.ts";
export { sweep } from "./sweep.ts";
