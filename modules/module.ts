import type { Sql } from "#lib/database/sql";

/** Something that is true of every database after every commit. `statement` returns what breaks it, named in `example`. */
export type Invariant = { id: string; sentence: string; statement: Sql };

/** What a module says of itself, in its `module.ts`. */
export type Module = Readonly<{
  /** Its folder. */
  name: string;
  /** What it is for. */
  sentence: string;
  /** The neighbours whose doors it uses, by name. */
  uses: readonly string[];
  /** The tables that its statements write; what triggers and functions of the database write stands in the migrations. */
  writes: readonly string[];
  /** The names of its crons, with the schedule of each; `app/api/cron/<name>` carries it out. */
  crons?: Readonly<Record<string, string>>;
  /** What must be true of its tables. */
  invariants?: readonly Invariant[];
}>;
