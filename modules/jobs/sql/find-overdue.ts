import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { HEARTBEAT_SECONDS, PROBE } from "../rules.ts";
import { type Claimed, claimedRow } from "./claim.ts";

const row = z.intersection(claimedRow, z.object({ claim: z.string(), isSilent: z.boolean() }));

/** A claimed conversation whose worker gave no sign of life for too long (`isSilent`), or whose attempt has expired. */
export type Overdue = Claimed & Readonly<{ isSilent: boolean }>;

/** Finds up to `limit` conversations whose attempt is overdue. */
export async function findOverdue(ctx: Pick<Ctx, "db">, limit: number): Promise<Overdue[]> {
  const silent = sql`heartbeat_on + ${HEARTBEAT_SECONDS}::int * interval '1 second' < pgboss.job_now()`;
  return query(
    ctx.db,
    row,
    sql`SELECT id::text AS id, retry_count + 1 AS attempt, retry_limit - retry_count AS retries, (data ->> 'runId')::int AS "runId",
               (data ->> 'place')::int AS place, substr(group_id, strpos(group_id, '/') + 1) AS "modelId", started_on AS "claimedAt",
               data ->> 'claim' AS claim, ${silent} AS "isSilent"
        FROM pgboss.job_common WHERE name = ${PROBE} AND state = 'active' AND group_id IS NOT NULL AND data ? 'claim'
          AND (${silent} OR started_on + expire_seconds * interval '1 second' < pgboss.job_now())
        ORDER BY started_on LIMIT ${limit}`,
  );
}
