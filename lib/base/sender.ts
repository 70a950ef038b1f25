import { createHmac, timingSafeEqual } from "node:crypto";
import { digestOf } from "#lib/identity/api-key";
import type { Services } from "#lib/outbound/services";

/** Who sends webhooks, and how the bytes of their body are signed. A module declares its senders in its `senders.ts`. */
export type WebhookSender = Readonly<{
  /** The header that has the signature, and what the signature is, for the document of the API. */
  header: string;
  description: string;
  /** Whether the body is a form; else it is JSON. */
  postsForms?: true;
  /** Whether the sender signed these bytes, whenever. Without a secret in the environment nobody is believed. */
  isSigned: (request: Request, body: Uint8Array, services: Services) => boolean;
  /** Whether what was signed is of now; without it the sender signs no time. */
  isOfNow?: (request: Request, now: Date) => boolean;
}>;

/** Compares in constant time: digests are equally long whatever was sent. */
export function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

/** The hex HMAC-SHA256 of a body. */
export function hmacOf(key: string, body: Uint8Array): string {
  return createHmac("sha256", key).update(body).digest("hex");
}
