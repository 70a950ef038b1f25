import { z } from "zod";
import { monotonic } from "#lib/clock";
import type { Db } from "#lib/db";
import { tooMany } from "#lib/rate-limit";
import { query, sql } from "#lib/sql";

/**
 * What a request shows: whose secret of the environment, the token of a session whose cookie was right, the digest of
 * a key, and where it came from.
 */
export type Shown = {
  secretOf: "cron" | "service" | null;
  sessionToken: string | null;
  digest: Buffer | null;
  address: string;
};

/** How many requests per minute, by who asks. */
export type Rates = { person: number; service: number };

const admission = z.object({
  caller: z.string(),
  count: z.int(),
  leftMs: z.int(),
  session: z
    .object({ accountId: z.string(), role: z.enum(["agent", "supervisor"]), agentId: z.int().nullable() })
    .nullable(),
  key: z.object({ id: z.int(), scopes: z.array(z.string()), isRevoked: z.boolean() }).nullable(),
});

/** `isOver`: the caller is over the limit for another `leftMs`. */
export type Admission = z.infer<typeof admission> & { isOver: boolean };

/** Callers over their limit, until when; a flood from them does not become a flood of statements. */
const blocked = new Map<string, number>();
const MOST_BLOCKED = 10_000;

/**
 * Looks at who asks and counts the request, in one statement, so that every instance sees the same count and a session
 * or key that has ended is refused at the next request, whatever its cookie says. `caller` is whose count it was: an
 * account, a key, or the address when nobody we know asked. Refuses `too_many_requests` without asking the database when
 * this instance knows already that the caller is over the limit.
 */
export async function admit(db: Db, shown: Shown, rates: Rates): Promise<Admission> {
  const from = `${shown.address} ${shown.secretOf ?? shown.sessionToken ?? shown.digest?.toString("base64") ?? ""}`;
  const unnamed = shown.secretOf ?? `address ${shown.address}`;
  refuseBlocked(from);
  const [found] = await query(
    db,
    admission,
    sql`
    WITH session AS MATERIALIZED (
      SELECT s.account_id, a.role, a.agent_id FROM staff_sessions s JOIN staff_accounts a ON a.id = s.account_id
      WHERE s.token = ${shown.sessionToken} AND s.expires_at > clock_timestamp() AND a.disabled_at IS NULL
    ), key AS MATERIALIZED (
      SELECT id, scopes, revoked_at IS NOT NULL AS is_revoked FROM api_keys WHERE digest = ${shown.digest}::bytea
    ), caller AS MATERIALIZED (
      SELECT coalesce((SELECT 'account ' || account_id FROM session), (SELECT 'key ' || id FROM key), ${unnamed}) AS name,
             date_trunc('minute', ringback_now()) AS minute
    ), used AS (
      UPDATE api_keys SET last_used_at = ringback_now()
      WHERE id = (SELECT id FROM key WHERE NOT is_revoked)
        AND (last_used_at IS NULL OR last_used_at <= ringback_now() - interval '1 minute')
    ), counted AS (
      INSERT INTO rate_limits AS r (key, window_start, count) SELECT name, minute, 1 FROM caller
      ON CONFLICT (key) DO UPDATE
        SET count = CASE WHEN r.window_start = excluded.window_start THEN r.count + 1 ELSE 1 END,
            window_start = excluded.window_start
      RETURNING count
    )
    SELECT name AS caller, count,
           ceil(extract(epoch FROM minute + interval '1 minute' - ringback_now()) * 1000)::int AS "leftMs",
           (SELECT json_build_object('accountId', account_id, 'role', role, 'agentId', agent_id) FROM session) AS session,
           (SELECT json_build_object('id', id, 'scopes', scopes, 'isRevoked', is_revoked) FROM key) AS key
    FROM caller, counted`,
  );
  const admitted = found!;
  const isMachine = shown.secretOf !== null || admitted.key?.isRevoked === false;
  const most = isMachine ? rates.service : rates.person;
  const isOver = admitted.count > most;
  if (isOver) block(from, admitted.leftMs);
  return { ...admitted, isOver };
}

function refuseBlocked(from: string): void {
  const until = blocked.get(from);
  if (until === undefined) return;
  const left = until - monotonic();
  if (left > 0) throw tooMany(left);
  blocked.delete(from);
}

function block(from: string, leftMs: number): void {
  if (blocked.size >= MOST_BLOCKED) blocked.clear();
  blocked.set(from, monotonic() + leftMs);
}
