import { randomBytes, timingSafeEqual } from "node:crypto";
import { env } from "#lib/base/env";
import { signatureOf } from "#lib/identity/signature";

const YEAR_SECONDS = 365 * 86_400;

/**
 * The cookie of a browser in which `email` has signed in: signed by Ringback, valid for a year, and without access to anything.
 * Its attempts are counted apart from those of strangers.
 */
export function deviceCookie(email: string): string {
  const id = randomBytes(16).toString("base64url");
  const isSecure = env().RINGBACK_URL?.startsWith("https://") === true;
  const attributes = `Max-Age=${YEAR_SECONDS}; Path=/; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  return `${cookieName(isSecure)}=${id}.${signatureOf("device", `${id} ${email}`)}; ${attributes}`;
}

/** The id of the browser, when it has a cookie for this e-mail address; else null. */
export function knownDevice(headers: Headers, email: string): string | null {
  const [, id, given] = headers.get("cookie")?.match(/ringback\.device=([\w-]{22})\.([\w-]{43})(?:;|$)/) ?? [];
  if (id === undefined || given === undefined) return null;
  return timingSafeEqual(Buffer.from(given), Buffer.from(signatureOf("device", `${id} ${email}`))) ? id : null;
}

function cookieName(isSecure: boolean): string {
  return isSecure ? "__Host-ringback.device" : "ringback.device";
}
