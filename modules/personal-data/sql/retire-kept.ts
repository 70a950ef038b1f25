import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import type { Batch, Counts } from "../../module.ts";

/** Deletes idempotency keys that were taken before. */
export async function retireKeys(db: Db, { before, limit }: Batch): Promise<Counts> {
  const idempotencyKeys = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT scope, key FROM idempotency_keys WHERE created_at < ${before}::timestamptz
          ORDER BY created_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM idempotency_keys k USING gone WHERE k.scope = gone.scope AND k.key = gone.key`,
  );
  return { idempotencyKeys };
}

/** Deletes counts of requests whose window began before. */
export async function retireLimits(db: Db, { before, limit }: Batch): Promise<Counts> {
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
