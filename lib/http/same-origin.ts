import { Refusal } from "#lib/base/errors";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A browser sends cookies with whatever page asks it to, so a write with a cookie must come from a page of our own:
 * `Sec-Fetch-Site` says so (`none` is a person at the address bar), or in older browsers an `Origin` that is the host
 * the request went to. Refuses `forbidden`; a browser that sends neither is refused, too.
 */
export function mustBeSameOrigin({ method, headers }: Request): void {
  if (!SAFE.has(method) && originOf(headers) !== "own") throw foreign();
}

/** The same for what needs no cookie yet, such as signing in: no page of another origin may do it. */
export function mustNotBeForeign({ headers }: Request): void {
  if (originOf(headers) === "foreign") throw foreign();
}

function originOf(headers: Headers): "own" | "foreign" | "unknown" {
  const [site, origin] = [headers.get("sec-fetch-site"), headers.get("origin")];
  if (site !== null) return site === "same-origin" || site === "none" ? "own" : "foreign";
  if (origin === null) return "unknown";
  return URL.parse(origin)?.host === headers.get("host") ? "own" : "foreign";
}

function foreign(): Refusal {
  return new Refusal("forbidden", "A page of another origin sent this; open Ringback itself and do it there.");
}
