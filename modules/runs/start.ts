import { z } from "zod";
import { stopwatch } from "#lib/time/clock";
import { writeAudit } from "#lib/identity/audit";
import { type Ctx, describeActor } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { enqueueProbes, knownModels, modelAccess, openQueues, type Priority } from "#modules/jobs";
import { once } from "#lib/database/once";
import { execute, query, sql } from "#lib/database/sql";
import { JobValidationError } from "./errors.ts";
import { definition, definitionNotFound, type Definition } from "./definitions.ts";
import { checked } from "./input.ts";
import { CHUNK, MAX_JOBS, samplePlaces } from "./rules.ts";
import { startRunInput, type StartRunInput } from "./schema.ts";
import { nextItems, probesOf } from "./sql/next-items.ts";
import { takeScenarios } from "./sql/take-scenarios.ts";
import { PRIORITY_NAME } from "./sql/find-runs.ts";
import { priorityOf, type Run, runOf } from "./store.ts";

export type Started = Readonly<{ run: Run; jobCount: number }>;

/**
 * Starts a run: one job per sampled scenario, model and repetition. The run, the scenarios it took, its items and its
 * jobs are committed together or not at all; beyond 5,000 jobs in chunks; when this process dies a sweep queues the rest, and the
 * run cannot end before all are queued. Refuses with JobValidationError and `not_found`, and queues nothing then; the same
 * `idempotencyKey` starts the same run once.
 */
export async function startRun(ctx: Ctx, given: StartRunInput): Promise<Started> {
  const input = checked(startRunInput, given);
  const known = new Set(knownModels({ access: modelAccess() }).map(({ modelId }) => modelId));
  const unknown = input.models.find((model) => !known.has(model));
  if (unknown !== undefined) {
    throw new JobValidationError(`models: there is no model ${unknown}; there are ${[...known].join(", ")}.`);
  }
  await openQueues(ctx);
  const { idempotencyKey: key, ...request } = input;
  const begin = (tx: Ctx) => beginRun(tx, input);
  const { sampleSeed, ...plain } = request;
  const id = key
    ? (
        await once(
          ctx,
          {
            scope: `start run ${describeActor(ctx.actor)}`,
            key,
            request: { ...plain, sampleSeed: String(sampleSeed) },
          },
          begin,
        )
      ).answer
    : await inTransaction(ctx, begin);
  await fillFor(ctx, id, FILLED_BEFORE_ANSWER_MS);
  const run = await runOf(ctx, id);
  return { run, jobCount: run.total };
}

/** A very large run is answered before all of its jobs are queued; the next sweep queues the rest in any case. */
const FILLED_BEFORE_ANSWER_MS = 2_500;

async function fillFor(ctx: Ctx, id: number, milliseconds: number): Promise<void> {
  const spent = stopwatch();
  while (await fillRun(ctx, id)) {
    if (spent() < milliseconds) continue;
    ctx.afterAnswer((later) => fillFor(later, id, Infinity));
    return;
  }
}

/** Creates the run with its first chunk, in one transaction, and returns its id. */
async function beginRun(tx: Ctx, input: z.output<typeof startRunInput>): Promise<number> {
  const source = await definition(tx, input.definitionId);
  if (!source) throw definitionNotFound(input.definitionId);
  if (source.scenarios.length === 0) {
    throw new JobValidationError(`definitionId: the definition ${source.name} has no scenarios.`);
  }
  const places = samplePlaces(
    source.scenarios.map(({ id }) => id),
    input.samplePercentage,
    input.sampleSeed,
  );
  const total = places.length * input.models.length * input.repetitions;
  if (total > MAX_JOBS) {
    throw new JobValidationError(`This run would have ${total} jobs; at most ${MAX_JOBS} are possible. Take a sample.`);
  }
  const id = await writeRun(tx, input, { source, places, total });
  await fillRun(tx, id);
  return id;
}

async function writeRun(
  tx: Ctx,
  input: z.output<typeof startRunInput>,
  { source, places, total }: { source: Definition; places: readonly number[]; total: number },
): Promise<number> {
  const [run] = await query(
    tx.db,
    z.object({ id: z.int() }),
    sql`INSERT INTO runs (definition_id, definition_name, experiment_id, priority, models, repetitions, sample_percentage, sample_seed,
                          scenario_count, max_tokens, total, created_by, created_at, changed_at)
        VALUES (${source.id}, ${source.name}, ${input.experimentId ?? null}, ${priorityOf(input.priority)}, ${input.models}::text[],
                ${input.repetitions}, ${input.samplePercentage}, ${input.sampleSeed}, ${places.length}, ${input.maxTokens ?? null},
                ${total}, ${describeActor(tx.actor)}, ${tx.now}::timestamptz, ${tx.now}::timestamptz)
        RETURNING id`,
  );
  await takeScenarios(tx, run!.id, source.id, places);
  const details = { definition: source.id, jobs: total };
  await writeAudit(tx.db, { actor: tx.actor, action: "run.started", subject: `run ${run!.id}`, details });
  return run!.id;
}

/**
 * Queues the next chunk of a run, and seals it with the last one. True when there is more to do. Of two simultaneous calls the
 * second waits for the first and continues after it, so no chunk is queued twice.
 */
export async function fillRun(ctx: Ctx, id: number): Promise<boolean> {
  return inTransaction(ctx, async (tx) => {
    const [run] = await query(
      tx.db,
      z.object({ queued: z.int(), total: z.int(), models: z.array(z.string()), priority: z.custom<Priority>() }),
      sql`SELECT queued, total, models, ${PRIORITY_NAME} AS priority
          FROM runs WHERE id = ${id} AND sealed_at IS NULL AND ended_at IS NULL FOR UPDATE`,
    );
    if (!run) return false;
    const until = Math.min(run.queued + CHUNK, run.total);
    await nextItems(tx, id, run.queued, until);
    const probes = probesOf(id, sql`place >= ${run.queued} AND place < ${until}`);
    await enqueueProbes(tx, { runId: id, priority: run.priority, models: run.models, probes });
    await execute(
      tx.db,
      sql`UPDATE runs SET queued = ${until}, changed_at = ringback_now(),
                          sealed_at = CASE WHEN total = ${until} THEN ${tx.now}::timestamptz END WHERE id = ${id}`,
    );
    return until < run.total;
  });
}
