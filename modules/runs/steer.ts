import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import {
  cancelProbes,
  closeLanes,
  knownModels,
  modelAccess,
  pause,
  type Pause,
  type PauseTarget,
  resume,
} from "#modules/jobs";
import { execute, query, sql } from "#lib/database/sql";
import { JobValidationError, RunStateError } from "./errors.ts";
import { checked } from "./input.ts";
import { CHUNK, VERBS, type Verb } from "./rules.ts";
import { pauseInput, type PauseInput } from "./schema.ts";
import { type Run, runOf } from "./store.ts";

/**
 * Pauses a run: from then on none of its conversations begins. A soft pause lets running ones finish, a hard one takes them back at
 * their next turn. A pause of any length costs no attempt. Refuses RunStateError when the run has ended, and `not_found`.
 */
export async function pauseRun(ctx: Ctx, id: number, given: PauseInput = {}): Promise<Run> {
  const wish = wishOf(ctx, given);
  await inTransaction(ctx, async (tx) => {
    await mustBeGoing(tx, id, "pause");
    await pauseByHand(tx, { scope: "run", target: id }, wish);
  });
  return runOf(ctx, id);
}

/**
 * Ends every pause of the run itself; it continues in its state before. Does nothing for a run that is not paused. Refuses as
 * `pauseRun` does.
 */
export async function resumeRun(ctx: Ctx, id: number): Promise<Run> {
  await inTransaction(ctx, async (tx) => {
    await mustBeGoing(tx, id, "resume");
    await resumeByHand(tx, { scope: "run", target: id });
  });
  return runOf(ctx, id);
}

/**
 * Cancels a run for ever: waiting jobs leave the queue, running ones are not counted, results stay. A repeat changes nothing.
 * Refuses RunStateError when it has completed or failed, and `not_found`.
 */
export async function cancelRun(ctx: Ctx, id: number): Promise<Run> {
  const isCancelled = await inTransaction(ctx, async (tx) => {
    const cancelled = await execute(
      tx.db,
      sql`UPDATE runs SET status = 'CANCELLED', ended_at = ${tx.now}::timestamptz, changed_at = ${tx.now}::timestamptz
          WHERE id = ${id} AND status IN ('PENDING', 'RUNNING')`,
    );
    if (cancelled === 0) return false;
    await closeLanes(tx, id);
    await resume(tx, { scope: "run", target: id });
    await cancelItems(tx, id);
    await writeAudit(tx.db, { actor: ctx.actor, action: "run.cancelled", subject: `run ${id}` });
    return true;
  });
  if (!isCancelled) {
    const { status } = await runOf(ctx, id);
    if (status !== "CANCELLED") throw notNow(id, status, "cancel");
  }
  while (await cancelItems(ctx, id));
  return runOf(ctx, id);
}

/** Cancels the next items of a cancelled run, with their jobs. True when there may be more. */
export async function cancelItems(ctx: Ctx, id: number): Promise<boolean> {
  return inTransaction(ctx, async (tx) => {
    const items = await query(
      tx.db,
      z.object({ place: z.int(), jobId: z.string() }),
      sql`SELECT place, job_id::text AS "jobId" FROM run_items WHERE run_id = ${id} AND is_live ORDER BY place LIMIT ${CHUNK}`,
    );
    if (items.length === 0) return false;
    await cancelProbes(
      tx,
      items.map(({ jobId }) => jobId),
    );
    await execute(
      tx.db,
      sql`UPDATE run_items SET state = 'cancelled', is_live = false, class = 'cancelled', ended_at = ringback_now()
          WHERE run_id = ${id} AND place = ANY (${items.map(({ place }) => place)}::int[]) AND is_live`,
    );
    return items.length === CHUNK;
  });
}

/** Pauses a model in every run. Refuses JobValidationError for an unknown model. */
export async function pauseModel(ctx: Ctx, modelId: string, given: PauseInput = {}): Promise<Pause> {
  return pauseByHand(ctx, knownModel(modelId), wishOf(ctx, given));
}

/** Ends the pauses of a model, also automatic ones. Returns how many there were. */
export async function resumeModel(ctx: Ctx, modelId: string): Promise<number> {
  return resumeByHand(ctx, knownModel(modelId));
}

/** Pauses everything. Runs that are started meanwhile are queued all the same. */
export async function pauseQueue(ctx: Ctx, given: PauseInput = {}): Promise<Pause> {
  return pauseByHand(ctx, { scope: "queue" }, wishOf(ctx, given));
}

/** Ends the pause of everything. Returns how many there were. */
export async function resumeQueue(ctx: Ctx): Promise<number> {
  return resumeByHand(ctx, { scope: "queue" });
}

/** Pauses and writes the audit entry. The reason is stored in the pause. */
async function pauseByHand(ctx: Ctx, of: PauseTarget, wish: ReturnType<typeof wishOf>): Promise<Pause> {
  return inTransaction(ctx, async (tx) => {
    const made = await pause(tx, of, wish);
    await writeAudit(tx.db, { actor: ctx.actor, action: `${of.scope}.paused`, subject: subjectOf(of) });
    return made;
  });
}

/** Ends pauses and writes the audit entry, if there were any. */
async function resumeByHand(ctx: Ctx, of: PauseTarget): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    const ended = await resume(tx, of);
    if (ended > 0) await writeAudit(tx.db, { actor: ctx.actor, action: `${of.scope}.resumed`, subject: subjectOf(of) });
    return ended;
  });
}

const subjectOf = (of: PauseTarget): string => (of.scope === "queue" ? "queue of runs" : `${of.scope} ${of.target}`);

function wishOf(ctx: Ctx, given: PauseInput): { isHard: boolean; why: string | null; until: Date | null } {
  const { isHard, why = null, until = null } = checked(pauseInput, given);
  if (until !== null && until <= ctx.now) throw new JobValidationError("until: must be a time to come.");
  return { isHard, why, until };
}

function knownModel(modelId: string): PauseTarget {
  if (knownModels({ access: modelAccess() }).some((one) => one.modelId === modelId))
    return { scope: "model", target: modelId };
  throw new JobValidationError(`There is no model ${modelId}.`);
}

/** Locks the run, so that it does not end meanwhile. */
async function mustBeGoing(tx: Ctx, id: number, verb: Verb): Promise<void> {
  const going = await execute(
    tx.db,
    sql`UPDATE runs SET changed_at = ringback_now() WHERE id = ${id} AND status IN ('PENDING', 'RUNNING')`,
  );
  if (going > 0) return;
  const { status } = await runOf(tx, id);
  throw notNow(id, status, verb);
}

const OR = new Intl.ListFormat("en", { type: "disjunction" });

/** The refusal of an operation that this state does not allow. */
export function notNow(id: number, status: Run["status"], verb: Verb): RunStateError {
  const sentence = `Run ${id} is ${status}; to ${verb} it, it must be ${OR.format(VERBS[verb])}.`;
  return new RunStateError(sentence, { status, verb, allowed: VERBS[verb] });
}
