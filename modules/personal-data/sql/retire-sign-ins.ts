import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import type { Deleted } from "../schema.ts";
import type { Batch } from "./retire.ts";

/** Deletes sessions of staff that ran out before. */
export async function retireSessions(db: Db, { before, limit }: Batch): Promise<Partial<Deleted>> {
  const sessions = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT id FROM staff_sessions WHERE expires_at < ${before}::timestamptz
          ORDER BY expires_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM staff_sessions WHERE id = ANY (ARRAY(SELECT id FROM gone))`,
  );
  return { sessions };
}

/** Deletes invitations and half-done sign-ins that ran out before. */
export async function retireVerifications(db: Db, { before, limit }: Batch): Promise<Partial<Deleted>> {
  const verifications = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT id FROM staff_verifications WHERE expires_at < ${before}::timestamptz
          ORDER BY expires_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM staff_verifications WHERE id = ANY (ARRAY(SELECT id FROM gone))`,
  );
  return { verifications };
}

/** Deletes counts of requests whose window began before. */
export async function retireLimits(db: Db, { before, limit }: Batch): Promise<Partial<Deleted>> {
  const rateLimits = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT key FROM rate_limits WHERE window_start < ${before}::timestamptz
          ORDER BY window_start LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM rate_limits WHERE key = ANY (ARRAY(SELECT key FROM gone))`,
  );
  return { rateLimits };
}
