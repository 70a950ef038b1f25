import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { retried } from "#lib/database/db";
import { queryDirect } from "#lib/database/direct";
import { execute, query, sql } from "#lib/database/sql";

/** A row of a claimed job. */
export const claimedRow = z
  .object({
    id: z.string(),
    attempt: z.int(),
    retries: z.int(),
    runId: z.int(),
    place: z.int(),
    modelId: z.string(),
    claimedAt: z.date(),
  })
  .transform((row) => ({ ...row, isLast: row.retries <= 0 }));
/**
 * A claimed job: ours until it is settled, given back, or claimed by another worker. `claim` is the fence: no other claim has the
 * same.
 */
export type Claimed = Readonly<z.output<typeof claimedRow> & { claim: string }>;

/** Waits until no other transaction claims or pauses; the turn is held until the end of the transaction. */
export async function takeTurn(tx: Pick<Ctx, "db">): Promise<void> {
  await execute(tx.db, sql`SELECT take_claim_turn()`);
}

/**
 * Claims up to `most` conversations that may begin now: of runs and models that are not paused, within the limit of each model, and
 * fairly between runs by their weights and by how much each was served. One round trip; the function is in the migration
 * `jobs_claim_unflushed`. A crash of the database may undo the claim; then the job waits again, and this claim settles nothing.
 */
export async function claimProbes(ctx: Pick<Ctx, "db" | "newId">, most: number): Promise<Claimed[]> {
  const claim = ctx.newId();
  const statement = sql`SELECT id, attempt, retries, run_id AS "runId", place, model_id AS "modelId", claimed_at AS "claimedAt"
    FROM claim_probes(${most}::int, ${claim}::uuid)`;
  // A cancellation at this moment may deadlock with the claim.
  const jobs = await retried(() => queryDirect(ctx.db, claimedRow, statement));
  return jobs.map((job) => ({ ...job, claim }));
}

/** Whether everything is paused: then no analysis begins either. */
export async function wholePause(ctx: Pick<Ctx, "db">): Promise<boolean> {
  const found = await query(
    ctx.db,
    z.unknown(),
    sql`SELECT 1 FROM job_pauses WHERE scope = 'queue' AND ended_at IS NULL AND (until IS NULL OR until > ringback_now())`,
  );
  return found.length > 0;
}
