import { createHmac } from "node:crypto";
import { env } from "#lib/base/env";

/** Our signature of a text, 43 characters. It is good for one purpose: what is signed for another has another signature. */
export function signatureOf(purpose: string, text: string): string {
  return createHmac("sha256", env().AUTH_SECRET).update(`${purpose} ${text}`).digest("base64url");
}
