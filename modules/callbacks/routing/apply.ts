import { cover, enqueue, moveEntries, removeEntries } from "#modules/call-queue";
import { describeActor, type Ctx } from "#lib/base/context";
import { isDatabaseAway, isLockTimeout, isTransactionConflict } from "#lib/database/error";
import { execute, sql } from "#lib/database/sql";
import { emptyPlan, type UserPlan } from "./plan.ts";
import { refuse } from "./refuse.ts";
import type { DueCallback } from "./snapshot.ts";
import { changeCallbacks, inWords, type Tick } from "../sql/write-plans.ts";

/**
 * Writes the plans of all users in a constant number of statements. When the database refuses one of them, halving finds the user
 * with the culprit, and only that user is left out, as a failure of its own callbacks. Returns the plans as they were written;
 * the caller must end the calls that they abandon.
 */
export async function writePlans(
  ctx: Ctx,
  tickRunId: bigint | null,
  plans: UserPlan[],
  due: readonly DueCallback[],
): Promise<UserPlan[]> {
  if (plans.length === 0) return [];
  const tick = { now: ctx.now, actor: describeActor(ctx.actor), tickRunId };
  await execute(ctx.db, sql`SAVEPOINT plans`);
  try {
    const written = await writeTogether(ctx, tick, plans);
    await judgeAndRelease(ctx);
    return written;
  } catch (error) {
    if (isDatabaseAway(error) || isTransactionConflict(error)) throw error;
    await execute(ctx.db, sql`ROLLBACK TO SAVEPOINT plans`);
    const [only] = plans;
    if (plans.length === 1 && only) return [await writeFailure(ctx, tick, failureOf(only, due, error), error)];
    const middle = Math.ceil(plans.length / 2);
    const first = await writePlans(ctx, tickRunId, plans.slice(0, middle), due);
    const second = await writePlans(ctx, tickRunId, plans.slice(middle), due);
    return [...first, ...second];
  }
}

async function writeTogether(ctx: Ctx, tick: Tick, plans: UserPlan[]): Promise<UserPlan[]> {
  const present = <T>(pick: (plan: UserPlan) => T | null): T[] => plans.map(pick).filter((value) => value !== null);
  await removeEntries(
    ctx.db,
    ctx.now,
    plans.flatMap((plan) => plan.close),
  );
  const made = await enqueue(ctx.db, ctx.now, present((plan) => plan.enqueue).map(inWords));
  const moved = await moveEntries(ctx.db, ctx.now, present((plan) => plan.move).map(inWords));
  const given = moved.filter(({ callbackId, agentId }) => callbackId !== null && agentId !== null);
  await cover(
    ctx.db,
    present((plan) => plan.cover),
  );
  const queued = new Set(made.map(({ callbackId }) => callbackId));
  const settled = plans.map((plan) => (plan.enqueue && !queued.has(plan.enqueue.callbackId) ? overtaken(plan) : plan));
  await changeCallbacks(
    ctx.db,
    tick,
    settled.flatMap((plan) => plan.changes),
    [...made, ...given].map(({ entryId }) => entryId),
  );
  return settled;
}

/**
 * Checks the deferred constraints now instead of at commit, while the one user who breaks one can still be left out. Statements
 * without parameters share one round trip.
 */
async function judgeAndRelease(ctx: Ctx): Promise<void> {
  await execute(
    ctx.db,
    sql`SET CONSTRAINTS callbacks_accepted_have_their_entry IMMEDIATE;
        SET CONSTRAINTS callbacks_accepted_have_their_entry DEFERRED;
        RELEASE SAVEPOINT plans`,
  );
}

/** Another transaction gave this user a live entry since the snapshot: the next tick sees it. */
function overtaken(plan: UserPlan): UserPlan {
  const reason = "The user got another queue entry at this moment; the next tick looks again.";
  const verdicts = plan.verdicts.map(([id, verdict]): UserPlan["verdicts"][number] =>
    "code" in verdict ? [id, verdict] : [id, { kind: "deferred", code: "overtaken", reason }],
  );
  const changes = plan.changes.filter((change) => change.type === "refused" || change.type === "quarantined");
  return { ...plan, enqueue: null, verdicts, changes };
}

/** The plan for a user whose own plan could not be written: a failure of each of the user's due callbacks. */
function failureOf({ userId }: UserPlan, due: readonly DueCallback[], error: unknown): UserPlan {
  const failed = emptyPlan(userId);
  for (const callback of due.filter((one) => one.userId === userId)) {
    if (isLockTimeout(error)) {
      const reason = "Somebody held its queue entry for too long; the next tick looks again.";
      failed.verdicts.push([callback.id, { kind: "deferred", code: "locked", reason }]);
    } else refuse(failed, callback, { kind: "write_failed", isSetAside: false });
  }
  return failed;
}

async function writeFailure(ctx: Ctx, tick: Tick, failed: UserPlan, error: unknown): Promise<UserPlan> {
  ctx.log.error({ err: error, callbackIds: failed.verdicts.map(([id]) => id) }, "a callback could not be written");
  await changeCallbacks(ctx.db, tick, failed.changes);
  return failed;
}
