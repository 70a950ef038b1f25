import type { z } from "zod";
import { reportSession } from "#modules/agents";
import type { sessionAnswer } from "#schema/agents";
import { type Ctx, describeActor } from "#lib/context";
import type { checkInInput } from "./schema.ts";
import { handWaiting } from "./sql/hand-waiting.ts";

/**
 * An agent logs in, changes status or says "still here". Who becomes available gets at once what waits for anybody,
 * up to the cap. The session counts even if handing over fails: the next tick does the same. Refuses as
 * `reportSession`.
 */
export async function checkIn(ctx: Ctx, input: z.infer<typeof checkInInput>): Promise<z.infer<typeof sessionAnswer>> {
  const session = await reportSession(ctx, input);
  if (session.becameAvailable) {
    const { agentId } = input;
    await handWaiting(ctx.db, {
      agentId,
      cap: ctx.limits.agentCallbackCap,
      now: ctx.now,
      actor: describeActor(ctx.actor),
    });
  }
  return session;
}
