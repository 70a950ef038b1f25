import { z } from "zod";
import type { Db } from "#lib/database/db";
import type { Limits } from "#lib/base/env";
import { Refusal } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";

/**
 * Counts one attempt under `name` within the current window of `minutes`, in the database, so that all instances share the count.
 * Returns the number of attempts, this one included, and the milliseconds until the window ends.
 */
export async function countAttempt(db: Db, name: string, minutes: number): Promise<{ count: number; leftMs: number }> {
  const [row] = await query(
    db,
    z.object({ count: z.int(), leftMs: z.int() }),
    sql`
    WITH slot AS MATERIALIZED (
      SELECT date_bin(${minutes}::int * interval '1 minute', ringback_now(), timestamptz '2000-01-01') AS start
    )
    INSERT INTO rate_limits AS r (key, window_start, count) SELECT ${name}, start, 1 FROM slot
    ON CONFLICT (key) DO UPDATE
      SET count = CASE WHEN r.window_start = excluded.window_start THEN r.count + 1 ELSE 1 END,
          window_start = excluded.window_start
    RETURNING count,
      ceil(extract(epoch FROM window_start + ${minutes}::int * interval '1 minute' - ringback_now()) * 1000)::int AS "leftMs"`,
  );
  return row!;
}

/** The time over which wrong passwords, codes and invitations are counted. */
export const WINDOW_MINUTES = 15;
/** One network may hold a whole office. */
const NETWORK_FACTOR = 5;

/** The attempts of a network: the name to take back from when one succeeds, and whether the network has failed too often. */
export type NetworkTries = { name: string; isOver: boolean; leftMs: number };

/**
 * Counts an attempt of `what` by a network before it is made, so that simultaneous attempts all count. A network may hold people who
 * have nothing to do with each other, so a right password passes even from a network that has failed too often; a wrong one is refused
 * by `refuseWrong`.
 */
export async function countNetworkAttempt(
  { db, limits }: { db: Db; limits: Limits },
  what: string,
  address: string,
): Promise<NetworkTries> {
  const name = `${what} network ${address}`;
  const { count, leftMs } = await countAttempt(db, name, WINDOW_MINUTES);
  return { name, isOver: count > limits.signInsPerQuarterHour * NETWORK_FACTOR, leftMs };
}

/** The refusal of a wrong attempt: `too_many_requests` for a network that has failed too often, else `wrong` itself. */
export function refuseWrong({ isOver, leftMs }: NetworkTries, wrong: unknown): unknown {
  return isOver && wrong instanceof Refusal ? tooMany(leftMs) : wrong;
}

/** Spends `name`, which may be spent once within `minutes`. True for exactly one of simultaneous calls. */
export async function spend(db: Db, name: string, minutes: number): Promise<boolean> {
  const spent = await query(
    db,
    z.object({ key: z.string() }),
    sql`
    INSERT INTO rate_limits AS r (key, window_start, count) VALUES (${name}, ringback_now(), 1)
    ON CONFLICT (key) DO UPDATE SET window_start = excluded.window_start
      WHERE r.window_start <= excluded.window_start - ${minutes}::int * interval '1 minute'
    RETURNING key`,
  );
  return spent.length === 1;
}

/** Forgets every attempt under this name, because the last one succeeded. */
export async function forgetAttempts(db: Db, name: string): Promise<void> {
  await execute(db, sql`DELETE FROM rate_limits WHERE key = ${name}`);
}

/** Takes one attempt under this name back, because it succeeded; the others still count. */
export async function forgiveAttempt(db: Db, name: string): Promise<void> {
  await execute(db, sql`UPDATE rate_limits SET count = count - 1 WHERE key = ${name} AND count > 0`);
}

/** The refusal `too_many_requests`, with the milliseconds until the caller may ask again. */
export function tooMany(leftMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(leftMs / 1_000));
  return new Refusal("too_many_requests", `That is too often. Wait ${seconds} seconds and try again.`, {
    retryAfterSeconds: seconds,
  });
}

/** Whether this refused a request whose turn did not come: too many waited before it, or it came too late. */
export function hadNoTurn(error: unknown): boolean {
  return error instanceof Refusal && (error.code === "too_many_requests" || error.code === "unavailable");
}
