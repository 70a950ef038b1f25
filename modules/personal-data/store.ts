import { Refusal } from "#lib/base/errors";
import { userOf } from "#modules/messages";

/** The user behind an id of messages, or null for a customer whom only another system knows. */
export function userIdOf(customerId: string): bigint | null {
  const digits = userOf(customerId);
  return digits === null ? null : BigInt(digits);
}

/** The name of a person in the audit and in sentences: "user 7", or "customer" and the uuid. */
export const nameOf = (customerId: string): string =>
  `${userOf(customerId) === null ? "customer" : "user"} ${customerId}`;

/** The refusal for an id without stored data. */
export function personNotFound(customerId: string): Refusal {
  const isKeptAfterwards = userOf(customerId) !== null;
  const rest = isKeptAfterwards ? "check the id." : "check the id, unless it was erased before.";
  return new Refusal("not_found", `Nothing is stored about ${nameOf(customerId)}; ${rest}`);
}
