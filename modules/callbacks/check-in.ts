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
 * An agent logs in or changes status; without a status, the page says that it is still open. An agent who becomes
 * available gets at once what waits for anybody, up to the cap. The session counts even if handing over fails: the next
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

/** What waits for anybody goes to the agent, with a notification and an event of each. */
async function takeWaiting(ctx: Ctx, agentId: number): Promise<void> {
  const { db, now, limits } = ctx;
  const horizon = plusMinutes(now, LEAD_MINUTES);
  const entryIds = await giveWaiting(db, { agentId, cap: limits.agentCallbackCap, now, horizon });
  if (entryIds.length === 0) return;
  await noteQueued(db, { now, actor: describeActor(ctx.actor), tickRunId: null }, entryIds);
  await noteGiven(ctx, agentId, entryIds);
}
