import { describeActor, type Ctx } from "#lib/context";
import { isDatabaseAway, isLockTimeout, wasRolledBackByOthers } from "#lib/database-error";
import { execute, sql } from "#lib/sql";
import { refuse, WRITE_FAILED } from "./decide.ts";
import { emptyPlan, type UserPlan } from "./plan.ts";
import type { DueCallback } from "./snapshot.ts";
import type { Notification } from "./sql/write-ledger.ts";
import {
  abandonCalls,
  changeCallbacks,
  closeEntries,
  insertEntries,
  moveEntries,
  nameCallbacks,
} from "./sql/write-plans.ts";

export type Written = { plans: UserPlan[]; notifications: Notification[] };

/**
 * Writes the plans of all users at once: a constant number of statements. Should the database refuse one of them, the
 * half with the culprit is found by halving, and only that user is left out, as a failure of its own callbacks.
 */
export async function writePlans(ctx: Ctx, plans: UserPlan[], due: readonly DueCallback[]): Promise<Written> {
  if (plans.length === 0) return { plans, notifications: [] };
  await execute(ctx.db, sql`SAVEPOINT plans`);
  try {
    const written = await writeTogether(ctx, plans);
    await execute(ctx.db, sql`RELEASE SAVEPOINT plans`);
    return written;
  } catch (error) {
    if (isDatabaseAway(error) || wasRolledBackByOthers(error)) throw error;
    await execute(ctx.db, sql`ROLLBACK TO SAVEPOINT plans`);
    const [only] = plans;
    if (plans.length === 1 && only) return writeFailure(ctx, only, due, error);
    const middle = Math.ceil(plans.length / 2);
    const first = await writePlans(ctx, plans.slice(0, middle), due);
    const second = await writePlans(ctx, plans.slice(middle), due);
    return {
      plans: [...first.plans, ...second.plans],
      notifications: [...first.notifications, ...second.notifications],
    };
  }
}

async function writeTogether(ctx: Ctx, plans: UserPlan[]): Promise<Written> {
  const present = <T>(pick: (plan: UserPlan) => T | null): T[] => plans.map(pick).filter((value) => value !== null);
  await closeEntries(
    ctx.db,
    ctx.now,
    plans.flatMap((plan) => plan.close),
  );
  await abandonCalls(
    ctx.db,
    ctx.now,
    plans.flatMap((plan) => plan.abandon),
  );
  const made = await insertEntries(
    ctx.db,
    ctx.now,
    present((plan) => plan.enqueue),
  );
  await moveEntries(
    ctx.db,
    ctx.now,
    present((plan) => plan.move),
  );
  await nameCallbacks(
    ctx.db,
    present((plan) => plan.name),
  );
  const entryOf = new Map(made.map(({ id, callbackId }) => [callbackId, id]));
  const settled = plans.map((plan) => (plan.enqueue && !entryOf.has(plan.enqueue.callbackId) ? overtaken(plan) : plan));
  await changeCallbacks(
    ctx.db,
    ctx.now,
    describeActor(ctx.actor),
    settled.flatMap((plan) => plan.changes),
  );
  return { plans: settled, notifications: settled.flatMap((plan) => notificationsOf(plan, entryOf)) };
}

/** Somebody else gave this user a live entry since the snapshot: the next tick sees it. */
function overtaken(plan: UserPlan): UserPlan {
  const reason = "The user got another queue entry at this moment; the next tick looks again.";
  const verdicts = plan.verdicts.map(([id, verdict]): UserPlan["verdicts"][number] =>
    "code" in verdict ? [id, verdict] : [id, { kind: "deferred", code: "overtaken", reason }],
  );
  const changes = plan.changes.filter((change) => change.type === "refused" || change.type === "quarantined");
  return { ...plan, enqueue: null, verdicts, changes };
}

async function writeFailure(ctx: Ctx, plan: UserPlan, due: readonly DueCallback[], error: unknown): Promise<Written> {
  const failed = emptyPlan(plan.userId);
  for (const callback of due.filter(({ userId }) => userId === plan.userId)) {
    if (isLockTimeout(error)) {
      const reason = "Somebody held its queue entry for too long; the next tick looks again.";
      failed.verdicts.push([callback.id, { kind: "deferred", code: "locked", reason }]);
    } else
      refuse(failed, callback, WRITE_FAILED, "The database refused to write its queue entry; the log has the cause.");
  }
  ctx.log.error({ err: error, callbackIds: failed.verdicts.map(([id]) => id) }, "a callback could not be written");
  await changeCallbacks(ctx.db, ctx.now, describeActor(ctx.actor), failed.changes);
  return { plans: [failed], notifications: [] };
}

function notificationsOf(plan: UserPlan, entryOf: ReadonlyMap<number, number>): Notification[] {
  if (plan.enqueue) {
    const { callbackId, agentId, why } = plan.enqueue;
    return [{ callbackId, entryId: entryOf.get(callbackId) as number, agentId, why }];
  }
  if (!plan.move || plan.move.callbackId === null || plan.move.agentId === null) return [];
  return [
    { callbackId: plan.move.callbackId, entryId: plan.move.entryId, agentId: plan.move.agentId, why: plan.move.why },
  ];
}
