import type { ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { readTies } from "./sql/read-ties.ts";

/** How a user belongs to an agent's desk: by an entry or a call, or only by a look-up. */
export type DeskTie = "call" | "look-up";

/**
 * A signed-in agent sees and promises only to users of their own desk: a user in the agent's queue, the user of the agent's open or
 * last call, inbound calls included, and for half an hour a user whom the agent looked up by the full telephone number. All
 * others are refused `not_found`, in the words for a user who does not exist. Services and supervisors see every user as if in a
 * call with them.
 */
export async function mustHaveAtDesk({ db, actor }: ReadCtx, userId: bigint): Promise<DeskTie> {
  if (actor.kind !== "agent") return "call";
  const { isToCall, isLookedUp } = await readTies(db, actor.agentId, userId);
  if (isToCall) return "call";
  if (isLookedUp) return "look-up";
  throw new Refusal(
    "not_found",
    `There is no user ${userId} at your desk; look the user up by the full telephone number.`,
  );
}
