import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { shownActor } from "#lib/identity/shown-actor";
import { RUN_STATUSES, type RunStatus } from "../states.ts";

const runRow = z.object({
  id: z.int(),
  definitionId: z.int(),
  definitionName: z.string(),
  experimentId: z.string().nullable(),
  status: z.enum(RUN_STATUSES),
  priority: z.enum(["LOW", "NORMAL", "HIGH"]),
  models: z.array(z.string()),
  repetitions: z.int(),
  samplePercentage: z.number(),
  sampleSeed: z.bigint(),
  scenarioCount: z.int(),
  maxTokens: z.bigint().nullable(),
  total: z.int(),
  queued: z.int(),
  isSealed: z.boolean(),
  createdBy: z.string(),
  createdAt: z.date(),
  startedAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  changedAt: z.date(),
});
export type Run = z.infer<typeof runRow>;

/** The name of the priority of a row of `runs`. */
export const PRIORITY_NAME = sql`CASE priority WHEN 0 THEN 'LOW' WHEN 5 THEN 'NORMAL' ELSE 'HIGH' END`;

/** The columns of a run; the table must be named `r` in the statement. */
const COLUMNS = sql`r.id, r.definition_id AS "definitionId", r.definition_name AS "definitionName", r.experiment_id AS "experimentId",
  CASE WHEN r.ended_at IS NULL AND EXISTS (
    SELECT FROM job_pauses p WHERE p.scope = 'run' AND p.target = r.id::text AND p.ended_at IS NULL
      AND (p.until IS NULL OR p.until > ringback_now())) THEN 'PAUSED' ELSE r.status END AS status,
  ${PRIORITY_NAME} AS priority, r.models, r.repetitions,
  r.sample_percentage AS "samplePercentage", r.sample_seed AS "sampleSeed", r.scenario_count AS "scenarioCount",
  r.max_tokens AS "maxTokens", r.total, r.queued, r.sealed_at IS NOT NULL AS "isSealed", ${shownActor(sql`r.created_by`)} AS "createdBy",
  r.created_at AS "createdAt", r.started_at AS "startedAt", r.ended_at AS "endedAt", r.moved_at AS "changedAt"`;

type Wanted = Readonly<{ id: number; changedSince?: Date | null | undefined }>;

/**
 * Reads each of these runs, in their order: undefined for one that does not exist, and null for one that has not changed since
 * `changedSince`.
 */
export async function runsOf(ctx: Pick<Ctx, "db">, wanted: readonly Wanted[]): Promise<(Run | null | undefined)[]> {
  const since = wanted.map(({ changedSince }) => (changedSince ?? new Date(0)).toISOString());
  const found = await query(
    ctx.db,
    runRow.extend({ asked: z.int(), hasChanged: z.boolean() }),
    sql`SELECT ${COLUMNS}, asked, moved_at > since AS "hasChanged" FROM (
          SELECT runs.*, w.asked::int AS asked, w.since,
                 greatest(changed_at, (SELECT max(ended_at) FROM run_items i WHERE i.run_id = runs.id AND ended_at IS NOT NULL)) AS moved_at
          FROM unnest(${wanted.map(({ id }) => id)}::int[], ${since}::timestamptz[]) WITH ORDINALITY AS w (run_id, since, asked)
          JOIN runs ON runs.id = w.run_id) r`,
  );
  const byPlace = new Map(found.map(({ asked, hasChanged, ...one }) => [asked, hasChanged ? one : null]));
  return wanted.map((_, place) => byPlace.get(place + 1));
}

type Page = Readonly<{ after?: number | undefined; status?: RunStatus | undefined; limit: number }>;

/** Reads runs, newest first: those before the run `after`, in one state or in any, at most `limit`. */
export async function findRuns(ctx: Pick<Ctx, "db">, { after, status, limit }: Page): Promise<Run[]> {
  return query(
    ctx.db,
    runRow,
    sql`SELECT * FROM (
          SELECT ${COLUMNS} FROM (SELECT *, changed_at AS moved_at FROM runs) r WHERE r.id < ${after ?? 2_147_483_647}
            AND (${status ?? null}::text IS NULL OR ${status ?? null} IN ('PENDING', 'RUNNING', 'PAUSED') OR r.status = ${status ?? null})
        ) r WHERE ${status ?? null}::text IS NULL OR status = ${status ?? null}
        ORDER BY id DESC LIMIT ${limit}`,
  );
}
