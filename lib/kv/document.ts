import { z } from "zod";
import { Refusal } from "#lib/base/errors";
import type { Document, Stored } from "#lib/kv";

/** What a store reads back; the very object, since a copy might lose a field named `__proto__`. */
export const storedDocument = z.custom<Stored>((value) => {
  const { version, expiresAt } = (value ?? {}) as Partial<Stored>;
  return typeof version === "number" && typeof expiresAt === "string";
});

/** The JSON of a new document. */
export function newDocumentText(document: Document, expiresAt: Date): string {
  return documentText({ ...document, version: 1, expiresAt: expiresAt.toISOString() });
}

/** The JSON of the fields that a change may replace. */
export function patchText({ version: _version, expiresAt: _expiresAt, ...patch }: Document): string {
  return documentText(patch);
}

// JSON.stringify writes a character that is no text in this way only. An even number of backslashes before it are text.
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** The JSON of a document. Refuses what jsonb cannot hold. */
export function documentText(document: Document): string {
  const text = JSON.stringify(document);
  if (!text.includes("\\u") || !UNSTORABLE.test(text)) return text;
  throw new Refusal("invalid_input", "A text holds characters that cannot be stored, such as a NUL character.");
}
