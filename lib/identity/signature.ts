import { createHmac } from "node:crypto";
import { env } from "#lib/base/env";

/** Ringback's signature of a text, 43 characters. A signature is valid for one purpose only. */
export function signatureOf(purpose: string, text: string): string {
  return createHmac("sha256", env().AUTH_SECRET).update(`${purpose} ${text}`).digest("base64url");
}
