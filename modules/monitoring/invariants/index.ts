import type { Sql } from "#lib/database/sql";
import { MESSAGE_INVARIANTS } from "./messages.ts";
import { PROMISE_INVARIANTS } from "./promises.ts";
import { QUEUE_INVARIANTS } from "./queue.ts";
import { RUN_INVARIANTS } from "./runs.ts";
import { TASK_INVARIANTS } from "./tasks.ts";

/** Something that is true of every database after every commit. `statement` returns what breaks it, named in `example`. */
export type Invariant = { id: string; sentence: string; statement: Sql };

/** All of them, for `npm run verify`, and for the tests, which check them after every step. */
export const invariants: readonly Invariant[] = [
  ...QUEUE_INVARIANTS,
  ...PROMISE_INVARIANTS,
  ...TASK_INVARIANTS,
  ...RUN_INVARIANTS,
  ...MESSAGE_INVARIANTS,
];
