import { inBatches } from "#lib/database/batches";
import type { Db } from "#lib/database/db";
import { sqlState } from "#lib/database/error";
import { type Sql, sql } from "#lib/database/sql";

/** How a statement treats a row that another transaction holds: it waits for the row, or skips it. */
export const WAIT: Sql = sql``;
const SKIP: Sql = sql`SKIP LOCKED`;

/** The size of a part of a task, in bytes of its limit. */
export const bytesOf = (part: Sql): Sql => sql`coalesce(octet_length(${part}::text), 0)`;

type One = Readonly<{ taskId: string }>;

/**
 * Group commit: simultaneous calls on one handle share one statement. `run` executes it for several tasks, each at most once in a
 * batch, and returns the tasks that it wrote. A task that it skipped, or whose batch was refused, gets a statement of its own
 * that waits for its row. Null: nothing was written.
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
      // A data error or a violated constraint: one task of many may have caused it.
      wasUndone: (error) => /^(22|23)/.test(sqlState(error) ?? ""),
    });
  return (db, input) => {
    const group = groups.get(db) ?? groupOf(db);
    groups.set(db, group);
    return group(input);
  };
}
