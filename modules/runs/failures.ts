import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { execute, type Sql, sql } from "#lib/database/sql";
import { deadLetters, enqueueProbes, openQueues, takeDeadLetters } from "#modules/jobs";
import { JobValidationError } from "./errors.ts";
import { checked } from "./input.ts";
import { MAX_BATCH_SIZE, VERBS } from "./rules.ts";
import { retryInput, type RetryInput } from "./schema.ts";
import { holdRun } from "./sql/end-run.ts";
import { type FailureGroup, failureGroupsOf } from "./sql/group-failures.ts";
import { probesOf } from "./sql/next-items.ts";
import { holdFailed, retryItems } from "./sql/retry-items.ts";
import { notNow } from "./steer.ts";
import { type Run, runOf } from "./store.ts";

/** The failed items of a run in groups by error, the largest group first. Refuses `not_found`. */
export async function failureGroups(ctx: Pick<Ctx, "db">, runId: number): Promise<FailureGroup[]> {
  await runOf(ctx, runId);
  return (await failureGroupsOf(ctx, [runId]))[0]!;
}

/**
 * The result of a bulk operation, or of its dry run: how many items, and some of their ids. `hasMore`: the limit was reached, and
 * others are left.
 */
export type Bulk = Readonly<{ count: number; sample: readonly string[]; hasMore: boolean; dryRun: boolean }>;

/**
 * Retries the failed items that match the filter, up to 5,000, each with all its attempts. In an open run they wait again; a run
 * that has ended keeps its state, and an item that succeeds then counts as completed. With `dryRun` nothing is changed. Refuses
 * RunStateError for a cancelled run.
 */
export async function retryFailed(ctx: Ctx, runId: number, given: RetryInput = {}): Promise<Bulk> {
  const filter = checked(retryInput, given);
  await openQueues(ctx);
  const { modelId = null, class: errorClass = null, code = null, itemIds } = filter;
  const foreign = itemIds?.find((id) => !id.startsWith(`${runId}-`));
  if (foreign !== undefined) throw new JobValidationError(`itemIds: ${foreign} is no item of run ${runId}.`);
  const places = itemIds?.map((id) => Number(id.split("-")[1])) ?? null;
  const which = sql`(${modelId}::text IS NULL OR model_id = ${modelId}) AND (${errorClass}::text IS NULL OR class = ${errorClass})
    AND (${code}::text IS NULL OR coalesce(code, '') = ${code}) AND (${places}::int[] IS NULL OR place = ANY (${places}::int[]))`;
  return inTransaction(ctx, async (tx) => {
    const run = await retriable(tx, runId);
    return retryChosen(tx, run, which, { action: "run.retried", dryRun: filter.dryRun });
  });
}

/** The run, in a state in which its failed items may be tried again. Refuses `not_found` and RunStateError. */
async function retriable(ctx: Pick<Ctx, "db">, runId: number): Promise<Run> {
  const run = await runOf(ctx, runId);
  if ((VERBS.retry as readonly string[]).includes(run.status)) return run;
  throw notNow(runId, run.status, "retry");
}

/**
 * Redrives dead letters of one run, or of all runs that were not cancelled, up to 5,000. A conversation that fails again becomes a
 * dead letter again. With `dryRun` nothing is changed. Refuses `not_found`, and RunStateError for a run that was cancelled.
 */
export async function redriveDeadLetters(
  ctx: Ctx,
  of: { runId?: number | undefined; dryRun?: boolean } = {},
): Promise<Bulk> {
  const { runId, dryRun = false } = of;
  if (runId !== undefined) await retriable(ctx, runId);
  await openQueues(ctx);
  const letters = await deadLetters(ctx, { ...(runId !== undefined && { runId }), limit: MAX_BATCH_SIZE + 1 });
  const taken = letters.slice(0, MAX_BATCH_SIZE);
  const byRun = Map.groupBy(taken, (letter) => letter.runId);
  const done = { count: 0, sample: [] as string[], hasMore: letters.length > MAX_BATCH_SIZE, dryRun };
  for (const [id, mine] of byRun) {
    const bulk = await inTransaction(ctx, async (tx) => {
      const run = await runOf(tx, id);
      if (run.status === "CANCELLED") return null;
      const which = sql`job_id = ANY (${mine.map(({ diedAs }) => diedAs)}::uuid[])`;
      return retryChosen(tx, run, which, { action: "run.redriven", dryRun });
    });
    done.count += bulk?.count ?? 0;
    done.sample.push(...(bulk?.sample ?? []));
  }
  return { ...done, sample: done.sample.slice(0, SAMPLE) };
}

const SAMPLE = 5;

type Retry = Readonly<{ action: "run.retried" | "run.redriven"; dryRun: boolean }>;

async function retryChosen(tx: Ctx, { id, priority }: Run, which: Sql, { action, dryRun }: Retry): Promise<Bulk> {
  // The lock keeps the run from ending meanwhile: a run that has ended must have no waiting item.
  const isOpen = (await holdRun(tx, id))?.isOpen ?? false;
  const failed = await holdFailed(tx, id, which, MAX_BATCH_SIZE + 1);
  const items = failed.slice(0, MAX_BATCH_SIZE);
  const bulk = {
    count: items.length,
    sample: items.slice(0, SAMPLE).map(({ place }) => `${id}-${place}`),
    hasMore: failed.length > MAX_BATCH_SIZE,
    dryRun,
  };
  if (dryRun || items.length === 0) return bulk;
  await retryItems(tx, id, items, isOpen);
  // The change makes screens read the run again.
  await execute(tx.db, sql`UPDATE runs SET changed_at = ringback_now() WHERE id = ${id}`);
  await takeDeadLetters(
    tx,
    items.map(({ jobId }) => jobId),
  );
  const models = [...new Set(items.map(({ modelId }) => modelId))];
  const probes = probesOf(id, sql`place = ANY (${items.map(({ place }) => place)}::int[])`);
  await enqueueProbes(tx, { runId: id, priority, models, probes });
  const details = { items: items.length };
  await writeAudit(tx.db, { actor: tx.actor, action, subject: `run ${id}`, details });
  return bulk;
}
