import type { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import { pageOf } from "#lib/base/cursor";
import type { listAgentsAnswer, listAgentsInput } from "./schema.ts";
import { readAgents } from "./sql/read-agents.ts";

/** A page of agents by id, each with the present status and the number of callbacks. */
export async function listAgents(
  ctx: ReadCtx,
  input: z.infer<typeof listAgentsInput>,
): Promise<z.infer<typeof listAgentsAnswer>> {
  const { page: agents, last } = pageOf(await readAgents(ctx, { ...input, limit: input.limit + 1 }), input.limit);
  return { agents, nextCursor: last?.id ?? null, now: (await readClock(ctx.db)).toISOString() };
}
