import type { z } from "zod";
import { decideStatus, stayAlive } from "#modules/agents";
import type { sessionAnswer, sessionInput } from "#schema/agents";
import { type Ctx, describeActor } from "#lib/context";
import { handWaiting } from "./sql/hand-waiting.ts";

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
    await handWaiting(ctx.db, {
      agentId,
      cap: ctx.limits.agentCallbackCap,
      now: ctx.now,
      actor: describeActor(ctx.actor),
    });
  }
  return session;
}
