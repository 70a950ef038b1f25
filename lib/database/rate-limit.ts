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

/** The window in which wrong passwords, codes and invitations are counted. */
export const WINDOW_MINUTES = 15;
/** The limit of a network as a multiple of that of an account: a network may hold a whole office. */
const NETWORK_FACTOR = 5;

/** The attempts of a network: the name under which they count, and whether the network is over its limit. */
export type NetworkTries = { name: string; isOver: boolean; leftMs: number };

/**
 * Counts an attempt of `what` by a network before it is made, so that simultaneous attempts all count. A network may hold
 * unrelated people, so a right password passes even from a network over its limit; `refuseWrong` refuses a wrong one.
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

/** The refusal of a wrong attempt: `too_many_requests` for a network over its limit, else `wrong` itself. */
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

/** Forgets all attempts under this name, because the last one succeeded. */
export async function forgetAttempts(db: Db, name: string): Promise<void> {
  await execute(db, sql`DELETE FROM rate_limits WHERE key = ${name}`);
}

/** Takes one attempt under this name back, because it succeeded; the others still count. */
export async function forgiveAttempt(db: Db, name: string): Promise<void> {
  await execute(db, sql`UPDATE rate_limits SET count = count - 1 WHERE key = ${name} AND count > 0`);
}

/** The refusal `too_many_requests`, with the milliseconds until the next request is accepted. */
export function tooMany(leftMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(leftMs / 1_000));
  return new Refusal("too_many_requests", `That is too often. Wait ${seconds} seconds and try again.`, {
    retryAfterSeconds: seconds,
  });
}

/** Whether the request was refused because its turn did not come: too many waited before it, or it waited too long. */
export function hadNoTurn(error: unknown): boolean {
  return error instanceof Refusal && (error.code === "too_many_requests" || error.code === "unavailable");
}
