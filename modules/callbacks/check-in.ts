import type { z } from "zod";
import { decideStatus, stayAlive } from "#modules/agents";
import { giveWaiting } from "#modules/call-queue";
import type { sessionAnswer, sessionInput } from "#schema/agents";
import { type Ctx, describeActor } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { LEAD_MINUTES, plusMinutes } from "./rules.ts";
import { noteGiven } from "./sql/note-given.ts";
import { noteQueued } from "./sql/write-plans.ts";

/**
 * Logs an agent in or changes the status; without a status it is a heartbeat of the page. An agent who becomes available
 * immediately gets the entries that wait for any agent, up to the cap. The session counts even if the hand-over fails: the next
 * tick does the same. Refuses as `decideStatus` and `stayAlive`.
 */
export async function checkIn(
  ctx: Ctx,
  { agentId, status }: z.infer<typeof sessionInput>,
): Promise<z.infer<typeof sessionAnswer>> {
  if (status === undefined) return stayAlive(ctx, { agentId });
  const session = await decideStatus(ctx, { agentId, status });
  if (session.becameAvailable) {
    await inTransaction(ctx, (tx) => takeWaiting(tx, agentId));
  }
  return session;
}

/** Hands the entries that wait for any agent to this one, each with a notification and an event. */
async function takeWaiting(ctx: Ctx, agentId: number): Promise<void> {
  const { db, now, limits } = ctx;
  const horizon = plusMinutes(now, LEAD_MINUTES);
  const entryIds = await giveWaiting(db, { agentId, cap: limits.agentCallbackCap, now, horizon });
  if (entryIds.length === 0) return;
  await noteQueued(db, { now, actor: describeActor(ctx.actor), tickRunId: null }, entryIds);
  await noteGiven(ctx, agentId, entryIds);
}
