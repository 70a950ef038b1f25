import { settledWith } from "./chains.ts";
import type { Settlement } from "./proposals.ts";
import type { CallMemory } from "./store.ts";
import { chainsOfUser } from "./tasks.ts";

/** The end of a chain's owed promise, in the agent's words. */
export type Settled = { chainId: string; verdict: Settlement; reason: string };

/**
 * Settles the promises of a matter that went quiet: all due promises of the same side in it, so that an older promise of the same
 * matter is not raised next. Does nothing when no promise is owed any more.
 */
export async function settleChain(memory: CallMemory, { chainId, verdict, reason }: Settled, now: Date): Promise<void> {
  const [userId = ""] = chainId.split(":");
  const chain = (await chainsOfUser(memory, userId, now)).find(({ id }) => id === chainId);
  if (chain?.owed) await memory.settle(settledWith(chain, now), { verdict, reason, at: now });
}
