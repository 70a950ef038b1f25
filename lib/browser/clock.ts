/**
 * The server's clock in the browser: its last reading, and the time since then on a clock that never jumps, to which the sleep of the
 * machine is added.
 */

/**
 * The storage key of the offset between the server's clock and this machine's, for a page that opens while the server cannot be
 * reached.
 */
const KEPT_AS = "ringback clock";

/** By how much the machine's clock must move at once to count as a sleep: smaller jumps are corrections. */
const SLEPT_MS = 60_000;

let ahead = performance.timeOrigin + (keptOffset() ?? 0);
/** By how much the machine's clock is ahead of the one that never jumps, at the last look. */
let machineAhead = machineAheadNow();
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
  machineAhead = machineAheadNow();
  known.resolve();
  const [offset, before] = [Math.round(ahead - machineAhead), keptOffset()];
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

function machineAheadNow(): number {
  return Date.now() - performance.now();
}

/** Milliseconds since 1970 by the server's clock; before the first answer, by this machine's clock and the last known offset. */
export function serverNow(): number {
  addSleep();
  return ahead + performance.now();
}

/**
 * The clock that never jumps stands still in many browsers while the machine sleeps, and what was to happen within ten minutes must not
 * happen nine hours later. A machine's clock that was set forward looks like a sleep until the next answer of the server.
 */
function addSleep(): void {
  const before = machineAhead;
  machineAhead = machineAheadNow();
  if (machineAhead - before > SLEPT_MS) ahead += machineAhead - before;
}

/** Converts an instant of this machine's clock to the server's, with the present offset. */
export function serverTimeOf(machineTime: number): number {
  addSleep();
  return machineTime + ahead - machineAhead;
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
