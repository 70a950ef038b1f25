/**
 * The telegraph style of call notes in ordinary English, which is what the tagger expects. Everything becomes lower case; what is
 * learnt quotes the note itself, so nothing is lost.
 */
export function inFull(note: string): string {
  let words = note
    .normalize("NFKC")
    .replace(/[’`]/g, "'")
    .replace(/[–—]/g, "-")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();
  for (const [short, full] of SHORTHAND) words = words.replace(short, full);
  return words.replace(/\s+/g, " ").trim();
}

const SHORTHAND: [short: RegExp, full: string][] = [
  [/\b(?:c\/b|cb|c\.b\.|call-back|callback|ring back|ringback)\b/g, "call back"],
  [/\bcbs\b/g, "call backs"],
  [/\blm\b|\bl\/m\b/g, "left message"],
  [/\bvms?\b|\bv\/m\b/g, "voicemail"],
  [/\bnwc\b/g, "no work calls"],
  [/\bna\b|\bn\/a\b/g, "no answer"],
  [/\b(?:cust|cx|custs|clt)\b\.?/g, "customer"],
  [/\bclients?\b/g, "customer"],
  [/\bappt\b\.?/g, "appointment"],
  [/\bpls\b|\bplz\b/g, "please"],
  [/\basap\b/g, "as soon as possible"],
  [/\be-mail/g, "email"],
  [/\b(?:tmrw|tmr|tmw|tomo|2moro|tom)\b\.?/g, "tomorrow"],
  [/\btdy\b/g, "today"],
  [/\bmon\b\.?/g, "monday"],
  [/\b(?:tue|tues)\b\.?/g, "tuesday"],
  [/\b(?:wed|weds)\b\.?/g, "wednesday"],
  [/\b(?:thu|thur|thurs)\b\.?/g, "thursday"],
  [/\bfri\b\.?/g, "friday"],
  [/\bsat\b\.?(?! down)/g, "saturday"],
  [/\bmins?\b\.?/g, "minutes"],
  [/\bhrs?\b\.?/g, "hours"],
  [/\bwk\b/g, "week"],
  [/\b(?:eod|e\.o\.d\.|cob|close of business)\b/g, "end of day"],
  [/\b(?<=(?:at|after|by|before|\d{1,2}\/\d{1,2}) )([01]\d|2[0-3])([0-5]\d)\b/g, "$1:$2"],
  [/\bw\/ /g, "with "],
  [/\b(i|you|we|they|he|she|it)'ll\b/g, "$1 will"],
  [/\bi'm\b/g, "i am"],
  [/\b(you|we|they)'re\b/g, "$1 are"],
  [/\b(he|she|it)'s\b/g, "$1 is"],
  [/\bwon't\b/g, "will not"],
  [/\bcan't\b|\bcannot\b/g, "can not"],
  [/\bshan't\b/g, "shall not"],
  [/n't\b/g, " not"],
];
