import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { execute, query, type Sql, sql } from "#lib/database/sql";
import { PROBE } from "../rules.ts";
import type { Claimed } from "./claim.ts";

type Held = Pick<Claimed, "id" | "claim">;

const ours = ({ id, claim }: Held): Sql =>
  sql`name = ${PROBE} AND id = ${id}::uuid AND state = 'active' AND (data ->> 'claim')::int = ${claim}`;

/** The jobs and claims of a statement as a table `held`. */
const heldTable = (jobs: readonly Held[]): Sql =>
  sql`unnest(${jobs.map(({ id }) => id)}::uuid[], ${jobs.map(({ claim }) => claim)}::int[]) AS held (id, claim)`;

/**
 * Holds a job until the end of the transaction. False when it is not ours any more: it may have expired, been cancelled, or been
 * claimed anew.
 */
export async function holdClaim(tx: Pick<Ctx, "db">, job: Held): Promise<boolean> {
  const found = await query(
    tx.db,
    z.object({ id: z.string() }),
    sql`SELECT id::text AS id FROM pgboss.job_common WHERE ${ours(job)} FOR UPDATE`,
  );
  return found.length > 0;
}

/**
 * Completes those of the jobs that are still ours, and returns their ids. What the transaction writes besides is committed with
 * that, or not at all. pg-boss would first have to be asked which are ours.
 */
export async function completeClaims(tx: Pick<Ctx, "db">, jobs: readonly Held[]): Promise<Set<string>> {
  const completed = await query(
    tx.db,
    z.object({ id: z.string() }),
    sql`WITH mine AS MATERIALIZED (
          SELECT j.id FROM ${heldTable(jobs)} JOIN pgboss.job_common j
            ON j.name = ${PROBE} AND j.id = held.id AND j.state = 'active' AND (j.data ->> 'claim')::int = held.claim
          ORDER BY j.id FOR UPDATE OF j)
        UPDATE pgboss.job_common j SET state = 'completed', completed_on = pgboss.job_now()
        FROM mine WHERE j.name = ${PROBE} AND j.id = mine.id RETURNING j.id::text AS id`,
  );
  return new Set(completed.map(({ id }) => id));
}

/**
 * Gives a job back so that it begins again in `seconds`, without an attempt spent. False when it is not ours any more.
 */
export async function giveBack(tx: Pick<Ctx, "db">, job: Held, seconds: number): Promise<boolean> {
  const given = await execute(
    tx.db,
    sql`UPDATE pgboss.job_common
        SET state = CASE WHEN retry_count > 0 THEN 'retry' ELSE 'created' END::pgboss.job_state, started_on = NULL,
            heartbeat_on = NULL, start_after = pgboss.job_now() + ${seconds}::float8 * interval '1 second',
            keep_until = keep_until + ${seconds}::float8 * interval '1 second'
        WHERE ${ours(job)}`,
  );
  return given > 0;
}

/** No attempt is left to this job: what fails it now ends it. */
export async function spendAttempts(tx: Pick<Ctx, "db">, job: Held): Promise<void> {
  await execute(tx.db, sql`UPDATE pgboss.job_common SET retry_limit = retry_count WHERE ${ours(job)}`);
}

/** Says of jobs that they are being worked on. Those that are not ours any more are passed over. */
export async function touchJobs(ctx: Pick<Ctx, "db">, jobs: readonly Held[]): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE pgboss.job_common j SET heartbeat_on = pgboss.job_now()
        FROM ${heldTable(jobs)}
        WHERE j.name = ${PROBE} AND j.id = held.id AND j.state = 'active' AND (j.data ->> 'claim')::int = held.claim`,
  );
}

const standing = z.object({ isOurs: z.boolean(), isHeld: z.boolean() });
export type Standing = z.infer<typeof standing>;

/** Before each turn of a conversation: whether the job is still ours, and whether a hard pause holds it. Also a sign of life. */
export async function checkIn(ctx: Pick<Ctx, "db">, job: Claimed): Promise<Standing> {
  const [row] = await query(
    ctx.db,
    standing,
    sql`WITH mine AS (UPDATE pgboss.job_common SET heartbeat_on = pgboss.job_now() WHERE ${ours(job)} RETURNING 1)
        SELECT EXISTS (SELECT FROM mine) AS "isOurs", EXISTS (
          SELECT FROM job_pauses WHERE is_hard AND ended_at IS NULL AND (until IS NULL OR until > ringback_now())
            AND (scope = 'queue' OR (scope = 'run' AND target = ${String(job.runId)}) OR (scope = 'model' AND target = ${job.modelId}))
        ) AS "isHeld"`,
  );
  return row!;
}
