import { settledWith } from "./chains.ts";
import type { Settlement } from "./proposals.ts";
import type { CallMemory } from "./store.ts";
import { chainsOfUser } from "./tasks.ts";

/** The end of a chain's owed promise, in the agent's words. */
export type Settled = { chainId: string; verdict: Settlement; reason: string };

/**
 * Settles what went quiet on a matter: everything due that the same side promised in it, so that an older promise of the same is not
 * raised next. Nothing when nothing is owed any more.
 */
export async function settleChain(memory: CallMemory, { chainId, verdict, reason }: Settled, now: Date): Promise<void> {
  const [userId = ""] = chainId.split(":");
  const chain = (await chainsOfUser(memory, userId, now)).find(({ id }) => id === chainId);
  if (chain?.owed) await memory.settle(settledWith(chain, now), { verdict, reason, at: now });
}
