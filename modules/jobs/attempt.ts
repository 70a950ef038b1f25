import { pause } from "#lib/time/clock";
import type { Ctx } from "#lib/base/context";

/** The polling interval of an empty queue, in milliseconds. Pauses need no polling: the claim checks them. */
const IDLE_MS = 500;

/** Does `work`; when the database is away it logs that, pauses and returns 0. */
export async function attempt<T>(ctx: Ctx, work: () => Promise<T>): Promise<T | 0> {
  try {
    return await work();
  } catch (error) {
    ctx.log.warn({ reason: String(error) }, "a worker cannot work at the moment");
    await pause(IDLE_MS);
    return 0;
  }
}

/** Waits for one polling interval, or until `signal` aborts. */
export function idle(signal: AbortSignal): Promise<void> {
  return pause(IDLE_MS, signal).catch(() => {});
}
