import { inBatches } from "#lib/database/batches";
import type { Db } from "#lib/database/db";
import { sqlState } from "#lib/database/error";
import { type Sql, sql } from "#lib/database/sql";

/** What a statement does with a row that somebody else holds: it waits for the row, or passes over it. */
export const WAIT: Sql = sql``;
const SKIP: Sql = sql`SKIP LOCKED`;

/** How much a part of a task counts towards its limit. */
export const bytesOf = (part: Sql): Sql => sql`coalesce(octet_length(${part}::text), 0)`;

type One = Readonly<{ taskId: string }>;

/**
 * Group commit: what is asked for through one handle at the same time is done by one statement. `run` does it for several
 * tasks, each once, and returns those that it did; one that it passed over, or that was refused with others, is done alone
 * and waits for its row. Null: it was not done.
 */
export function grouped<I extends One, O extends One>(
  run: (db: Db, inputs: readonly I[], lock: Sql) => Promise<O[]>,
): (db: Db, input: I) => Promise<O | null> {
  const groups = new WeakMap<Db, (input: I) => Promise<O | null>>();
  const groupOf = (db: Db) =>
    inBatches<I, O | null>({
      keyOf: ({ taskId }) => taskId,
      alone: async (input) => (await run(db, [input], WAIT))[0] ?? null,
      async together(inputs) {
        const done = new Map((await run(db, inputs, SKIP)).map((one) => [one.taskId, one]));
        return inputs.map(({ taskId }) => done.get(taskId));
      },
      // Data or a constraint: the statement was refused for what is in it, which may be one task of many.
      wasUndone: (error) => /^(22|23)/.test(sqlState(error) ?? ""),
    });
  return (db, input) => {
    const group = groups.get(db) ?? groupOf(db);
    groups.set(db, group);
    return group(input);
  };
}
