/**
 * Tells which tabs are alive and which one leads, by Web Locks alone: a browser releases a lock the moment its page ends, however
 * it ends. Correctness does not depend on the tabs: the number of the attempt fences each claim, and a leader only saves the other
 * tabs from polling.
 */
import { LANES, type Lane } from "./task.ts";

export class Tabs {
  /** Made in memory: a duplicated tab copies the storage of its original, and would have the same id. */
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

  /** Holds the lock of a living tab until `end`. Resolves when it is held. */
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
   * Requests the lead of a lane, and calls `led` when this tab has it; at once where a browser has no locks. Repeated calls make
   * one request.
   */
  lead(lane: Lane, led: () => void): void {
    if (this.#held.has(lane) || this.#asked.has(lane)) return;
    const asking = new AbortController();
    this.#asked.set(lane, asking);
    const take = () =>
      new Promise<void>((giveUp) => {
        this.#asked.delete(lane);
        // The lead was released at the moment it came.
        if (asking.signal.aborted) return giveUp();
        this.#held.set(lane, giveUp);
        led();
      });
    if (!this.#locks) {
      void take();
      return;
    }
    // A cancelled request rejects; so does one of a page that is being left.
    this.#locks.request(`${this.#prefix}leads ${lane}`, { signal: asking.signal }, take).catch(() => {
      if (this.#asked.get(lane) === asking) this.#asked.delete(lane);
    });
  }

  /** Releases the lead of this lane, and cancels a request for it. */
  yieldLead(lane: Lane): void {
    this.#asked.get(lane)?.abort();
    this.#asked.delete(lane);
    this.#held.get(lane)?.();
    this.#held.delete(lane);
  }

  /** Releases all locks. */
  end(): void {
    for (const lane of LANES) this.yieldLead(lane);
    this.#alive?.end();
    this.#alive = null;
  }
}
