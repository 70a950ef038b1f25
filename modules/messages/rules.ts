/** The states of messages, their transitions and their times: pure, and the same in SQL and in TypeScript. */
export const CHANNELS = ["sms", "email"] as const;
export type Channel = (typeof CHANNELS)[number];

/** The ways out. */
export const TRANSPORTS = ["outbox", "twilio", "smtp"] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** `accepted` is a message that is still in the queue; `received` is one that came in. */
export const MESSAGE_STATES = [
  "accepted",
  "stored",
  "sending",
  "sent",
  "delivered",
  "failed",
  "bounced",
  "no_receipt",
  "unsure",
  "held",
  "suppressed",
  "expired",
  "dead",
  "received",
] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** The states that can be redriven: the message was not delivered, and nothing more happens to it by itself. */
export const DEAD_STATES = ["dead", "failed", "bounced"] as const;

/** Counts for people stop here, and read "10,000 or more": a screen that refreshes every few seconds should not count further. */
export const COUNTED_MOST = 10_000;

/** Dead letters that one redrive moves at most, and how long it takes until the last of them may be sent, in seconds. */
export const REDRIVE_MOST = 5_000;
export const REDRIVE_SPREAD_SECONDS = 60;

/** Characters of a body. A text may have as many as Twilio takes. */
export const BODY_MOST = { sms: 1_600, email: 100_000 } as const;

/** The version of events that this code writes and knows. */
export const EVENT_VERSION = 1;

/** In milliseconds. A claim that was not settled by then is somebody else's. Longer than any transport takes. */
export const LEASE_MS = { store: 60_000, send: 180_000 } as const;

/** A message whose worker was gone so often in a row is taken no more. */
export const MAX_CRASHES = 3;

/** Transports that take the same message once, however often it is handed to them: a lost attempt is simply made again. */
export const TAKES_ONCE: readonly TransportName[] = ["outbox"];

/** In seconds. So long a provider is left alone that did not say how long. */
export const PAUSE_SECONDS = 30;

/** In minutes after an attempt became unsure: when the provider is asked whether it has the message. */
export const LOOK_UP_MINUTES = [2, 5, 15] as const;

/** A message that was sent and of which nothing was heard for so long. */
export const RECEIPT_HOURS = 72;

/** Attempts within seconds, while a worker has the message at hand; those after them are minutes apart. */
const FAST_ATTEMPTS = 6;
const FIRST_MS = 200;
const FAST_MOST_MS = 5_000;
const MINUTE_MS = 60_000;
const MAX_MS = 60 * MINUTE_MS;

/**
 * How long to wait at most after attempt number `attempts` (from 1 on) before the next, in milliseconds: 200 doubling to 5 s, and from
 * the seventh on a minute doubling to an hour. The wait is between half of it and all of it.
 */
export function backoffMs(attempts: number): number {
  if (attempts <= FAST_ATTEMPTS) return Math.min(FAST_MOST_MS, FIRST_MS * 2 ** (attempts - 1));
  return Math.min(MAX_MS, MINUTE_MS * 2 ** Math.min(attempts - FAST_ATTEMPTS - 1, 10));
}

/**
 * The state that follows from a provider's word for it. Words that are none of these say that the provider has the message.
 */
export function stateSaid(status: string): "sent" | "delivered" | "failed" {
  if (["delivered", "read"].includes(status)) return "delivered";
  if (["undelivered", "failed", "canceled"].includes(status)) return "failed";
  return "sent";
}
