/** The states of messages, their transitions and their times: pure, and the same in SQL and in TypeScript. */
export const CHANNELS = ["sms", "email"] as const;
export type Channel = (typeof CHANNELS)[number];

/** The transports. */
export const TRANSPORTS = ["outbox", "twilio", "smtp"] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** `accepted`: the message is still in the queue; `received`: it is inbound. */
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
export const MAX_COUNTED = 10_000;

/** The maximum number of dead letters in one redrive, and the seconds over which their attempts are spread. */
export const MAX_REDRIVEN = 5_000;
export const REDRIVE_SPREAD_SECONDS = 60;

/** The maximum number of characters in a body. The limit of a text is Twilio's. */
export const MAX_BODY = { sms: 1_600, email: 100_000 } as const;

/** How far ahead a `sendAfter` may be: further is a slip of the year, and nobody would see that it waits. */
export const MAX_DAYS_AHEAD = 366;

/** The version of events that this code writes and knows. */
export const EVENT_VERSION = 1;

/** In milliseconds. After this time another worker may claim the work. */
export const LEASE_MS = { store: 60_000, send: 180_000 } as const;

/** In milliseconds: no attempt of a transport takes longer, so that it ends well within its lease. */
export const ATTEMPT_MS = 150_000;

/** A message whose worker died this often in a row is not claimed any more. */
export const MAX_CRASHES = 3;

/** Transports that accept a message once, however often they get it: a lost attempt is simply repeated. */
export const TAKES_ONCE: readonly TransportName[] = ["outbox"];

/** The pause of a provider that asks for one without a duration, in seconds. */
export const PAUSE_SECONDS = 30;

/**
 * A report of a fault on our side holds the provider when the message was handed over within this many minutes: networks report within
 * a few, and what a report says of hours ago may have been put right since.
 */
export const REPORT_HOLDS_MINUTES = 30;

/**
 * A network that filters may mean one message alone. It holds the provider once so many recipients were filtered within so many minutes.
 */
export const FILTERED_HOLDS = { recipients: 3, minutes: 10 } as const;

/**
 * So many unsure messages in a row pause their provider, for `firstMinutes`. Then one message tries it; the pause doubles, up to
 * `maxMinutes`, each time that this one is unsure, too.
 */
export const BREAKER = { unsure: 3, firstMinutes: 2, maxMinutes: 30 } as const;

/** The times of the look-ups at the provider, in minutes after an attempt became unsure. */
export const LOOK_UP_MINUTES = [2, 5, 15] as const;

/** A sent message without any report for this long becomes `no_receipt`. */
export const RECEIPT_HOURS = 72;

/** Attempts within seconds, while a worker has the message at hand; those after them are minutes apart. */
const FAST_ATTEMPTS = 6;
const FIRST_MS = 200;
const MAX_FAST_MS = 5_000;
const MINUTE_MS = 60_000;
const MAX_MS = 60 * MINUTE_MS;

/**
 * How long to wait at most after attempt number `attempts` (from 1 on) before the next, in milliseconds: 200 doubling to 5 s, and from
 * the seventh on a minute doubling to an hour. The wait is between half of it and all of it.
 */
export function backoffMs(attempts: number): number {
  if (attempts <= FAST_ATTEMPTS) return Math.min(MAX_FAST_MS, FIRST_MS * 2 ** (attempts - 1));
  return Math.min(MAX_MS, MINUTE_MS * 2 ** Math.min(attempts - FAST_ATTEMPTS - 1, 10));
}

/** The state for a provider's word. Every other word means that the provider has the message. */
export function stateSaid(status: string): "sent" | "delivered" | "failed" {
  if (["delivered", "read"].includes(status)) return "delivered";
  if (["undelivered", "failed", "canceled"].includes(status)) return "failed";
  return "sent";
}
