import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { machineNow } from "#lib/time/clock";
import { env } from "#lib/base/env";
import { Recent } from "#lib/base/recent";

// Parsed loosely on purpose: a stricter schema could change the order of the keys, and with it the signature.
const signedCopy = z.object({
  session: z.record(z.string(), z.unknown()),
  expiresAt: z.number(),
  signature: z.string(),
});
const withToken = z.object({ session: z.object({ token: z.string() }) });

/** The prefix of the names of session cookies. */
export function cookiePrefix(): string {
  return env().RINGBACK_URL?.startsWith("https://") ? "__Host-ringback" : "ringback";
}

/**
 * The token of a session whose cookie has a valid signature and whose signed copy is still fresh, read as better-auth reads them,
 * in a tenth of its time; almost every request of a person has such a cookie. Null for every unusual case, for which better-auth
 * must be asked. The age of the copy is measured by this machine's clock, which wrote it, and decides only whether better-auth is
 * asked. `admit` asks the database whether the session still exists.
 */
export function freshSessionToken(headers: Headers): string | null {
  const cookies = headers.get("cookie") ?? "";
  const before = verified.get(cookies);
  if (before && before.expiresAt >= machineNow().getTime()) return before.token;
  const found = verify(cookies);
  if (!found) return null;
  verified.set(cookies, found);
  return found.token;
}

/** The token of a session whose cookie has a valid signature, whether or not the session still exists. */
export function signedSessionToken(headers: Headers): string | null {
  const cookies = headers.get("cookie") ?? "";
  return verified.get(cookies)?.token ?? signedToken(cookies);
}

function signedToken(cookies: string): string | null {
  const [token, mark] = splitAtLastDot(cookieValue(cookies, `${cookiePrefix()}.session_token`));
  return isSigned(token, mark, "base64") ? token : null;
}

/** Copies that were verified before: a browser sends the same cookies until the copy is a minute old. */
const verified = new Recent<Verified>();
type Verified = { token: string; expiresAt: number };

function verify(cookies: string): Verified | null {
  const token = signedToken(cookies);
  if (token === null) return null;
  const copy = readCopy(cookieValue(cookies, `${cookiePrefix()}.session_data`));
  return copy?.token === token ? copy : null;
}

/** The token in a signed copy that is valid and fresh. */
function readCopy(value: string): Verified | null {
  try {
    const { session, expiresAt, signature } = signedCopy.parse(JSON.parse(Buffer.from(value, "base64url").toString()));
    if (expiresAt < machineNow().getTime()) return null;
    if (!isSigned(JSON.stringify({ ...session, expiresAt }), signature, "base64url")) return null;
    return { token: withToken.parse(session).session.token, expiresAt };
  } catch {
    return null;
  }
}

function isSigned(text: string, mark: string, encoding: "base64" | "base64url"): boolean {
  const wanted = createHmac("sha256", env().AUTH_SECRET).update(text).digest();
  const given = Buffer.from(mark, encoding);
  return text !== "" && given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** The value of a cookie that is present exactly once, else an empty string. */
function cookieValue(cookies: string, name: string): string {
  const start = `${name}=`;
  const found = cookies.split(/; */).filter((pair) => pair.startsWith(start));
  if (found.length !== 1) return "";
  try {
    return decodeURIComponent(found[0]!.slice(start.length));
  } catch {
    return "";
  }
}

function splitAtLastDot(text: string): [string, string] {
  const at = text.lastIndexOf(".");
  return [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
}
