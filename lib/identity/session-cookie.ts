import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { machineNow } from "#lib/time/clock";
import { env } from "#lib/base/env";
import { Recent } from "#lib/base/recent";

// As it was signed: a schema that knows more of it could change the order of its keys, and with it the signature.
const signedCopy = z.object({
  session: z.record(z.string(), z.unknown()),
  expiresAt: z.number(),
  signature: z.string(),
});
const withToken = z.object({ session: z.object({ token: z.string() }) });

/** What the names of the cookies of people begin with. */
export function cookiePrefix(): string {
  return env().RINGBACK_URL?.startsWith("https://") ? "__Host-ringback" : "ringback";
}

/**
 * The token of a session whose cookie we signed and whose signed copy is still fresh, read as the library behind
 * `staffAuth` reads them, in a tenth of its time: almost every request of a person is such a one. Null whenever anything
 * is unusual; then the library has to be asked. The copy's time is of this machine, as the library wrote it; it says only
 * who has to be asked. Whether the session still is, `admit` asks the database.
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

/** The token of a session whose cookie we signed, whether or not the session still is. */
export function signedSessionToken(headers: Headers): string | null {
  const cookies = headers.get("cookie") ?? "";
  return verified.get(cookies)?.token ?? signedToken(cookies);
}

function signedToken(cookies: string): string | null {
  const [token, mark] = splitAtLastDot(cookieValue(cookies, `${cookiePrefix()}.session_token`));
  return isSigned(token, mark, "base64") ? token : null;
}

/** What was verified letter for letter before: a browser sends the same cookies until the copy is a minute old. */
const verified = new Recent<Verified>();
type Verified = { token: string; expiresAt: number };

function verify(cookies: string): Verified | null {
  const token = signedToken(cookies);
  if (token === null) return null;
  const copy = readCopy(cookieValue(cookies, `${cookiePrefix()}.session_data`));
  return copy?.token === token ? copy : null;
}

/** The token in a signed copy that is ours and fresh. */
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

/** The value of a cookie that is there exactly once, else nothing. */
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
