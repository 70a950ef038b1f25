import { Refusal } from "#lib/base/errors";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A browser sends cookies with a request of any page, so a write with a cookie must come from a page of Ringback:
 * `Sec-Fetch-Site` says so (`none` is a person at the address bar), or in older browsers an `Origin` equal to the host of the
 * request. Refuses `forbidden`, also for a browser that sends neither.
 */
export function mustBeSameOrigin({ method, headers }: Request): void {
  if (!SAFE.has(method) && originOf(headers) !== "own") throw foreign();
}

/** The same for requests that need no cookie yet, such as signing in. */
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
