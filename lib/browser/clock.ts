/** The server's clock in the browser: what the server last read, and what has passed since by a clock that never jumps. */

/** How far the server's clock was ahead of this machine's, for a page that opens while the server cannot be reached. */
const KEPT_AS = "ringback clock";

let ahead = performance.timeOrigin + (keptOffset() ?? 0);
const known = Promise.withResolvers<void>();
if (keptOffset() !== null) known.resolve();

/**
 * Resolves when it is known how far off this machine's clock is: at once where that was kept, else with the first answer of
 * the server. Nothing is too late by a clock that may be wrong.
 */
export const serverTimeIsKnown: Promise<void> = known.promise;

/** Takes over what the server's clock read; `now` is an instant of its answer. */
function noteServerTime(now: string): void {
  ahead = Date.parse(now) - performance.now();
  known.resolve();
  const [offset, before] = [Math.round(ahead - performance.timeOrigin), keptOffset()];
  if (before !== null && Math.abs(offset - before) < 1_000) return;
  try {
    localStorage.setItem(KEPT_AS, String(offset));
  } catch {
    // Kept nowhere: such a page goes by the machine's clock.
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

/** Milliseconds since 1970 by the server's clock; until the server has said anything, as far off the machine's own as it was last. */
export function serverNow(): number {
  return ahead + performance.now();
}

/** An instant of this machine's clock by the server's, as far off as the two are now. */
export function serverTimeOf(machineTime: number): number {
  return machineTime + ahead - performance.timeOrigin;
}

/** An answer that is known already, because nothing has changed, says nothing about the time. */
const heard = new WeakSet<object>();

/** Passes an answer on, and takes over what the server's clock read in it. */
export async function timed<A extends { now: string }>(answer: Promise<A>): Promise<A> {
  const told = await answer;
  if (!heard.has(told)) noteServerTime(told.now);
  heard.add(told);
  return told;
}
