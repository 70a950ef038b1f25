import { OUTSIDER } from "./rules/words.ts";

/**
 * A clause in which "they", or a relative's "she" or "he", is replaced by the person whom an earlier clause of the sentence names:
 * "passed to disputes, they will write" is an act of ours, "asked the hotel, they will email" and "wife rang, she will ring" are none.
 */
export function nameThey(clause: string, before: string[]): string {
  const last = before.at(-1);
  if (last === undefined) return clause;
  const outsider = AN_OUTSIDER.test(last);
  if (!outsider && before.some((one) => HANDED_ON.test(one)))
    return clause.replace(/^(?:they|who)\b/, "colleague").replace(/\b(from|by) them\b/, "$1 colleague");
  if (TO_ONE_OF_US.test(last)) return clause.replace(/^they\b/, "we");
  if (/^she\b/.test(clause) && before.some((one) => OF_A_WOMAN.test(one))) return clause.replace("she", "her daughter");
  if (/^he\b/.test(clause) && before.some((one) => OF_A_MAN.test(one))) return clause.replace("he", "her son");
  if (PASSES_ON.test(clause) && OF_SOMEBODY.test(last)) return `her friend ${clause}`;
  return outsider ? clause.replace(/^(?:and )?(?:they|who)\b/, "the agency") : clause;
}

/** Those who take something over act for us. */
const HANDED_ON =
  /\b(?:pass(?:ed|ing)|escalat(?:ed|ing)|referr(?:ed|ing)|hand(?:ed|ing)|assign(?:ed|ing)|forward(?:ed|ing)|transferr(?:ed|ing)|rais(?:ed|ing))\b(?: \w+){0,3} (?:to|with)\b/;
const AN_OUTSIDER = new RegExp(`\\b${OUTSIDER}\\b(?!.*\\bcustomer\\b)`);
/** A relative of the customer speaks, not the customer about a relative. */
const SPEAKS =
  "^(?:(?:spoke|speaking|talked|talking|call|message|voicemail) (?:to|with|from) )?(?:(?:the|her|his|their|customer's) )?";
/** Not a relative who is away, or about whom something is noted. */
const TALKS =
  "(?:(?<=(?:to|with|from) (?:(?:the|her|his|their|customer's) )?\\w+)|(?= (?:who |on behalf |acting |is (?:on (?:the|it)|dealing|handling|sorting|helping|managing|in charge)|deals|handles|(?:has |is )?(?:just )?(?:answered|answering|picked up|took|rang|ringing|called|calling|phoned|phoning|emailed|chasing|says|said|wants|asks|asked|asking|confirmed|advised|explained|told|visiting|came)\\b)))";
const OF_A_WOMAN = new RegExp(
  `${SPEAKS}(?:wife|daughter|mother|mum|sister|aunt|niece|granddaughter|girlfriend|nan|gran|grandmother)\\b${TALKS}`,
);
const OF_A_MAN = new RegExp(
  `${SPEAKS}(?:husband|son|father|dad|brother|uncle|nephew|grandson|boyfriend|grandad|grandfather)\\b${TALKS}`,
);
const TO_ONE_OF_US =
  /\b(?:spoke|spoken|talked|checked|checking|agreed|confirmed) (?:to|with) (?:our |the )?colleague\b/;
/** "Neighbour answered, will tell her": what somebody who answers for the customer does with the message. */
const OF_SOMEBODY = new RegExp(`${SPEAKS}(?:[a-z]+ )?${OUTSIDER}\\b(?:${TALKS.slice(3, -1)}|(?= dropped))`);
const PASSES_ON =
  /^(?:and )?(?:will|to) (?:tell|pass|ask|remind|mention|let (?:her|him|them) know|have a word|give (?:her|him|them) (?:the|our|my))\b/;
