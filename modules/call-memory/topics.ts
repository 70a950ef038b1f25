import type { Kind } from "./schema.ts";

/** Matters that a contact centre's calls are about, by the words that name them. A claim that names none is about its kind. */
const TOPICS: [topic: string, words: RegExp][] = [
  ["contract", /\b(?:contract|sign|signed|signature|renewal|policy|lease|agreement)\b/i],
  ["documents", /\b(?:documents?|forms?|papers?|paperwork|proof|id|photos?|upload)\b/i],
  [
    "payment",
    /\b(?:pay|pays|paid|payment|invoice|bill|billing|refund|credit|deposit|bank|rent|cheque|chargeback|price|fee|expensive|afford|cheaper|budget)\b/i,
  ],
  ["delivery", /\b(?:parcel|delivery|deliver|order|shipping|warehouse|part)\b/i],
  ["repair", /\b(?:engineer|repair|fix|meter|heating|replace|visit)\b/i],
  ["offer", /\b(?:quote|offer|brochure|discount|sample|t&cs?)\b/i],
  ["reach", /\b(?:e-?mail|mobile|landline|number|address|evenings?|mornings?|weekends?|letter)\b/i],
];

/** The matter a sentence is about, in one word; the same word for claims that belong to one chain. */
export function topicOf(sentence: string, kind: Kind): string {
  const named = TOPICS.find(([, words]) => words.test(sentence));
  return named?.[0] ?? (kind === "promise" ? "call" : kind);
}
