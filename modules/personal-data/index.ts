/**
 * The data that is stored about a person: exported, erased on request, deleted when it is old.
 *
 * The `personal-data.ts` of each module declares its part; this module goes through all of them in the order of `modules/all.ts`,
 * and through the data of `lib/`. Promises: an export holds everything that is stored about one user, or about one customer whom
 * only another system knows; after an erasure no table holds a word of or about the person, while every figure stays; a second
 * erasure changes nothing; the retention deletes only rows that ended longer ago than RETENTION_DAYS, or dead letters after
 * DLQ_RETENTION, never rows that an open callback needs, and a crash loses no more than a batch.
 */
export { erasePerson } from "./erase.ts";
export { listErasedUsers } from "./erased-users.ts";
export { exportPerson } from "./export.ts";
export { sweep } from "./sweep.ts";
