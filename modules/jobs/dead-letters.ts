import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { execute, query, sql } from "#lib/database/sql";
import { deadLetterOf, PROBE } from "./rules.ts";

const letter = z.object({ jobId: z.string(), diedAs: z.string(), runId: z.int(), place: z.int(), diedAt: z.date() });
export type DeadLetter = z.infer<typeof letter>;

/** Lists conversations whose attempts are all spent, oldest first: of one run, or of all. */
export async function deadLetters(ctx: Pick<Ctx, "db">, of: { runId?: number; limit: number }): Promise<DeadLetter[]> {
  return query(
    ctx.db,
    letter,
    sql`SELECT id::text AS "jobId", source_id::text AS "diedAs", (data ->> 'runId')::int AS "runId", (data ->> 'place')::int AS place,
               created_on AS "diedAt"
        FROM pgboss.job_common WHERE name = ${deadLetterOf(PROBE)} AND state < 'active'
          AND (${of.runId ?? null}::int IS NULL OR (data ->> 'runId')::int = ${of.runId ?? null}::int)
        ORDER BY created_on, id LIMIT ${of.limit}`,
  );
}

/** Removes the dead letters of these jobs from their queue, because they are retried as other jobs. */
export async function takeDeadLetters(tx: Pick<Ctx, "db">, diedAs: readonly string[]): Promise<number> {
  return execute(
    tx.db,
    sql`DELETE FROM pgboss.job_common WHERE name = ${deadLetterOf(PROBE)} AND source_id = ANY (${[...diedAs]}::uuid[])`,
  );
}
