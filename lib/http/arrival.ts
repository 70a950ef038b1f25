import { monotonic } from "#lib/time/clock";

/** The header in which the server notes when a request came in; what a client sends under this name is replaced. */
export const ARRIVAL_HEADER = "x-ringback-arrived";

/** What the server notes when a request comes in. */
export function arrivalNow(): string {
  return String(monotonic());
}

/** Milliseconds since the request came in; on a busy server it waits before any of our code sees it. */
export function sinceArrival(headers: Headers): number {
  const arrived = Number(headers.get(ARRIVAL_HEADER) ?? Number.NaN);
  return Number.isNaN(arrived) ? 0 : Math.max(0, monotonic() - arrived);
}
