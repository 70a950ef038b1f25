import { monotonic } from "#lib/time/clock";

/** The header in which the server notes when a request arrived; it overwrites a header of this name from the client. */
export const ARRIVAL_HEADER = "x-ringback-arrived";

/** The arrival time that the server notes. */
export function arrivalNow(): string {
  return String(monotonic());
}

/** Milliseconds since the request arrived; on a busy server it waits before any route sees it. */
export function sinceArrival(headers: Headers): number {
  const arrived = Number(headers.get(ARRIVAL_HEADER) ?? Number.NaN);
  return Number.isNaN(arrived) ? 0 : Math.max(0, monotonic() - arrived);
}
