/** A global symbol, because the instrumentation of the server and its routes are bundles that do not share modules. */
const SEEN = Symbol.for("ringback.forwarded-requests-seen");
const shared = globalThis as { [SEEN]?: boolean };

/** Notes that a request had a forwarding header while no proxy is trusted. */
export function noteForwarded(): void {
  shared[SEEN] = true;
}

/** The advice for the operator, or null when no such request has reached this process. */
export function forwardingNote(): string | null {
  if (!shared[SEEN]) return null;
  return "Requests come with X-Forwarded-For and no proxy is trusted, so the limits by network count everybody behind a proxy as one; set TRUSTED_PROXIES to the number of proxies in front.";
}
