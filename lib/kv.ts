/**
 * What lies under a key: one JSON document. The store itself keeps `version`, which begins with 1 and is one higher
 * after every change, and `expiresAt`.
 */
export type Document = Readonly<Record<string, unknown>>;
export type Stored = Document & Readonly<{ version: number; expiresAt: string }>;

/** A document of more bytes than this, as JSON, is not stored. */
export const MAX_DOCUMENT_BYTES = 262_144;

/** What the writer notes of a change, for a table whose triggers keep a history of its documents. Never part of the document. */
export type Note = Readonly<Record<string, string>>;

/** Fields that must have these very values for a change to happen. */
export type Where = Readonly<Record<string, string | number | boolean | null>>;

/** A document and the milliseconds until it expires: all that a copy of it needs. */
export type Held = Readonly<{ stored: Stored; leftMs: number }>;

/**
 * `taken`: the key was used by a document that has expired since; a store that remembers that does not give it out
 * again.
 */
export type Created = Readonly<
  { outcome: "created" | "exists"; stored: Stored } | { outcome: "taken" } | { outcome: "too_large" }
>;

/** `unfit`: the fields of `where` had other values. `stored` is what lies there after the change, or instead of it. */
export type Changed = Held & Readonly<{ outcome: "changed" | "unfit" | "too_large" }>;

/**
 * Documents under keys, for a time. Whoever asks sees the latest change; what has expired is not there. A missing key
 * is an answer, null; a store that is broken throws a fault. A document is refused (`invalid_input`) when a text in it
 * cannot be stored: a NUL character, half of a surrogate pair.
 */
export type Kv = Readonly<{
  /** Lays a document under a key nobody has used. `now` and `expiresAt` are of the caller's clock. */
  create(key: string, document: Document, time: { now: Date; expiresAt: Date }, note?: Note): Promise<Created>;
  get(key: string): Promise<Stored | null>;
  /**
   * Replaces the given top-level fields and leaves the others and the time left as they are. Undefined fields of
   * `patch` are not given, nor are `version` and `expiresAt`.
   */
  change(key: string, patch: Document, where?: Where, note?: Note): Promise<Changed | null>;
}>;
