/** The server's clock in the browser: what the server last read, and what has passed since by a clock that never jumps. */

let ahead = performance.timeOrigin;

/** Takes over what the server's clock read; `now` is an instant of its answer. */
function noteServerTime(now: string): void {
  ahead = Date.parse(now) - performance.now();
}

/** Milliseconds since 1970 by the server's clock; by the machine's own until the server has said anything. */
export function serverNow(): number {
  return ahead + performance.now();
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
