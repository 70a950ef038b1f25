/**
 * The value of a key: one JSON document that a table holds as well. Every change raises `version` by one; the document is valid
 * until `expiresAt`.
 */
export type Stored = Readonly<Record<string, unknown> & { version: number; expiresAt: string }>;

/** A document and the milliseconds until it expires: all that its copy needs. */
export type Held = Readonly<{ stored: Stored; leftMs: number }>;

/**
 * Copies of documents in a Redis, for fast reading. The table is the source of truth; copies are only read first. While Redis is
 * away, which is noticed within a second and then not checked for a while, nothing is read or written, and no caller gets a fault.
 */
export type Kv = Readonly<{
  /** The copy, or null. */
  read(key: string): Promise<Stored | null>;
  /** Writes a copy unless a newer one was written or dropped under this key. */
  write(key: string, held: Held): Promise<void>;
  /** The same copies with their faults, for the sweep that repairs them; null when no copies are kept. */
  copies: Copies | null;
}>;

/**
 * Copies of documents in Redis. Beside each copy lies its version, which stays when the copy is dropped: an older state is never
 * written over a newer one, nor in the place of a dropped one. A failure of Redis becomes a KvError within about a second.
 */
export type Copies = Readonly<{
  /** The copy, or null. */
  get(key: string): Promise<Stored | null>;
  /**
   * Writes the copy of a document, unless a newer one was written or dropped. A newer one with the version `over` does not count.
   * True when it was written.
   */
  put(key: string, held: Held, over?: number): Promise<boolean>;
  /** Drops the copy, and keeps every state of the document up to `version` out until the document has expired. */
  drop(key: string, version: number, leftMs: number): Promise<void>;
  /** The version that was last written or dropped under each key; null where there is none. */
  versions(keys: readonly string[]): Promise<(number | null)[]>;
}>;
