import type { z } from "zod";
import { findPending } from "#modules/callbacks";
import { runTick } from "#modules/calls";
import type { pendingAnswer, pendingInput } from "#schema/callbacks";
import type { Ctx, ReadCtx } from "#lib/base/context";

/**
 * The callbacks that an agent has to call within ten minutes or should have called, oldest first. Every poll also watches the
 * tick: when the last one is older than 90 seconds, a catch-up tick runs after the answer. Refuses `not_found`.
 */
export async function pendingCallbacks(
  ctx: ReadCtx,
  input: z.infer<typeof pendingInput>,
): Promise<z.infer<typeof pendingAnswer>> {
  const { answer, isTickStale } = await findPending(ctx, input);
  if (isTickStale) ctx.afterAnswer(catchUp);
  return answer;
}

async function catchUp(ctx: Ctx): Promise<void> {
  await runTick({ ...ctx, actor: { kind: "system" } }, { source: "catch-up" });
}
