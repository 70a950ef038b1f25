/** Across the bundles of one process: the server's beginning and its routes do not share their modules. */
const SEEN = Symbol.for("ringback.forwarded-requests-seen");
const shared = globalThis as { [SEEN]?: boolean };

/** Notes that a request said whom it was forwarded for while no proxy is trusted. */
export function noteForwarded(): void {
  shared[SEEN] = true;
}

/** What is to be done about it, or null when no such request has come to this process. */
export function forwardingNote(): string | null {
  if (!shared[SEEN]) return null;
  return "Requests come with X-Forwarded-For and no proxy is trusted, so the limits by network count everybody behind a proxy as one; set TRUSTED_PROXIES to the number of proxies in front.";
}
