import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { type Became, becomeCallback } from "./become-callback.ts";
import { syncCopies } from "./copies.ts";
import { applyParked } from "./finish.ts";
import { deliverToRelays } from "./relay.ts";
import type { sweepAnswer } from "./schema.ts";
import { expireTasks } from "./sql/expire.ts";
import { findParkedOfTasks } from "./sql/find-parked-of-tasks.ts";
import { findUndelivered } from "./sql/find-undelivered.ts";

/** Batch size of each kind in one sweep; the next one is a minute away. */
const BATCH_SIZE = 500;

/**
 * Does what a process left undone, and what time alone decides: gives parked results to their tasks, ends tasks whose time is over, makes callbacks of results that were not delivered,
 * dials relays again, brings copies in line with their rows. Running it twice, or ten at once, leaves the same as running it once.
 */
export async function sweepTasks(ctx: Ctx): Promise<z.infer<typeof sweepAnswer>> {
  const applied = await applyAllParked(ctx);
  const expired = await expireTasks(ctx, BATCH_SIZE);
  const delivered = await deliverToRelays(ctx);
  const became = await callBackUndelivered(ctx);
  const callbacks = became.filter((one) => one !== null && "callbackId" in one).length;
  const undeliverable = became.filter((one) => one !== null && "why" in one).length;
  const repaired = { copies: await syncCopies(ctx) };
  if (repaired.copies > 0) ctx.log.warn(repaired, "repaired copies of cursor tasks");
  return { expired, applied, delivered, callbacks, undeliverable, repaired };
}

/** A process that died between registering a task and applying what was parked leaves it to us. */
async function applyAllParked(ctx: Ctx): Promise<number> {
  let applied = 0;
  for (const { reference, taskId } of await findParkedOfTasks(ctx.db, BATCH_SIZE)) {
    if (await applyParked(ctx, taskId, [reference])) applied += 1;
  }
  return applied;
}

async function callBackUndelivered(ctx: Ctx): Promise<Became[]> {
  const became = [];
  for (const { taskId, why } of await findUndelivered(ctx, BATCH_SIZE)) {
    became.push(await becomeCallback(ctx, taskId, why));
  }
  return became;
}
