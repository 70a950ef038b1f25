import type { Claim } from "./schema.ts";
import { inFull } from "./shorthand.ts";

const EMPTY_WORDS = new Set(
  "a an the i we she he they it me us her him them my our their his to of on at in for with and or is are was be been will shall would like wants want that this customer please back said says".split(
    " ",
  ),
);

/** The parsed sentence of a claim, cached while claims are compared with each other. */
const read = new WeakMap<Claim, { sentence: string; words: Set<string> }>();

/** The sentence of a claim in full English, and the words of it that carry its meaning, each once. */
function readingOf(claim: Claim): { sentence: string; words: Set<string> } {
  const known = read.get(claim);
  if (known) return known;
  const sentence = inFull(claim.text);
  const words = (sentence.match(/[\p{L}\d]+/gu) ?? [])
    .filter((word) => !EMPTY_WORDS.has(word))
    .map((word) => word.replace(/(?<=\w{3})(?:ing|ed|s)$/, ""));
  const reading = { sentence, words: new Set(words) };
  read.set(claim, reading);
  return reading;
}

/** The share of words that two sentences have in common (Jaccard 1901), 0 to 1. */
function likeness(a: Set<string>, b: Set<string>): number {
  const common = [...a].filter((word) => b.has(word)).length;
  const all = a.size + b.size - common;
  return all === 0 ? 1 : common / all;
}

/**
 * Whether two claims about one person have the same meaning: they have the same kind, and for promises the same day and the same
 * side, otherwise most words in common.
 */
export function saysTheSame(a: Claim, b: Claim): boolean {
  if (a.userId !== b.userId || a.kind !== b.kind || a.owedBy !== b.owedBy || a.isCallback !== b.isCallback)
    return false;
  if (a.kind === "promise" && (a.due !== null || b.due !== null))
    return a.due?.local.slice(0, 10) === b.due?.local.slice(0, 10) && (a.isCallback || a.topic === b.topic);
  return likeness(readingOf(a).words, readingOf(b).words) >= 0.6;
}

const CHOICES: [choice: string, words: RegExp][][] = [
  [
    ["mornings", /\bmornings?\b/],
    ["afternoons", /\bafternoons?\b/],
    ["evenings", /\bevenings?\b|\bafter (?:5|6|7|five|six|seven)\b/],
  ],
  [
    ["e-mail", /\bemails?\b/],
    ["telephone", /\b(?:phone|call|ring|mobile|landline)\b/],
    ["post", /\b(?:letters?|post)\b/],
    ["text", /\btexts?\b/],
  ],
  [
    ["mobile", /\bmobile\b/],
    ["landline", /\blandline\b/],
    ["work number", /\bwork number\b/],
  ],
];

/** The contradiction between two preferences of one person, such as "mornings" and "evenings"; null when they agree. */
export function contradiction(a: Claim, b: Claim): [string, string] | null {
  if (a.userId !== b.userId || a.kind !== "preference" || b.kind !== "preference") return null;
  for (const choices of CHOICES) {
    const [one, other] = [a, b].map((claim) => chosen(readingOf(claim).sentence, choices));
    if (one !== undefined && other !== undefined && one !== null && other !== null && one !== other)
      return [one, other];
  }
  return null;
}

/** The one choice that a sentence expresses; null for none, for several, and for a negation. */
function chosen(sentence: string, choices: [string, RegExp][]): string | null {
  if (/\b(?:not|no|never|rather than)\b/.test(sentence)) return null;
  const named = choices.filter(([, words]) => words.test(sentence));
  return named.length === 1 ? named[0]![0] : null;
}
