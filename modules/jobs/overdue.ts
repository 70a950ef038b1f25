import type { Ctx } from "#lib/base/context";
import { isDatabaseAway } from "#lib/database/error";
import { type Until, UNBOUNDED } from "#lib/time/until";
import type { Handlers } from "./handlers.ts";
import { HEARTBEAT_SECONDS, JobError, PROBE, QUEUES } from "./rules.ts";
import { findOverdue, type Overdue } from "./sql/find-overdue.ts";

/** Maximum of one pass. */
const MAX = 1_000;

/**
 * Ends the attempts of conversations whose worker was lost or that took too long, through the same handler as any other fault, so
 * that an attempt that was lost is counted and stands in the story of its item. pg-boss would end the attempt alone. An attempt
 * that its worker, or another pass, settles at this moment is left to them.
 */
export async function endOverdue(ctx: Ctx, fail: Handlers["fail"], { stop }: Until = UNBOUNDED): Promise<void> {
  for (const job of await findOverdue(ctx, MAX)) {
    if (stop.aborted) return;
    await fail({ ...ctx, now: job.claimedAt }, job, lossOf(job)).catch((error: unknown) => {
      if (isDatabaseAway(error)) throw error;
      // Then the attempt ends by the expiry of pg-boss, without its item.
      ctx.log.error({ reason: String(error) }, "an attempt that was lost could not be recorded with its item");
    });
  }
}

function lossOf({ isSilent, isLast }: Overdue): JobError {
  const next = isLast ? "It was the last attempt." : "It runs again.";
  return isSilent
    ? new JobError(
        "expired",
        "worker_lost",
        `The worker that held it was lost: it gave no sign of life for ${HEARTBEAT_SECONDS} seconds. ${next}`,
      )
    : new JobError("expired", "too_long", `It took longer than ${QUEUES[PROBE]!.expireInSeconds} seconds. ${next}`);
}
