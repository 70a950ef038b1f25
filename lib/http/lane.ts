import { digestOf } from "#lib/identity/api-key";
import { env } from "#lib/base/env";
import { conversationOf } from "#lib/identity/conversation-token";
import { clientAddress } from "#lib/http/address";
import { isKnownKey } from "#lib/http/admit";
import { bearerOf, secretHolder } from "#lib/http/authenticate";
import { signedSessionToken } from "#lib/identity/session-cookie";
import { takeTurns, type Turns } from "#lib/base/turns";
import { monotonic, pause } from "#lib/time/clock";

/** Connections of the pool that one caller leaves free; more simultaneous requests of that caller would only wait for them. */
const LEFT_FOR_OTHERS = 2;
const WAITING_PER_LANE = 1_000;
const WAITING = 5_000;

let turns: Turns | undefined;

/**
 * Runs `work` when it is the turn of the caller with these headers. The number of simultaneous requests of one caller is limited,
 * so that a crowd of them waits for itself: another caller's poll waits for a few of them, not for hundreds.
 */
export function inTurn<T>(headers: Headers, work: () => Promise<T>): Promise<T> {
  const placesPerLane = Math.max(2, env().DATABASE_POOL_SIZE - LEFT_FOR_OTHERS);
  turns ??= takeTurns({ places: Infinity, placesPerLane, waiting: WAITING, waitingPerLane: WAITING_PER_LANE });
  return turns(laneOf(headers), work);
}

const oneAtATime = takeTurns({ places: 1, placesPerLane: 1, waiting: 100, waitingPerLane: 5 });

/** The longest rest after bulk work, in milliseconds. */
const REST_MS = 500;

/**
 * Runs bulk work, such as a file for a spreadsheet or an import: one at a time in this process, and callers take turns. It takes a
 * thousand times as much as a poll, so two of them would occupy both processors of a small machine. After each piece of work the
 * polls of the desks have the process to themselves for as long as it took.
 */
export function inTurnForBulk<T>(headers: Headers, work: () => Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const workAndRest = async (): Promise<void> => {
    const begun = monotonic();
    await work().then(resolve, reject);
    await pause(Math.min(monotonic() - begun, REST_MS));
  };
  oneAtATime(laneOf(headers), workAndRest).catch(reject);
  return promise;
}

/**
 * A lane by credentials that a stranger cannot invent: a cookie or token with a valid signature, a secret, or a key that was
 * valid before. All other callers of an address share a lane.
 */
function laneOf(headers: Headers): string {
  const address = clientAddress(headers);
  const token = bearerOf(headers);
  if (token === undefined) {
    const session = headers.has("authorization") ? null : signedSessionToken(headers);
    return session === null ? `address ${address}` : `session ${session}`;
  }
  const holder = secretHolder(token);
  if (holder !== null) return `secret ${holder}`;
  const conversation = conversationOf(token);
  if (conversation !== null) return `subscriber ${conversation.conversationId}`;
  const digest = digestOf(token);
  return isKnownKey(address, digest) ? `key ${digest.toString("base64")}` : `address ${address}`;
}
