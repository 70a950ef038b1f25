import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { type Until, UNBOUNDED } from "#lib/time/until";
import { type Became, becomeCallback } from "./become-callback.ts";
import { syncDueCopies } from "./copies.ts";
import { applyParked } from "./finish.ts";
import { deliverToRelays } from "./relay.ts";
import type { sweepAnswer } from "./schema.ts";
import { expireTasks } from "./sql/expire.ts";
import { findParkedOfTasks } from "./sql/find-parked-of-tasks.ts";
import { findUndelivered } from "./sql/find-undelivered.ts";

/** Batch size of each kind in one sweep; the next sweep is a minute away. */
const BATCH_SIZE = 500;

/**
 * Completes work of a process that died, and work that is due by time: applies parked results to their tasks, expires tasks,
 * redelivers to relays, turns undelivered results into callbacks, and makes copies equal to their rows. Running it twice, or ten
 * at once, leaves the same as running it once. Work for which `until` leaves no time is left to the next sweep.
 */
export async function sweepTasks(ctx: Ctx, until: Until = UNBOUNDED): Promise<z.infer<typeof sweepAnswer>> {
  const applied = await applyAllParked(ctx, until);
  const expired = until.stop.aborted ? 0 : await expireTasks(ctx, BATCH_SIZE);
  const delivered = until.stop.aborted ? 0 : await deliverToRelays(ctx);
  const became = await callBackUndelivered(ctx, until);
  const callbacks = became.filter((one) => one !== null && "callbackId" in one).length;
  const undeliverable = became.filter((one) => one !== null && "why" in one).length;
  const repaired = { copies: await syncDueCopies(ctx, until) };
  if (repaired.copies > 0) ctx.log.warn(repaired, "repaired copies of cursor tasks");
  return { expired, applied, delivered, callbacks, undeliverable, repaired };
}

/** Applies the parked results of tasks whose process died after the registration. */
async function applyAllParked(ctx: Ctx, { stop }: Until): Promise<number> {
  let applied = 0;
  for (const { reference, taskId } of await findParkedOfTasks(ctx.db, BATCH_SIZE)) {
    if (stop.aborted) break;
    if (await applyParked(ctx, taskId, [reference])) applied += 1;
  }
  return applied;
}

async function callBackUndelivered(ctx: Ctx, { stop }: Until): Promise<Became[]> {
  const became = [];
  for (const { taskId, why } of await findUndelivered(ctx, BATCH_SIZE)) {
    if (stop.aborted) break;
    became.push(await becomeCallback(ctx, taskId, why));
  }
  return became;
}
