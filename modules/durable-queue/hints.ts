import { afterTimer } from "./page.ts";

/** For how long after the last change a channel without a listener in this tab stays open. */
const QUIET_MS = 1_000;

/**
 * Announces changes to this tab and the others. A hint may be lost, so its receiver reads the store again, and nothing depends on
 * it.
 */
export class Hints {
  readonly #name: string;
  readonly #listeners = new Set<() => void>();
  #channel: BroadcastChannel | null = null;
  #isSaid = false;
  #stopResting = () => {};

  constructor(name: string) {
    this.#name = name;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.rest();
    };
  }

  /** At most once per turn of the event loop, however many changes there were. */
  changed(): void {
    if (this.#isSaid) return;
    this.#isSaid = true;
    queueMicrotask(() => {
      this.#isSaid = false;
      this.#open()?.postMessage("changed");
      this.#call();
      this.#restSoon();
    });
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
    this.#channel?.close();
    this.#channel = null;
  }

  /** Opens the channel again if there are listeners, and lets them read again, because hints were missed meanwhile. */
  wake(): void {
    if (this.#listeners.size > 0) this.#open();
    this.#call();
  }

  close(): void {
    this.#listeners.clear();
    this.rest();
  }

  #call(): void {
    for (const listener of this.#listeners) listener();
  }

  #open(): BroadcastChannel | null {
    if (this.#channel || globalThis.BroadcastChannel === undefined) return this.#channel;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = () => this.#call();
    // Of Node, where a channel would keep the process.
    (this.#channel as { unref?: () => void }).unref?.();
    return this.#channel;
  }
}
