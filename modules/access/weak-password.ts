import { Refusal } from "#lib/base/errors";

const PRODUCT = "ringback";
/** Minimum number of different characters in a password of twelve. */
const LEAST_DIFFERENT = 5;
/** Rows of letters and of keys that people type in order. */
const ROWS = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm"];
/** Shorter words are part of too many good passwords. */
const LEAST_WORD = 4;
/** Minimum length of what remains when the guessable parts are removed. */
const LEAST_REST = 6;

/**
 * Refuses, as `invalid_input` with the reason as a sentence, a password that an attacker tries early: a common one, also with
 * digits around it or written twice; one character or a row of keys; or the product's name, the person's e-mail address or name
 * with little else (NIST SP 800-63B, 3.1.1.2).
 */
export async function refuseWeakPassword(
  password: string,
  { email, name }: { email: string; name: string },
): Promise<void> {
  const plain = password.normalize("NFKC").toLowerCase();
  if (new Set(plain).size < LEAST_DIFFERENT) throw weak("has too few different characters");
  if (isMadeOfRows(plain)) throw weak("is a row of letters, digits or keys");
  if (!hasEnoughBesides(plain, [PRODUCT])) throw weak("is little more than the name of this product");
  if (!hasEnoughBesides(plain, [email, ...wordsOf(email)])) throw weak("is little more than your e-mail address");
  if (!hasEnoughBesides(plain, [name, ...wordsOf(name)])) throw weak("is little more than your name");
  if (await isCommon(plain)) throw weak("is one of those that many people use");
}

function weak(why: string): Refusal {
  return new Refusal("invalid_input", `This password ${why}, so it is easy to guess; choose a few words of your own.`);
}

/** Whether the password consists of runs along the rows, forwards or backwards: "abcdef123456". */
function isMadeOfRows(password: string): boolean {
  const rows = ROWS.flatMap((row) => [row, [...row].reverse().join("")]);
  const letters = [...password];
  let steps = 0;
  for (let at = 1; at < letters.length; at += 1) {
    const pair = `${letters[at - 1]}${letters[at]}`;
    if (rows.some((row) => row.includes(pair)) || letters[at] === letters[at - 1]) steps += 1;
  }
  // Up to one break in six characters begins a new run.
  return steps >= ((letters.length - 1) * 5) / 6;
}

/** Whether enough remains without these words and the separators between them. */
function hasEnoughBesides(password: string, words: string[]): boolean {
  let rest = password;
  const guessed = words.map((word) => word.toLowerCase()).filter((word) => word.length >= LEAST_WORD);
  for (const word of guessed.sort((a, b) => b.length - a.length)) rest = rest.replaceAll(word, "");
  return rest === password || bare(rest).length >= LEAST_REST;
}

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u);
}

/** The password without the digits and signs that people put around a word to satisfy a rule. */
function bare(password: string): string {
  return password.replace(/[^\p{L}]/gu, "");
}

/** Whether the list of common passwords contains the password, its letters alone, or its repeated part. */
async function isCommon(password: string): Promise<boolean> {
  const common = await commonPasswords();
  const trimmed = password.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  return [password, trimmed, repeatedPart(password), repeatedPart(trimmed)].some((text) => common.has(text));
}

/** The part that a text repeats, else the text. */
function repeatedPart(text: string): string {
  const again = `${text}${text}`.indexOf(text, 1);
  return again > 0 ? text.slice(0, again) : text;
}

let list: Promise<Set<string>> | undefined;

/** 50,000 passwords, read when the first password is chosen: most processes never need them. */
function commonPasswords(): Promise<Set<string>> {
  list ??= import("@zxcvbn-ts/language-common").then(({ dictionary }) => new Set(dictionary["passwords-common"]));
  return list;
}
