import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import type { Batch, Counts } from "../../module.ts";

/** Deletes staff sessions that expired before. */
export async function retireSessions(db: Db, { before, limit }: Batch): Promise<Counts> {
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

/** Deletes invitations and unfinished sign-ins that expired before. */
export async function retireVerifications(db: Db, { before, limit }: Batch): Promise<Counts> {
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
