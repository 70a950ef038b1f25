/** Helpers for simultaneous requests. */
import { z } from "zod";
import { pause } from "#lib/time/clock";
import { Refusal } from "#lib/base/errors";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

/**
 * Starts all works together, and returns the answers of the winners and the refusal codes of the others, each in the given order.
 * Throws when one failed in any other way: a race that a fault has decided shows nothing.
 */
export async function atOnce<T>(works: (() => Promise<T>)[]): Promise<{ won: T[]; refused: string[] }> {
  const settled = await Promise.allSettled(works.map((work) => work()));
  const reasons = settled.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const faults = reasons.filter((reason) => !(reason instanceof Refusal));
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} of ${works.length} failed: ${faults[0]}`);
  return {
    won: settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
    refused: reasons.map((reason) => (reason as Refusal).code),
  };
}

/** How many connections to this database wait for a lock that another one has. */
export async function waitingForLocks(connection: Db): Promise<number> {
  const [row] = await query(
    connection,
    z.object({ n: z.int() }),
    sql`SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return row!.n;
}

/** Repeats the request a second later while the answer is 503, as its Retry-After asks. */
export async function untilAnswered<T extends { status: number }>(send: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await send();
    if (answer.status !== 503) return answer;
    await pause(1_000);
  }
}
