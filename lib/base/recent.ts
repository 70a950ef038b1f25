/**
 * Remembers values of at most `max` keys. Beyond that it forgets the least recently used key, so that a flood of new keys drops
 * no key in use.
 */
export class Recent<V> {
  // A Map keeps keys in the order in which they were set, so the first one is the least recently used.
  readonly #values = new Map<string, V>();
  readonly #max: number;

  constructor(max = 10_000) {
    this.#max = max;
  }

  /** The value of a key; counts as a use of the key. */
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
