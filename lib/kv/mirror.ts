import { isDeepStrictEqual } from "node:util";
import { pause, stopwatch } from "#lib/clock";
import type { Held, Kv, KvStore, Stored } from "#lib/kv";
import { generationOf, type TableKv } from "#lib/kv/table";

/** A fast store that everybody asks, and the table that remembers what was there. */
type Pair = Readonly<{ copy: KvStore; record: TableKv }>;

/**
 * Documents in two stores. The record says which keys were given out and survives; the copy decides every change and
 * answers every question it can. What the copy has lost is restored from the record when it is asked for. A change that
 * came only as far as the copy is a fault, though it may have happened; the next change of the same key, or `repair`,
 * brings the record up to date.
 */
export function mirror({ copy, record }: Pair): Kv {
  /**
   * Brings back into the copy what it has lost, in a generation of its own. Null when the record has it no more either.
   * Nobody else puts this generation into a copy, so nobody can put its beginning there a second time, over what was
   * changed in it.
   */
  async function restored(key: string): Promise<Stored | null> {
    const [held] = await aged(() => record.reissue([key]));
    if (!held || held.leftMs < 1) return null;
    await copy.follow(key, held);
    return held.stored;
  }

  /**
   * Brings the record up to date. `lost`: what the copy answered is not part of what the record holds, because the copy
   * had lost something meanwhile; then the change is to be made again. `expired`: by the clock of the record, which
   * counts, the time is over.
   */
  async function recorded(key: string, { stored, leftMs }: Held): Promise<"done" | "lost" | "expired"> {
    if (await record.follow(key, { stored, leftMs })) return "done";
    const [held] = await record.held([key]);
    if (!held) return "expired";
    if (isDeepStrictEqual(held.stored, stored)) return "done";
    const { version } = held.stored;
    if (generationOf(version) !== generationOf(stored.version)) return "lost";
    const [here] = await copy.versions([key]);
    if (version > stored.version && (here ?? version) >= version) return "done";
    // Within a generation a copy is ahead of the record or equal to it, unless it has come back as it was some time
    // ago.
    await restored(key);
    return "lost";
  }

  /**
   * Leaves whoever began the new generation the time to put it into the copy; at times does it, since who began it may
   * have died.
   */
  async function renewed(key: string, attempt: number): Promise<void> {
    if (attempt % 6 === 0) await restored(key);
    else await pause(10 * attempt);
  }

  const latest = async (key: string): Promise<Stored | null> => (await copy.get(key)) ?? (await restored(key));

  return {
    get: latest,
    async create(key, document, time) {
      const created = await record.create(key, document, time);
      if (created.outcome === "exists") return { outcome: "exists", stored: (await latest(key)) ?? created.stored };
      if (created.outcome === "created") {
        await copy.follow(key, { stored: created.stored, leftMs: time.expiresAt.getTime() - time.now.getTime() });
      }
      return created;
    },
    async change(key, patch, where) {
      for (let attempt = 1; ; attempt += 1) {
        const changed = await copy.change(key, patch, where);
        if (!changed && !(await restored(key))) return null;
        // Also what did not fit: it may be the repetition of a change that came only as far as the copy.
        const outcome = changed ? await recorded(key, changed) : "lost";
        if (outcome === "expired") return null;
        if (outcome === "done") return changed;
        if (changed) await renewed(key, attempt);
      }
    },
  };
}

/** How many documents travel at once: with the largest ones, half of what a request to Redis may hold. */
const DOCUMENTS_AT_ONCE = 20;

/**
 * Brings both stores up to date from each other, also while they are used, and counts what was taken over. Documents
 * travel only where versions differ. `keysOfCopy`: pages of the keys that the copy holds.
 */
export async function repair(
  copy: KvStore,
  record: TableKv,
  keysOfCopy: AsyncIterable<string[]>,
): Promise<{ copies: number; records: number }> {
  const copies = await bring(record.keys(), { from: record, read: record.reissue, to: copy });
  const records = await bring(keysOfCopy, { from: copy, read: copy.held, to: record });
  return { copies, records };
}

type Way = { from: KvStore; read: KvStore["held"]; to: KvStore };

/** Takes over into `to` what is newer in `from`, or only there. */
async function bring(pages: AsyncIterable<string[]>, { from, read, to }: Way): Promise<number> {
  let count = 0;
  for await (const keys of pages) {
    const [there, here] = await Promise.all([from.versions(keys), to.versions(keys)]);
    const newer = keys.filter((_, i) => (there[i] ?? 0) > (here[i] ?? 0));
    for (let i = 0; i < newer.length; i += DOCUMENTS_AT_ONCE) {
      const some = newer.slice(i, i + DOCUMENTS_AT_ONCE);
      const held = await aged(() => read(some));
      const taken = await Promise.all(held.map((one, place) => one !== null && to.follow(some[place]!, one)));
      count += taken.filter(Boolean).length;
    }
  }
  return count;
}

/**
 * What a store holds, without the time that asking took: nothing lives longer in another store for being carried there.
 */
async function aged(ask: () => Promise<(Held | null)[]>): Promise<(Held | null)[]> {
  const elapsed = stopwatch();
  const held = await ask();
  const ms = elapsed();
  return held.map((one) => one && { ...one, leftMs: one.leftMs - ms });
}
