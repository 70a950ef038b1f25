import { castOf } from "./people.ts";

/**
 * The telegraph style of call notes in ordinary English, which is what the tagger expects. Everything becomes lower case; claims
 * quote the note itself, so nothing is lost.
 */
export function inFull(note: string): string {
  let words = note
    .normalize("NFKC")
    // A capitalized word that is not the first one is a name.
    .replace(/(?<=\w )Tom\b/g, "Thomas")
    .replace(/[’`]/g, "'")
    .replace(/[–—]/g, "-")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();
  for (const [short, full] of SHORTHAND) words = words.replace(short, full);
  return castOf(
    words
      .replace(/\s+/g, " ")
      .replace(/[\s.!,;:]+$/, "")
      .trim(),
  );
}

const SHORTHAND: [short: RegExp, full: string][] = [
  [/\b(?:c\/b|cb|c\.b\.|call-back|callback|ring back|ringback|(?:call|cl|ring) ?bk|c\/back)\b/g, "call back"],
  [/^tel\b\.?(?! ?(?:no|num|:|\+|\d|is|has))/g, "phone"],
  [/\b(?:ptp|p2p)\b/g, "promise to pay"],
  [/\bcbr\b/g, "call back requested"],
  [
    /\bre-?(?:attempt|try|dial)(?= (?:on|at|in|again|tomorrow|today|later|\w+day|tmrw|mon|tue|wed|thu|fri|sat|sun)\b|$)/g,
    "try again",
  ],
  [
    /\bdrop(ping)? (her|him|them|me|us|customer) (?:an? )?(?:quick |short )?(?:line|email|e-mail|text|message|note)\b/g,
    "email$1 $2",
  ],
  [/\brng\b/g, "ring"],
  [/\brtn(?= (?:\w+ )?call\b)/g, "return"],
  [/\b(?:till|til)\b/g, "until"],
  [/\b(?:bell|buzz) (?=(?:her|him|them|me|us|customer)\b)/g, "call "],
  [/\bcbs\b/g, "call backs"],
  [/\b(?:f\/u|f\/up|fu|f-up)\b|\bfollow-up\b/g, "follow up"],
  [/\b(?:ph|tel)\b\.?(?= (?:her|him|them|me|cust))/g, "phone"],
  [
    /\b(?:give|giving) (her|him|them|me|us|customer|cust) (?:an? )?(?:quick |short |little )?(?:ring|call|bell|buzz|shout|tinkle)(?: back)?\b/g,
    "call $1 back",
  ],
  [
    /(?<!\b(?:i|we) )\b(?:ask(?:s|ed|ing)?|wonder(?:s|ed|ing)?) (?:(?:if|whether) (?:we|i|somebody|someone) (?:could|can|would|will|might)|(?:could|can|would) (?:we|i|somebody|someone))\b/g,
    "asked us to",
  ],
  [
    /\bwould be (?:grateful|glad|pleased|happy|obliged) if (?:we|i|you|somebody|someone) (?:could|can|would|will)\b/g,
    "asked us to",
  ],
  [/\bhop(?:es|ing) (?:that )?(?:we|i|somebody|someone) (?:can|could|will|would)\b/g, "asking us to"],
  [/^(?:please )?(?:can|could|would) (?:you|we|someone|somebody) (?:please )?/, "please "],
  [/ ?@ ?(?=\d|noon|lunch)/g, " at "],
  [/\bat ([01]?\d|2[0-3])h\b/g, "at $1:00"],
  [/\b12 ?(?:noon|midday)\b/g, "noon"],
  [/\b(\d{1,2}) ?o ?'?clock\b/g, "$1 o'clock"],
  [/\b(?:approx\.?|abt|circa) (?=\d|noon|lunch)/g, "around "],
  [/\bin (an?|one|two|three|four|\d+) (day|week|month)(?:s'|'?s'?) time\b/g, "in $1 $2s"],
  [/\b(?:the )?(?:next|following) day\b/g, "tomorrow"],
  [
    /\b(?:in )?(?:a|1|one) fortnight(?:'s time| from now)?\b(?! (?:on|from|tomorrow|mon|tue|wed|thu|fri|sat|sun))/g,
    "in 2 weeks",
  ],
  [/\b(a|one|two|three|four|\d) (days?|weeks?) from now\b/g, "in $1 $2"],
  [/\blm\b|\bl\/m\b/g, "left message"],
  [/\bvms?\b|\bv\/m\b/g, "voicemail"],
  [/\bnwc\b/g, "no work calls"],
  [/\bna\b|\bn\/a\b/g, "no answer"],
  [/\b(?:mgr|mngr)\b\.?/g, "manager"],
  [/\b(?:acct?|a\/c)\b\.?/g, "account"],
  [/\b(?:pymt|pmt|pymnt)\b\.?/g, "payment"],
  [/\bmsg\b\.?/g, "message"],
  [/\brec'?d\b/g, "received"],
  [/\breq'?d\b/g, "requested"],
  [/\bspk\b/g, "speak"],
  [/\bnxt\b/g, "next"],
  [/\bb4\b/g, "before"],
  [/\bbtwn?\b(?= \d)/g, "between"],
  [/\bgonna\b/g, "going to"],
  [/\bw(?:ou)?ld (?=like|prefer|appreciate)/g, "would "],
  [/\b(?:cust|cx|custs|clt)\b\.?/g, "customer"],
  [/\bclients?\b/g, "customer"],
  [/\bappt\b\.?/g, "appointment"],
  [/\bpls\b|\bplz\b/g, "please"],
  [/\basap\b/g, "as soon as possible"],
  [/\be-mail/g, "email"],
  [/\b(?:tmrw|tmr|tmw|tomo|2moro|tom)\b\.?/g, "tomorrow"],
  [/\btdy\b/g, "today"],
  [/\b(?:tomoro|2moro)\b/g, "tomorrow"],
  [/\b(do|does|did|is|was|has|have|could|would|should)nt\b/g, "$1 not"],
  [/\bwont\b/g, "will not"],
  [/\bcant\b/g, "can not"],
  [/\b(he|she)s\b/g, "$1 is"],
  [/\b(you|we|they)ll\b/g, "$1 will"],
  [/\bill (?=(?:be|call|ring|phone|send|get|do|try|email|text|chase|let|check|bring|drop|pay)\b)/g, "i will "],
  [/\bgona\b/g, "going to"],
  [/\bsed\b/g, "said"],
  [/\b(?:tomorow|tommorow|tommorrow|tomorro)\b/g, "tomorrow"],
  [/\b(?:wensday|wendsday|wednsday|wedensday)\b/g, "wednesday"],
  [/\b(?:thrusday|thurday|thirsday)\b/g, "thursday"],
  // Frequent in notes of people whose first language is not English.
  [/\b(i|we|he|she|they|customer) (must|will|can|shall) to\b/g, "$1 $2"],
  [/\bwish(?:es)? (?:that )?(?:we|i|you|somebody)\b/g, "wants us to"],
  [
    /(?<!\b(?:i|we) )\b(?:has |have )?ask(?:s|ed)? (?:that )?(?:i|we|you) (?:should|shall|must) (?!not\b)/g,
    "asked us to ",
  ],
  [/\bit is necessary to\b/g, "need to"],
  [/\b(she|he|customer) asks? to (?=(?:call|ring|phone|contact) (?:her|him|them|back)\b)/g, "$1 asked us to "],
  [
    /^until (monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow) (?=(?:the )?(?:i|we|he|she|they|customer)\b)/g,
    "by $1 ",
  ],
  [
    /\b(he|she|customer) (ask|want|need|wish|prefer|request|require|expect|wait|send|call|pay|give|bring|come|inform|speak|live|work|say|like)(?= (?!back$)\w)/g,
    "$1 $2s",
  ],
  [/\brb\b/g, "call back"],
  [/\bre-?sched(?:'?d)?\b/g, "rescheduled"],
  [/\bconf\b(?! (?:call|room))/g, "confirmation"],
  [/\bsats\b/g, "saturdays"],
  [/\bmon\b\.?/g, "monday"],
  [/\b(?:tue|tues)\b\.?/g, "tuesday"],
  [/\b(?:wed|weds)\b\.?/g, "wednesday"],
  [/\b(?:thu|thur|thurs)\b\.?/g, "thursday"],
  [/\bfri\b\.?/g, "friday"],
  [/\bsat\b\.?(?! down)/g, "saturday"],
  [/(?<=day |tomorrow )am\b/g, "morning"],
  [/(?<![a-z])wks\b\.?/g, " weeks"],
  [/(?<![a-z])mins?\b\.?/g, " minutes"],
  [/(?<![a-z])hrs?\b\.?/g, " hours"],
  [/(?<=\bback )(?=\d{1,2} +(?:minutes?|hours?|days?|weeks?)$)/g, "in "],
  [/(?<=\b(?:back|again|ring|call|phone) in )(5|10|15|20|25|30|40|45)$/g, "$1 minutes"],
  [/\bthis am\b/g, "this morning"],
  [/\bthis pm\b/g, "this afternoon"],
  [/\beve\b/g, "evening"],
  [/\b(?:aft|arvo)\b/g, "afternoon"],
  [/\b(\d{1,2})ish\b/g, "at $1"],
  [/\b([01]\d|2[0-3])([0-5]\d)(?= ?(?: hours|h|today|tomorrow|\w+day)\b)/g, "$1:$2"],
  [/(?<=\b(?:\w+day|tomorrow|today|back) )([01]\d|2[0-3])([0-5]\d)\b/g, "$1:$2"],
  [/\bwk\b/g, "week"],
  [/\b(?:eod|e\.o\.d\.|cob|cop|close of (?:business|play)|end of (?:business|play))\b/g, "end of day"],
  [/\beow\b|\bend of the week\b/g, "end of week"],
  [/\b(?<=(?:at|after|by|before|\d{1,2}\/\d{1,2}) )([01]\d|2[0-3])([0-5]\d)\b/g, "$1:$2"],
  [/\bw\/ /g, "with "],
  [/\b(i|you|we|they|he|she|it)'ll\b/g, "$1 will"],
  [/\b(i|you|we|they|he|she|it)'d\b/g, "$1 would"],
  [/\blet's\b/g, "let us"],
  [/\bi'm\b/g, "i am"],
  [/\b(you|we|they)'re\b/g, "$1 are"],
  [/\b(he|she|it)'s\b/g, "$1 is"],
  [/\bwon't\b/g, "will not"],
  [/\bcan't\b|\bcannot\b/g, "can not"],
  [/\bshan't\b/g, "shall not"],
  [/\bcustomer's (?=(?:going|sending|coming|paying|calling|to)\b)/g, "customer is "],
  [/n't\b/g, " not"],
];
