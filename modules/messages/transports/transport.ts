import type { TransportName } from "../rules.ts";
import type { ErrorClass, Suppression } from "../provider-codes.ts";

/** A message as a transport gets it. Its fields were checked when it was accepted. */
export type OutgoingMessage = Readonly<{
  /** Our id of the message. It stays the same through all attempts, and reports of a provider are matched by it. */
  id: string;
  from: string;
  to: string;
  /** The subject of an e-mail; null for a text. */
  subject: string | null;
  body: string;
}>;

export type SendOptions = Readonly<{
  /** Aborts when the worker ends or has lost its claim: a message that has not left yet is not sent. */
  signal: AbortSignal;
  /** The time that a date in Retry-After is compared with. */
  now: Date;
}>;

/** The provider has the message. `said` is its answer as the timeline may show it. */
export type Sent = Readonly<{
  outcome: "sent";
  providerId: string;
  said?: string | undefined;
  /** The state of the message in the answer itself, as a later report of the provider would name it. */
  report?: Readonly<{ status: string; errorCode: string | null }> | undefined;
  /** A sentence for people, in place of "The provider has it." */
  sentence?: string | undefined;
}>;

/** The provider does not have the message, for certain. */
export type Failed = Readonly<{
  outcome: "failed";
  errorClass: ErrorClass;
  /** The provider's code, such as 21610, 550 or 5.1.1; ours where it gave none, such as unreachable. */
  code: string;
  /** The result in a sentence for people, without the address or the text of the message. */
  sentence: string;
  /** The answer of the provider as the timeline may show it; undefined when there was none. */
  said?: string | undefined;
  /** The Retry-After of the answer as it came, in seconds or as a date; undefined when there was none. */
  retryAfter?: string | undefined;
  /** The suppression to write, where the recipient is at fault. */
  suppression?: Suppression | undefined;
}>;

/** The whole message has left and no answer came, so the result is unknown. It must not be sent again automatically. */
export type Unsure = Readonly<{ outcome: "unsure"; code: string; sentence: string }>;

export type SendResult = Sent | Failed | Unsure;

/** The provider's state of a message: its own word for the state, and the code of the error where there is one. */
export type LookedUp =
  | Readonly<{ outcome: "found"; providerId: string; status: string; errorCode: string | null }>
  /** The provider lists no such message now. It may list it later. */
  | Readonly<{ outcome: "not_found" }>
  | Readonly<{ outcome: "no_answer"; sentence: string }>;

/** A transport. It tries once: the worker alone decides on another attempt. */
export type Transport = Readonly<{
  name: TransportName;
  /** Never throws for faults of the provider or the network; each of them is a result. */
  send: (message: OutgoingMessage, options: SendOptions) => Promise<SendResult>;
  /**
   * Whether the provider has a message that is unsure. `handedOverAt` is when the attempt began, `providerId` is the provider's id
   * of the message where it is known, and `others` are its ids of other messages to this recipient, which are excluded. Undefined
   * for a transport that cannot be asked.
   */
  lookUp?: (
    message: OutgoingMessage,
    known: Readonly<{ handedOverAt: Date; providerId: string | null; others: readonly string[] }>,
    options: SendOptions,
  ) => Promise<LookedUp>;
}>;

/** An attempt that was stopped before anything left. */
export const STOPPED: Failed = {
  outcome: "failed",
  errorClass: "transient",
  code: "stopped",
  sentence: "The worker ended before the message left; another takes it.",
};

const MAX_SAID = 300;

/** The answer of a provider, as people may read it: one line, without the addresses and the text of the message in any spelling. */
export function redacted(said: string, { from, to, subject, body }: OutgoingMessage): string {
  // Servers write an address in other letters and a number without its plus.
  const secrets = [to, from, body, subject ?? ""]
    .map((one) => onOneLine(one).replace(/^\+/, ""))
    .filter((one) => one !== "");
  return secrets.reduce((line, secret) => line.replace(anyCase(secret), "…"), onOneLine(said)).slice(0, MAX_SAID);
}

const onOneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();

const anyCase = (text: string): RegExp => new RegExp(`\\+?${text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")}`, "giu");

/**
 * Why this cannot be the value of a header, as a sentence; null when it can. A line break would begin another header, and invisible
 * characters mislead the reader.
 */
export function headerFault(name: string, value: string): string | null {
  return /[\p{Cc}\u2028\u2029]/u.test(value) || !value.isWellFormed()
    ? `The ${name} holds a line break or another control character; write it on one line.`
    : null;
}
