import { Refusal } from "#lib/base/errors";

const PRODUCT = "ringback";
/** A password of twelve characters needs at least so many different ones. */
const LEAST_DIFFERENT = 5;
/** Rows of keys and of letters that people run a finger along. */
const ROWS = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm"];
/** Words shorter than this are part of too many good passwords. */
const LEAST_WORD = 4;
/** So much of a password has to be left when what everybody can guess is taken out of it. */
const LEAST_REST = 6;

/**
 * Refuses, as `invalid_input` with a sentence that says why, a password that is among the first an attacker tries: of a
 * list of common ones, also with digits around it or written twice; one character or a row of keys; the product's name
 * or the person's own e-mail address or name with little besides (NIST SP 800-63B, 3.1.1.2).
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

/** Whether running along rows, forwards or backwards, makes all of it: "abcdef123456". */
function isMadeOfRows(password: string): boolean {
  const rows = ROWS.flatMap((row) => [row, [...row].reverse().join("")]);
  const letters = [...password];
  let steps = 0;
  for (let at = 1; at < letters.length; at += 1) {
    const pair = `${letters[at - 1]}${letters[at]}`;
    if (rows.some((row) => row.includes(pair)) || letters[at] === letters[at - 1]) steps += 1;
  }
  // One break in six is a new run.
  return steps >= ((letters.length - 1) * 5) / 6;
}

/** Whether enough is left when the words, and what stands between words, are taken out. */
function hasEnoughBesides(password: string, words: string[]): boolean {
  let rest = password;
  const guessed = words.map((word) => word.toLowerCase()).filter((word) => word.length >= LEAST_WORD);
  for (const word of guessed.sort((a, b) => b.length - a.length)) rest = rest.replaceAll(word, "");
  return rest === password || bare(rest).length >= LEAST_REST;
}

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u);
}

/** Without digits and signs, which people put around a word to please a rule. */
function bare(password: string): string {
  return password.replace(/[^\p{L}]/gu, "");
}

/** Whether it, its letters alone, or what it repeats is on the list of common passwords. */
async function isCommon(password: string): Promise<boolean> {
  const common = await commonPasswords();
  const trimmed = password.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  return [password, trimmed, repeatedPart(password), repeatedPart(trimmed)].some((text) => common.has(text));
}

/** The part that a text says again and again, else the text. */
function repeatedPart(text: string): string {
  const again = `${text}${text}`.indexOf(text, 1);
  return again > 0 ? text.slice(0, again) : text;
}

let list: Promise<Set<string>> | undefined;

/** 50,000 passwords, read when the first one is chosen: most processes never need them. */
function commonPasswords(): Promise<Set<string>> {
  list ??= import("@zxcvbn-ts/language-common").then(({ dictionary }) => new Set(dictionary["passwords-common"]));
  return list;
}
