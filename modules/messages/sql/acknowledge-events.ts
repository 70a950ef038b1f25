import type { Ctx } from "#lib/base/context";
import { execute, sql, UNFLUSHED } from "#lib/database/sql";
import type { Received } from "../queue/port.ts";

/** Acknowledges the events of the relation `done` that are still with the attempt that it names, as a part of a statement. */
export const ACKNOWLEDGING = sql`DELETE FROM message_queue q USING done d
  WHERE q.seq = d.receipt AND q.attempt = d.attempt AND q.is_leased`;

/**
 * Acknowledges events, and returns how many of them were still the caller's. A crash of the database may undo it: an event that comes back
 * then has been stored, and is acknowledged again.
 */
export async function acknowledgeEvents({ db }: Pick<Ctx, "db">, done: readonly Received[]): Promise<number> {
  const [receipts, attempts] = [done.map(({ receipt }) => receipt), done.map(({ attempt }) => attempt)];
  return execute(
    db,
    sql`WITH done AS (SELECT * FROM unnest(${receipts}::bigint[], ${attempts}::int[]) AS d (receipt, attempt))
        ${ACKNOWLEDGING} AND ${UNFLUSHED}`,
  );
}
