import { Refusal } from "#lib/base/errors";

/** The refusal for an id about which nothing is stored. */
export function userNotFound(userId: bigint): Refusal {
  return new Refusal("not_found", `Nothing is stored about user ${userId}; check the id.`);
}
