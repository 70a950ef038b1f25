import { Refusal } from "#lib/base/errors";

/** The refusal of a call that does not exist, or that the actor may not see. */
export function callNotFound(id: bigint): Refusal {
  return new Refusal("not_found", `There is no call ${id}.`);
}
