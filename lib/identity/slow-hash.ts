import { AsyncLocalStorage } from "node:async_hooks";
import { takeTurns } from "#lib/base/turns";

/**
 * A slow hash takes a processor for a tenth of a second and 32 MB, so a process computes two at once. An office that signs in at
 * nine waits a second or two; a flood of guesses delays itself.
 */
const inTurn = takeTurns({ places: 2, placesPerLane: 2, waiting: 200, waitingPerLane: 25 });

/** The hash of better-auth, loaded with the first password. */
const slow = () => import("better-auth/crypto");

/** better-auth passes only the password to its hash, so the lane must be remembered elsewhere. */
const lanes = new AsyncLocalStorage<string>();

/**
 * Runs `work`, whose slow hashes are computed in the turn of `lane`: a network, a known browser, or an account. They refuse
 * `too_many_requests` when too many wait already.
 */
export function hashingFor<T>(lane: string, work: () => Promise<T>): Promise<T> {
  return lanes.run(lane, work);
}

/** The slow hash of a password. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(lanes.getStore() ?? "", async () => (await slow()).hashPassword(password));
}

/** Whether the hash belongs to the password. */
export function verifyPassword(given: { hash: string; password: string }): Promise<boolean> {
  return inTurn(lanes.getStore() ?? "", async () => (await slow()).verifyPassword(given));
}
