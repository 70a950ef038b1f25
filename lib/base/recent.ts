/**
 * Remembers values of at most `max` keys. Beyond that it forgets the key that was used longest ago, so that a flood of new keys drops
 * no key in use.
 */
export class Recent<V> {
  // A Map keeps the order in which keys were set; the first one was used longest ago.
  readonly #values = new Map<string, V>();
  readonly #max: number;

  constructor(max = 10_000) {
    this.#max = max;
  }

  /** The value of a key, which counts as used now. */
  get(key: string): V | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.#moveToEnd(key, value);
    return value;
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  set(key: string, value: V): void {
    this.#moveToEnd(key, value);
    if (this.#values.size > this.#max) this.#values.delete(this.#values.keys().next().value!);
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  #moveToEnd(key: string, value: V): void {
    this.#values.delete(key);
    this.#values.set(key, value);
  }
}
