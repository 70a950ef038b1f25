import { ACCOUNT_HEADER } from "#lib/identity/account-header";
import type { Actor } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";

/**
 * A browser sends the cookie of the person who signed in last, also for a page that was opened for another person. Refuses
 * `another_person` when a page names another account; a request that names none passes.
 */
export function mustBeSamePerson({ accountId }: Extract<Actor, { accountId: string }>, headers: Headers): void {
  const account = headers.get(ACCOUNT_HEADER);
  if (account === null || account === accountId) return;
  throw new Refusal("another_person", "Somebody else signed in in this browser. Reload the page to go on as them.");
}
