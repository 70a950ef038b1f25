/** The server's clock in the browser: its last reading, and the time since then on a clock that never jumps. */

/**
 * The storage key of the offset between the server's clock and this machine's, for a page that opens while the server cannot be
 * reached.
 */
const KEPT_AS = "ringback clock";

let ahead = performance.timeOrigin + (keptOffset() ?? 0);
const known = Promise.withResolvers<void>();
if (keptOffset() !== null) known.resolve();

/**
 * Resolves when the offset of this machine's clock is known: at once where it was stored, else with the first answer of the
 * server. Until then nothing counts as too late.
 */
export const serverTimeIsKnown: Promise<void> = known.promise;

/**
 * Takes over a reading of the server's clock; `now` is an instant of its answer. What is no instant, as in the answer of a portal,
 * is none.
 */
function noteServerTime(now: string): void {
  const reading = Date.parse(now);
  if (Number.isNaN(reading)) return;
  ahead = reading - performance.now();
  known.resolve();
  const [offset, before] = [Math.round(ahead - performance.timeOrigin), keptOffset()];
  if (before !== null && Math.abs(offset - before) < 1_000) return;
  try {
    localStorage.setItem(KEPT_AS, String(offset));
  } catch {
    // Without storage such a page uses the machine's clock.
  }
}

function keptOffset(): number | null {
  try {
    const kept = globalThis.localStorage?.getItem(KEPT_AS) ?? null;
    return kept === null ? null : Number(kept) || 0;
  } catch {
    return null;
  }
}

/** Milliseconds since 1970 by the server's clock; before the first answer, by this machine's clock and the last known offset. */
export function serverNow(): number {
  return ahead + performance.now();
}

/** Converts an instant of this machine's clock to the server's, with the present offset. */
export function serverTimeOf(machineTime: number): number {
  return machineTime + ahead - performance.timeOrigin;
}

/** A repeated answer, because nothing has changed, says nothing about the time. */
const seen = new WeakSet<object>();

/** Returns an answer, and takes over the reading of the server's clock in it. */
export async function timed<A extends { now: string }>(answer: Promise<A>): Promise<A> {
  const answered = await answer;
  if (!seen.has(answered)) noteServerTime(answered.now);
  seen.add(answered);
  return answered;
}
