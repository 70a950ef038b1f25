import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { queryDirect } from "#lib/database/direct";
import { execute, query, type Sql, sql } from "#lib/database/sql";
import { together } from "#lib/database/together";
import { PROBE } from "../rules.ts";
import type { Claimed } from "./claim.ts";

type Held = Pick<Claimed, "id" | "claim">;

const withId = z.object({ id: z.string() });

const ours = ({ id, claim }: Held): Sql =>
  sql`name = ${PROBE} AND id = ${id}::uuid AND state = 'active' AND data ->> 'claim' = ${claim}`;

/** The jobs and claims of a statement as a table `held`. */
const heldTable = (jobs: readonly Held[]): Sql =>
  sql`unnest(${jobs.map(({ id }) => id)}::uuid[], ${jobs.map(({ claim }) => claim)}::text[]) AS held (id, claim)`;

/**
 * Locks a job until the end of the transaction. False when it is no longer ours: it expired, was cancelled, or was claimed anew.
 */
export async function holdClaim(tx: Pick<Ctx, "db">, job: Held): Promise<boolean> {
  const found = await query(
    tx.db,
    withId,
    sql`SELECT id::text AS id FROM pgboss.job_common WHERE ${ours(job)} FOR UPDATE`,
  );
  return found.length > 0;
}

/**
 * Completes the jobs whose claim is still valid, from `active` to `completed`, and returns their ids. pg-boss has no fence, so
 * this statement replaces its own.
 */
export async function completeClaims(tx: Pick<Ctx, "db">, jobs: readonly Held[]): Promise<Set<string>> {
  const completed = await queryDirect(
    tx.db,
    withId,
    sql`WITH mine AS MATERIALIZED (
          SELECT j.id FROM ${heldTable(jobs)} JOIN pgboss.job_common j
            ON j.name = ${PROBE} AND j.id = held.id AND j.state = 'active' AND j.data ->> 'claim' = held.claim
          ORDER BY j.id FOR UPDATE OF j)
        UPDATE pgboss.job_common j SET state = 'completed', completed_on = pgboss.job_now()
        FROM mine WHERE j.name = ${PROBE} AND j.id = mine.id RETURNING j.id::text AS id`,
  );
  return new Set(completed.map(({ id }) => id));
}

/**
 * Gives a job back without spending an attempt: from `active` to `retry` or `created`, to begin again after `seconds`. False when
 * it is no longer ours.
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

type HeldAnalysis = Readonly<{ queue: string; id: string; retryCount: number }>;

const oursToAnalyse = ({ queue, id, retryCount }: HeldAnalysis): Sql =>
  sql`name = ${queue} AND id = ${id}::uuid AND state = 'active' AND retry_count = ${retryCount}::int`;

/**
 * Gives back an analysis that did not end, without spending an attempt: from `active` to `retry` or `created`, to begin again at
 * once.
 */
export async function giveBackAnalysis(ctx: Pick<Ctx, "db">, analysis: HeldAnalysis): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE pgboss.job_common
        SET state = CASE WHEN retry_count > 0 THEN 'retry' ELSE 'created' END::pgboss.job_state, started_on = NULL
        WHERE ${oursToAnalyse(analysis)}`,
  );
}

/** Renews the heartbeat of an analysis, unless it is no longer ours. */
export async function touchAnalysis(ctx: Pick<Ctx, "db">, analysis: HeldAnalysis): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE pgboss.job_common SET heartbeat_on = pgboss.job_now() WHERE ${oursToAnalyse(analysis)}`,
  );
}

/** Takes the remaining attempts from a job: its next failure ends it. */
export async function spendAttempts(tx: Pick<Ctx, "db">, job: Held): Promise<void> {
  await execute(tx.db, sql`UPDATE pgboss.job_common SET retry_limit = retry_count WHERE ${ours(job)}`);
}

/** Renews the heartbeat of jobs; jobs that are no longer ours are left alone. */
export async function touchJobs(ctx: Pick<Ctx, "db">, jobs: readonly Held[]): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE pgboss.job_common j SET heartbeat_on = pgboss.job_now()
        FROM ${heldTable(jobs)}
        WHERE j.name = ${PROBE} AND j.id = held.id AND j.state = 'active' AND j.data ->> 'claim' = held.claim`,
  );
}

const standing = z.object({ isOurs: z.boolean(), isHeld: z.boolean() });
export type Standing = z.infer<typeof standing>;

/**
 * Checks before each turn of a conversation whether the claim is still valid and whether a hard pause holds the job. Conversations
 * at the same point share the statement.
 */
export const checkIn = together<Pick<Ctx, "db">, Claimed, Standing>(async (ctx, jobs) =>
  queryDirect(
    ctx.db,
    standing,
    sql`SELECT EXISTS (
          SELECT FROM pgboss.job_common j
          WHERE j.name = ${PROBE} AND j.id = held.id AND j.state = 'active' AND j.data ->> 'claim' = held.claim
        ) AS "isOurs", EXISTS (
          SELECT FROM job_pauses WHERE is_hard AND ended_at IS NULL AND (until IS NULL OR until > ringback_now())
            AND (scope = 'queue' OR (scope = 'run' AND target = held.run_id) OR (scope = 'model' AND target = held.model_id))
        ) AS "isHeld"
        FROM unnest(${jobs.map(({ id }) => id)}::uuid[], ${jobs.map(({ claim }) => claim)}::text[],
                    ${jobs.map(({ runId }) => String(runId))}::text[], ${jobs.map(({ modelId }) => modelId)}::text[])
          WITH ORDINALITY AS held (id, claim, run_id, model_id, place) ORDER BY place`,
  ),
);
