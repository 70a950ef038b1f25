import { pause } from "#lib/time/clock";
import { env } from "#lib/base/env";
import { Refusal } from "#lib/base/errors";
import { sinceArrival } from "#lib/http/arrival";

/** The share of a request's time that ends at the deadline; the rest is left for the network. */
const DEADLINE_SHARE = 0.96;

/** The deadline of a request in milliseconds, counted from its arrival. */
const deadlineMs = (): number => env().REQUEST_TIMEOUT_SECONDS * 1_000 * DEADLINE_SHARE;

/** Waits for `work` until the deadline of the request with these headers. The work itself continues. Refuses `unavailable`. */
export async function withinDeadline<T>(headers: Headers, work: () => Promise<T>): Promise<T> {
  const left = deadlineMs() - sinceArrival(headers);
  if (left <= 0) throw tooLate("Nothing was done with it.");
  const timer = new AbortController();
  const late = pause(left, timer.signal).then((): never => {
    throw tooLate("It may still finish.");
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    timer.abort();
  }
}

function tooLate(meanwhile: string): Refusal {
  return new Refusal(
    "unavailable",
    `This takes longer than usual. ${meanwhile} Send it again in a second, with the same Idempotency-Key if it had one.`,
  );
}
