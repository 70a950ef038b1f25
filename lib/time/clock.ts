import { z } from "zod";
import type { Db } from "#lib/database/db";
import { queryDirect } from "#lib/database/direct";
import { sql } from "#lib/database/sql";

/** The present instant by the one clock: the database function `ringback_now()`. Milliseconds, UTC. */
export async function readClock(db: Db): Promise<Date> {
  const [row] = await queryDirect(db, z.object({ now: z.date() }), sql`SELECT ringback_now() AS now`);
  return row!.now;
}

/** This machine's own clock. Decides only how fresh a cached copy is, and the reported clock skew. */
export function machineNow(): Date {
  return new Date();
}

/** Milliseconds on a clock of this process that never goes back; only differences mean something. */
export function monotonic(): number {
  return performance.now();
}

/** Milliseconds on a clock that never goes back, for measuring how long something took. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => Math.round(performance.now() - start);
}

/**
 * Resolves after `milliseconds`; rejects when `signal` aborts meanwhile. It removes its listener from the signal: a worker pauses
 * twice a second on the same signal for weeks.
 */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
