import { createHmac, timingSafeEqual } from "node:crypto";
import { digestOf } from "#lib/identity/api-key";

/**
 * A sender of webhooks, and how it signs the bytes of their body with its secrets, which are among `Services`. A module declares
 * its senders in its `senders.ts`.
 */
export type WebhookSender<Services> = Readonly<{
  /** The header of the signature, and the format of the signature, for the API document. */
  header: string;
  description: string;
  /** Whether the body is a form; otherwise it is JSON. */
  postsForms?: true;
  /** Whether the sender signed these bytes, at any time. False without a secret in the environment. */
  isSigned: (request: Request, body: Uint8Array, services: Services) => boolean;
  /** Whether the signed time is recent; missing for a sender that signs no time. */
  isOfNow?: (request: Request, now: Date) => boolean;
}>;

/** Compares two secrets or signatures in constant time: digests have the same length for every input. */
export function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

/** The hex HMAC-SHA256 of a body. */
export function hmacOf(key: string, body: Uint8Array): string {
  return createHmac("sha256", key).update(body).digest("hex");
}
