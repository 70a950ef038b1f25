import { monotonic, stopwatch } from "#lib/time/clock";
import type { Held, Kv, Stored } from "#lib/kv";
import type { Copies } from "#lib/kv/copy";
import { KvError } from "#lib/kv/error";
import type { TableKv } from "#lib/kv/table";

/** After a fault the Redis is left alone for so long, so that its time-out is not waited for again and again. */
const PAUSE_MS = 5_000;
/** How many documents travel at once: with the largest ones, half of what a request to Redis may hold. */
const DOCUMENTS_BATCH_SIZE = 20;
/** Pages of one sweep; what is left is the next one's. */
const MAX_PAGES = 40;

/** Documents with copies of them elsewhere. */
export type Copied = Kv &
  Readonly<{
    /**
     * Brings the copies of these keys in line with the table: writes what is missing or old, drops what may not be there.
     * Without keys, all that are due. Returns how many were written. Throws a KvError when the copies cannot be reached;
     * then they stay due.
     */
    sync(keys?: readonly string[]): Promise<number>;
    /** What is wrong with the store of the copies, in a sentence; null when it answers. */
    fault(): Promise<string | null>;
  }>;

/**
 * Documents of a table, with copies of them for fast reading. The table alone decides. A copy is written after each
 * change, before the caller hears of it, and is read first; nothing else is asked of it. When it cannot be written, the
 * change stands all the same: the row has said in the same statement that its copy is due, and `sync` writes it.
 * `onFault` hears of copies that cannot be reached, once for every pause.
 */
export function copied(table: TableKv, copies: Copies, onFault: (fault: KvError) => void = () => {}): Copied {
  let pausedUntil = 0;

  /** What the copies answer; `otherwise` while they are away. */
  async function attempt<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    if (monotonic() < pausedUntil) return otherwise;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof KvError)) throw error;
      pausedUntil = monotonic() + PAUSE_MS;
      onFault(error);
      return otherwise;
    }
  }

  async function write(key: string, held: Held & { mayBeCopied: boolean }): Promise<void> {
    if (held.mayBeCopied) await attempt(() => copies.put(key, held), false);
  }

  async function syncPage(keys: readonly string[]): Promise<number> {
    // Asked before the table is: what is newer here than there was never in this table.
    const found = await copies.versions(keys);
    const here = new Map(keys.map((key, i) => [key, found[i] ?? 0]));
    const states = await table.states(keys);
    const elapsed = stopwatch();
    const isWanted = (leftMs: number, mayBeCopied: boolean) => mayBeCopied && leftMs - elapsed() >= 1;
    const wanted = states.filter(({ leftMs, mayBeCopied }) => isWanted(leftMs, mayBeCopied));
    const dropped = states.filter(({ leftMs, mayBeCopied }) => !isWanted(leftMs, mayBeCopied));
    await Promise.all(dropped.map(({ key, version, leftMs }) => copies.drop(key, version, leftMs)));
    const old = wanted.filter(({ key, version }) => here.get(key) !== version);
    let count = 0;
    for (let i = 0; i < old.length; i += DOCUMENTS_BATCH_SIZE) {
      const some = old.slice(i, i + DOCUMENTS_BATCH_SIZE);
      const held = await aged(() => table.held(some.map(({ key }) => key)));
      const written = await Promise.all(
        held.map((one) => {
          const there = here.get(one.key)!;
          return one.mayBeCopied && copies.put(one.key, one, there > one.stored.version ? there : undefined);
        }),
      );
      count += written.filter(Boolean).length;
    }
    await table.synced(states);
    return count;
  }

  async function syncDue(): Promise<number> {
    let count = 0;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const keys = await table.due();
      if (keys.length === 0) break;
      count += await syncPage(keys);
    }
    return count;
  }

  return {
    async get(key): Promise<Stored | null> {
      const copy = await attempt(() => copies.get(key), null);
      if (copy) return copy;
      const [held] = await aged(() => table.held([key]));
      if (!held) return null;
      await write(key, held);
      return held.stored;
    },
    async create(key, document, time, note) {
      const created = await table.create(key, document, time, note);
      if (created.outcome === "created") {
        const leftMs = time.expiresAt.getTime() - time.now.getTime();
        await write(key, { stored: created.stored, leftMs, mayBeCopied: true });
      }
      return created;
    },
    async change(key, patch, where, note) {
      const changed = await table.change(key, patch, where, note);
      if (changed?.outcome === "changed") await write(key, changed);
      return changed;
    },
    sync: (keys) => (keys ? syncPage(keys) : syncDue()),
    async fault() {
      try {
        await copies.versions([""]);
        return null;
      } catch (error) {
        if (error instanceof KvError) return error.message;
        throw error;
      }
    },
  };
}

/** What the table holds, without the time that asking took: no copy lives longer than its document. */
async function aged<T extends Held>(ask: () => Promise<T[]>): Promise<T[]> {
  const elapsed = stopwatch();
  const held = await ask();
  const ms = elapsed();
  return held.map((one) => ({ ...one, leftMs: one.leftMs - ms }));
}
