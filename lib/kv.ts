/**
 * What lies under a key: one JSON document that a table holds as well. `version` is one higher after every change of it,
 * and it is good until `expiresAt`.
 */
export type Stored = Readonly<Record<string, unknown> & { version: number; expiresAt: string }>;

/** A document and the milliseconds until it expires: all that a copy of it needs. */
export type Held = Readonly<{ stored: Stored; leftMs: number }>;

/**
 * Copies of documents for fast reading, in a Redis. A table decides what is true; nothing is asked of the copies but what
 * to read first. While they are away, which is noticed within a second and then left alone for a while, nothing is read
 * and nothing is written, and no caller gets a fault.
 */
export type Kv = Readonly<{
  /** The copy, or null. */
  read(key: string): Promise<Stored | null>;
  /** Writes a copy unless something newer was written or dropped under this key. */
  write(key: string, held: Held): Promise<void>;
  /** The same copies for those who put them right, with faults; null when none are kept. */
  copies: Copies | null;
}>;

/**
 * Copies of documents in Redis. Beside each copy lies its version, which also stays when the copy is dropped: so what is
 * older can never be written over what is newer, nor in the place of what was dropped. A Redis that fails does so within
 * a second or so, with a KvError.
 */
export type Copies = Readonly<{
  /** The copy, or null. */
  get(key: string): Promise<Stored | null>;
  /**
   * Writes the copy of a document, unless something newer was written or dropped here. A newer one of the version `over`
   * does not count. True when it was written.
   */
  put(key: string, held: Held, over?: number): Promise<boolean>;
  /** Drops the copy, and keeps every state of the document up to `version` out for as long as it could be written. */
  drop(key: string, version: number, leftMs: number): Promise<void>;
  /** The version that was written or dropped last under each key, null where nothing was. */
  versions(keys: readonly string[]): Promise<(number | null)[]>;
}>;
