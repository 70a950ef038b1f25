import { afterTimer } from "./page.ts";
import { LANES, type Lane } from "./task.ts";

/** `stirred`: the lanes in which a task may be able to begin since the change. */
export type Listener = (stirred: ReadonlySet<Lane>) => void;

const ALL: ReadonlySet<Lane> = new Set(LANES);
/** For how long after the last change a channel without a listener in this tab stays open. */
const QUIET_MS = 1_000;
/** Other tabs hear of changes that follow each other together, this often: a message costs as much as a change. */
const TOGETHER_MS = 50;

/**
 * Announces changes to this tab and the others. A hint may be lost, so its receiver reads the store again, and nothing depends on
 * it.
 */
export class Hints {
  readonly #name: string;
  readonly #listeners = new Set<Listener>();
  readonly #stirred = new Set<Lane>();
  #channel: BroadcastChannel | null = null;
  #isSaid = false;
  /** What the other tabs have not heard yet; null: nothing. */
  #unheard: Set<Lane> | null = null;
  #stopGathering: (() => void) | null = null;
  #stopResting = () => {};

  constructor(name: string) {
    this.#name = name;
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.rest();
    };
  }

  /** This tab hears of it once per turn of the event loop, other tabs at once or together with the changes that follow closely. */
  changed(stirred: Iterable<Lane>): void {
    for (const lane of stirred) this.#stirred.add(lane);
    if (this.#isSaid) return;
    this.#isSaid = true;
    queueMicrotask(() => {
      this.#isSaid = false;
      const lanes = new Set(this.#stirred);
      this.#stirred.clear();
      this.#unheard = new Set([...(this.#unheard ?? []), ...lanes]);
      if (!this.#stopGathering) this.#post();
      this.#call(lanes);
      this.#restSoon();
    });
  }

  #post(): void {
    this.#stopGathering = null;
    if (!this.#unheard) return;
    this.#open()?.postMessage([...this.#unheard]);
    this.#unheard = null;
    this.#stopGathering = afterTimer(TOGETHER_MS, () => this.#post());
  }

  /**
   * Without a listener the channel only keeps the page out of the back/forward cache; opening one for each change costs more than
   * the change.
   */
  #restSoon(): void {
    this.#stopResting();
    this.#stopResting = afterTimer(QUIET_MS, () => {
      if (this.#listeners.size === 0) this.rest();
    });
  }

  /** Closes the channel until it is needed again. */
  rest(): void {
    this.#stopResting();
    this.#stopGathering?.();
    this.#post();
    this.#stopGathering?.();
    this.#stopGathering = null;
    this.#channel?.close();
    this.#channel = null;
  }

  /** Opens the channel again if there are listeners, and lets them read again, because hints were missed meanwhile. */
  wake(): void {
    if (this.#listeners.size > 0) this.#open();
    this.#call(ALL);
  }

  close(): void {
    this.#listeners.clear();
    this.rest();
  }

  #call(stirred: ReadonlySet<Lane>): void {
    for (const listener of this.#listeners) listener(stirred);
  }

  #open(): BroadcastChannel | null {
    if (this.#channel || globalThis.BroadcastChannel === undefined) return this.#channel;
    this.#channel = new BroadcastChannel(this.#name);
    // A page of an older build names no lanes.
    this.#channel.onmessage = ({ data }) => this.#call(Array.isArray(data) ? new Set(data) : ALL);
    // Of Node, where a channel would keep the process.
    (this.#channel as { unref?: () => void }).unref?.();
    return this.#channel;
  }
}
