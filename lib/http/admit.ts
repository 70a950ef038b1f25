import { z } from "zod";
import { monotonic } from "#lib/time/clock";
import { Recent } from "#lib/base/recent";
import { poolOf } from "#lib/database/db";
import { tooMany } from "#lib/database/rate-limit";
import type { PrismaClient } from "#prisma/client";

/**
 * The credentials of a request: the name of the owner of a secret or signature, the token of a session whose cookie is genuine,
 * the digest of a key, and the address.
 */
export type Credentials = {
  principal: string | null;
  sessionToken: string | null;
  digest: Buffer | null;
  address: string;
};

/** Maximum requests per minute, by kind of caller. */
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
 * The caller whose requests were counted: an account, a key, or the address of an unknown caller; with the session and the key as
 * they are now. `isOver`: the caller is over the limit for another `leftMs`.
 */
export type Admission = {
  caller: string;
  leftMs: number;
  isOver: boolean;
  session: { accountId: string; agentId: number | null } | null;
  key: { id: number; scopes: string[]; isRevoked: boolean } | null;
};

/** Callers over their limit, and until when; a flood from them does not become a flood of statements. */
const blocked = new Recent<number>();

const ADMIT = `
  SELECT caller, count, left_ms AS "leftMs", account_id AS "accountId", agent_id AS "agentId", key_id AS "keyId", scopes,
         is_revoked AS "isRevoked"
  FROM admit_request($1, $2, $3, $4)`;

/**
 * Finds the caller and counts the request in one statement, so that every instance sees the same count, and a session or key that
 * has ended is refused at the next request, even while its cookie is valid. Refuses `too_many_requests` without a statement when
 * this instance knows that the caller is over the limit.
 */
export async function admit(db: PrismaClient, credentials: Credentials, rates: Rates): Promise<Admission> {
  const bucket = bucketOf(credentials.address, credentials.principal ?? credentials.sessionToken ?? credentials.digest);
  const unnamed = credentials.principal ?? `address ${credentials.address}`;
  refuseBlocked(bucket);
  const batch = spendAllowance(bucket) ? 0 : batchFor(bucket, rates);
  const { rows } = await poolOf(db).query(ADMIT, [credentials.sessionToken, credentials.digest, unnamed, batch]);
  const found = row.parse(rows[0]);
  const { caller, count, leftMs, accountId, agentId, keyId, scopes, isRevoked } = found;
  const isMachine = credentials.principal !== null || isRevoked === false;
  const isOver = count > (isMachine ? rates.service : rates.person);
  if (isOver) blocked.set(bucket, monotonic() + leftMs);
  else if (batch > 0 && (isMachine || accountId !== null))
    allowances.set(bucket, { left: batch - 1, until: monotonic() + leftMs });
  const session = accountId === null ? null : { accountId, agentId };
  const key = keyId === null ? null : { id: keyId, scopes: scopes ?? [], isRevoked: isRevoked === true };
  return { caller, leftMs, isOver, session, key };
}

/** Whether this key was valid before, from this address. */
export function isKnownKey(address: string, digest: Buffer): boolean {
  return allowances.has(bucketOf(address, digest));
}

function bucketOf(address: string, credential: string | Buffer | null): string {
  return `${address} ${Buffer.isBuffer(credential) ? credential.toString("base64") : (credential ?? "")}`;
}

/**
 * Requests of a caller that are counted in advance. For a known caller this instance counts about a second's worth at once, so
 * that most requests write nothing. Requests of strangers, and those under small limits, are counted one by one.
 */
const allowances = new Recent<Allowance>();
type Allowance = { left: number; until: number };

/** How many requests are counted at once: a second's worth of the smaller limit for a known caller, one for a stranger. */
function batchFor(bucket: string, { person, service }: Rates): number {
  return allowances.has(bucket) ? Math.max(1, Math.floor(Math.min(person, service) / 60)) : 1;
}

function spendAllowance(bucket: string): boolean {
  const allowance = allowances.get(bucket);
  if (!allowance || allowance.left === 0 || allowance.until <= monotonic()) return false;
  allowance.left -= 1;
  return true;
}

function refuseBlocked(bucket: string): void {
  const until = blocked.get(bucket);
  if (until === undefined) return;
  const left = until - monotonic();
  if (left > 0) throw tooMany(left);
  blocked.delete(bucket);
}
