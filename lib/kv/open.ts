import type { Kv } from "#lib/kv";
import { redisCopies, type RedisAddress } from "#lib/kv/copy";
import { KvError } from "#lib/kv/error";
import { monotonic } from "#lib/time/clock";

/** The pause after a fault of Redis, so that its timeout is not waited for again and again. */
const PAUSE_MS = 5_000;

const NONE: Kv = { read: async () => null, write: async () => {}, copies: null };

/**
 * Opens the copies in the Redis at this address; without one no copies are kept. `onFault` is called for a Redis that cannot be
 * reached, once for every pause.
 */
export function openKv(address: RedisAddress | null = null, onFault: (fault: KvError) => void = () => {}): Kv {
  if (address === null) return NONE;
  const copies = redisCopies(address);
  let pausedUntil = 0;

  /** The answer of the copies; null during a pause. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
    if (monotonic() < pausedUntil) return null;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof KvError)) throw error;
      pausedUntil = monotonic() + PAUSE_MS;
      onFault(error);
      return null;
    }
  }

  return {
    read: (key) => attempt(() => copies.get(key)),
    write: async (key, held) => void (await attempt(() => copies.put(key, held))),
    copies,
  };
}
