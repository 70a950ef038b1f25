import type { ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { readTies } from "./sql/read-ties.ts";

/** How a user came to an agent's desk: to be called or in a call, or only by a look-up. */
export type DeskTie = "call" | "look-up";

/**
 * An agent who is signed in sees and promises only users of the own desk: one in the agent's queue, the one of the
 * agent's open or last call, inbound ones too, and for half an hour one the agent looked up by the full telephone
 * number. All others are refused `not_found`, in the words of one that does not exist. Services and supervisors see
 * every user, as somebody in a call with them would.
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
