import type { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import type { listAgentsAnswer, listAgentsInput } from "./schema.ts";
import { readAgents } from "./sql/read-agents.ts";

/** A page of agents by id, each with the present status and the number of callbacks. */
export async function listAgents(
  ctx: ReadCtx,
  input: z.infer<typeof listAgentsInput>,
): Promise<z.infer<typeof listAgentsAnswer>> {
  const agents = await readAgents(ctx, input);
  const nextCursor = agents.length === input.limit ? (agents.at(-1)?.id ?? null) : null;
  return { agents, nextCursor, now: (await readClock(ctx.db)).toISOString() };
}
