import { AsyncLocalStorage } from "node:async_hooks";
import { takeTurns } from "#lib/base/turns";

/**
 * A slow hash takes a processor for a tenth of a second and 32 MB, so a process makes two at once. An office that comes
 * in at nine waits a second or two; a flood of guesses waits for itself.
 */
const inTurn = takeTurns({ places: 2, placesPerLane: 2, waiting: 200, waitingPerLane: 25 });

/** The hash of the library behind `staffAuth`, loaded with the first password. */
const slow = () => import("better-auth/crypto");

/** The library behind `staffAuth` hands its hash nothing but the password, so whose turn it is has to be remembered. */
const lanes = new AsyncLocalStorage<string>();

/**
 * Does `work`, whose slow hashes are made in the turn of `lane`: a network, a browser that is known, an account. They
 * refuse `too_many_requests` when too many wait already.
 */
export function hashingFor<T>(lane: string, work: () => Promise<T>): Promise<T> {
  return lanes.run(lane, work);
}

/** The slow hash of a password. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(lanes.getStore() ?? "", async () => (await slow()).hashPassword(password));
}

/** Whether the password is the one behind this hash. */
export function verifyPassword(given: { hash: string; password: string }): Promise<boolean> {
  return inTurn(lanes.getStore() ?? "", async () => (await slow()).verifyPassword(given));
}
