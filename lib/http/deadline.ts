import { pause } from "#lib/time/clock";
import { Refusal } from "#lib/base/errors";
import { sinceArrival } from "#lib/http/arrival";

/** The deadline of a request, counted from its arrival; 200 ms of the five seconds are left for the network. */
const DEADLINE_MS = 4_800;

/** Waits for `work` until the deadline of the request with these headers. The work itself continues. Refuses `unavailable`. */
export async function withinDeadline<T>(headers: Headers, work: () => Promise<T>): Promise<T> {
  const waited = sinceArrival(headers);
  if (waited >= DEADLINE_MS) throw tooLate("Nothing was done with it.");
  const timer = new AbortController();
  const late = pause(DEADLINE_MS - waited, timer.signal).then((): never => {
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
