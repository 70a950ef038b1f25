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

const row = z.object({
  caller: z.string(),
  count: z.int(),
  leftMs: z.int(),
  accountId: z.string().nullable(),
  agentId: z.int().nullable(),
  keyId: z.int().nullable(),
  scopes: z.array(z.string()).nullable(),
  isRevoked: z.boolean().nullable(),
});

/**
 * Whose count it was: an account, a key, or the address when nobody we know asked; the session and the key as they are
 * now. `isOver`: the caller is over the limit for another `leftMs`.
 */
export type Admission = {
  caller: string;
  leftMs: number;
  isOver: boolean;
  session: { accountId: string; agentId: number | null } | null;
  key: { id: number; scopes: string[]; isRevoked: boolean } | null;
};

/** Callers over their limit, until when; a flood from them does not become a flood of statements. */
const blocked = new Map<string, number>();
const MOST_BLOCKED = 10_000;

/**
 * Looks at who asks and counts the request, in one statement, so that every instance sees the same count and a session
 * or key that has ended is refused at the next request, whatever its cookie says. Refuses `too_many_requests` without
 * asking the database when this instance knows already that the caller is over the limit.
 */
export async function admit(db: Db, shown: Shown, rates: Rates): Promise<Admission> {
  const from = `${shown.address} ${shown.secretOf ?? shown.sessionToken ?? shown.digest?.toString("base64") ?? ""}`;
  const unnamed = shown.secretOf ?? `address ${shown.address}`;
  refuseBlocked(from);
  const [found] = await query(
    db,
    row,
    sql`SELECT caller, count, left_ms AS "leftMs", account_id AS "accountId", agent_id AS "agentId", key_id AS "keyId", scopes,
               is_revoked AS "isRevoked"
        FROM admit_request(${shown.sessionToken}, ${shown.digest}::bytea, ${unnamed})`,
  );
  const { caller, count, leftMs, accountId, agentId, keyId, scopes, isRevoked } = found!;
  const isMachine = shown.secretOf !== null || isRevoked === false;
  const isOver = count > (isMachine ? rates.service : rates.person);
  if (isOver) block(from, leftMs);
  const session = accountId === null ? null : { accountId, agentId };
  const key = keyId === null ? null : { id: keyId, scopes: scopes ?? [], isRevoked: isRevoked === true };
  return { caller, leftMs, isOver, session, key };
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
