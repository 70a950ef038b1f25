/** The server's clock in the browser: what the server last read, and what has passed since by a clock that never jumps. */

let ahead = performance.timeOrigin;

/** Takes over what the server's clock read; `now` is an instant of its answer. */
export function noteServerTime(now: string): void {
  ahead = Date.parse(now) - performance.now();
}

/** Milliseconds since 1970 by the server's clock; by the machine's own until the server has said anything. */
export function serverNow(): number {
  return ahead + performance.now();
}
