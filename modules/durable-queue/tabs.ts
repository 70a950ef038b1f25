/**
 * Who lives and who leads, by Web Locks alone: a browser gives a lock back the moment its page ends, however it ends. This
 * is no matter of trust: what a tab takes is fenced by its attempt, and a leader only keeps the others from asking.
 */
import { LANES, type Lane } from "./task.ts";

export class Tabs {
  /** Made in memory: a duplicated tab copies what is in its storage, and would have the same. */
  readonly id: string;
  readonly #prefix: string;
  readonly #locks: LockManager | null;
  readonly #held = new Map<Lane, () => void>();
  readonly #asked = new Map<Lane, AbortController>();
  #alive: { end: () => void } | null = null;

  constructor(name: string, id: string, locks: LockManager | null) {
    this.id = id;
    this.#prefix = `${name} tab `;
    this.#locks = locks;
  }

  /** Holds the lock that says that this tab lives, until `end`. Resolves when it is held. */
  live(): Promise<void> {
    if (this.#alive || !this.#locks) return Promise.resolve();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#alive = { end };
    return new Promise((held) => {
      const holding = this.#locks?.request(this.#prefix + this.id, () => {
        held();
        return ended;
      });
      holding?.catch(() => held());
    });
  }

  /** The ids of the tabs that live, or null where a browser has no locks. */
  async living(): Promise<Set<string> | null> {
    if (!this.#locks) return null;
    const { held = [] } = await this.#locks.query();
    const names = held.map(({ name = "" }) => name).filter((name) => name.startsWith(this.#prefix));
    return new Set(names.map((name) => name.slice(this.#prefix.length)));
  }

  isLeader(lane: Lane): boolean {
    return this.#held.has(lane);
  }

  /**
   * Asks to lead a lane, and calls `led` when that is so; at once where a browser has no locks. It is asked once, however
   * often this is called.
   */
  lead(lane: Lane, led: () => void): void {
    if (this.#held.has(lane) || this.#asked.has(lane)) return;
    const asking = new AbortController();
    this.#asked.set(lane, asking);
    const take = () =>
      new Promise<void>((giveUp) => {
        this.#asked.delete(lane);
        // Given up in the moment it came.
        if (asking.signal.aborted) return giveUp();
        this.#held.set(lane, giveUp);
        led();
      });
    if (!this.#locks) {
      void take();
      return;
    }
    // A request that is given up rejects; so does one of a page that is being left.
    this.#locks.request(`${this.#prefix}leads ${lane}`, { signal: asking.signal }, take).catch(() => {
      if (this.#asked.get(lane) === asking) this.#asked.delete(lane);
    });
  }

  /** Leads this lane no more, and asks no more to. */
  yieldLead(lane: Lane): void {
    this.#asked.get(lane)?.abort();
    this.#asked.delete(lane);
    this.#held.get(lane)?.();
    this.#held.delete(lane);
  }

  /** Leads nothing and does not live any more. */
  end(): void {
    for (const lane of LANES) this.yieldLead(lane);
    this.#alive?.end();
    this.#alive = null;
  }
}
