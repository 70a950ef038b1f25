import { z } from "zod";

/**
 * Invisible characters. They steer terminals and screens, like those that turn the direction of writing, and nobody reads them;
 * the ones that languages need are kept. NUL is not among them, so that it is refused: PostgreSQL cannot store it.
 */
const UNSEEN = /(?!\0)[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu;
/**
 * Line breaks, tabs, the joiners of Persian, Indic scripts and emoji, the vowel separator of Mongolian, and the signs that Arabic,
 * Syriac and Kaithi write around a number or a word: those are seen, although Unicode calls them format characters.
 */
const NEEDED = /\u200d|[\n\t\u200c\u180e\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;
/** The flag of a region, such as Scotland: a black flag, its letters as tags, and the end of the tags. */
const REGION_FLAG = /(\u{1f3f4}[\u{e0020}-\u{e007e}]{2,6}\u{e007f})/u;

/** Removes invisible characters, and makes every line break the same, so that no two words become one. */
export function withoutUnseen(text: string): string {
  const parts = text.replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, "\n").split(REGION_FLAG);
  // Every second part is a flag, and stays whole.
  const clean = parts.map((part, n) =>
    n % 2 === 1 ? part : part.replace(UNSEEN, (char) => (NEEDED.test(char) ? char : "")),
  );
  return clean.join("");
}

/**
 * Removes what turns the direction of writing, and nothing else: a message reaches its reader as it was written, except for what
 * would show it in another order than it is read.
 */
export function withoutDirections(text: string): string {
  return text.replace(/\p{Bidi_Control}/gu, "");
}

/** Whether a reader sees anything of this text: more than spaces, joiners, fillers and other characters that show nothing alone. */
export function isSeen(text: string): boolean {
  return /[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text);
}

/** Whether PostgreSQL can store this text: no NUL, no half of a surrogate pair. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/** The text with U+FFFD in place of every character that PostgreSQL cannot store. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}

/**
 * Text that people write for people: names, reasons, notes, labels. Never an id, never a secret. One of which nothing is seen is
 * empty.
 */
export function freeText(): z.ZodString {
  return z.string().overwrite((text) => (isSeen(text) ? withoutUnseen(text) : ""));
}
