import nlp from "compromise/two";
import type { Kind } from "./schema.ts";

/** A clause with its tags, made when the first rule asks for them: tagging is most of the cost of reading. */
export type Parsed = { has: (pattern: string) => boolean };

export function parse(clause: string): Parsed {
  let tagged: ReturnType<typeof nlp> | undefined;
  return {
    has(pattern) {
      tagged ??= nlp(clause);
      return tagged.has(compiled(pattern));
    },
  };
}

type Match = string | RegExp;

/** How a promise is kept: by a call, or by something else that is done. */
const CALL_VERB =
  "(?:call|ring|phone|telephone|contact|speak|buzz|chase|follow up|catch up|touch base|check in|get back|come back|try again)";
const DONE_VERB =
  "(?:send|resend|email|text|post|forward|mail|sms|fax|book|arrange|order|raise|check|confirm|look|find|ask|escalate|refund|credit|process|update|pay|return|sign|provide|upload|bring|complete|fill|transfer|review|decide|let|prepare|quote|fix|replace|deliver|collect|pass|issue|give|reply|drop|settle|submit|share|tell|think|go|discuss|visit|waive|reissue|set|get|put|talk)";
const VERB = `(?:${CALL_VERB.slice(3, -1)}|${DONE_VERB.slice(3, -1)})`;
const DOING =
  "(?:sending|resending|emailing|posting|calling|ringing|phoning|paying|texting|returning|booking|ordering|arranging|forwarding|processing|raising|chasing|bringing|uploading|checking|transferring)";
const THEM = "(?:she|he|they|customer|caller|(?:mr|mrs|ms|miss|dr)\\.? \\w+)";
const US = "(?:me|us|i|we|agent|colleague|manager|team|billing|accounts|support|engineer|office|warehouse)";
const SOON = "(?:back|again|on|at|by|in|after|before|between|tomorrow|today|soon|as soon|\\w+day|the|next|later|#|$)";

function words(pattern: string): RegExp {
  return new RegExp(`\\b${pattern}\\b`);
}

/**
 * What makes a clause no promise, whatever else it says, each with the name that a test shows. Patterns in the language of
 * compromise match tags; expressions match the full English of the clause.
 */
export const NO_PROMISE: Record<string, Match[]> = {
  negated: [
    /\b(?:not|never|nothing|without|no need|no longer|no call|no further|refuse[sd]?|declined?|unable|nobody|none)\b/,
  ],
  conditional: [
    /\b(?:if|unless|provided|providing|depend(?:s|ing)?|in case|as long as|assuming|once|as soon as(?! possible)|subject to|otherwise|when(?:ever)?|until she|until he|until they)\b/,
    /^should (?:she|he|they|we|i|the)\b/,
  ],
  possible: [
    /\b(?:might|may(?! \d)|could|would(?! like)(?<!said (?:i|we|she|he|they) would)|maybe|perhaps|possibly|probably|hopes?|hoping|hopefully|wish(?:es)?|thinking of|considering|tentative(?:ly)?|not sure|unsure|ideally|suppose[sd]?)\b/,
  ],
  cancelled: [
    /\b(?:cancel(?:led|ed|s)?|withdr[ae]wn?|withdraws|call(?:ed)? off|ignore|disregard|scrap(?:ped)?|already)\b/,
  ],
  past: [
    /\b(?:yesterday|last (?:week|month|year|night|\w+day)|ago|earlier|previously|this morning|was due|were due|was supposed|were supposed|should have|had promised|was promised|were promised|was told|meant to)\b/,
    /\bcall back (?:was )?(?:done|made|completed)\b/,
  ],
  quoted: [/["“”«»]/],
  standing: [
    /\b(?:may be recorded|are recorded|for training|standard (?:reply|text|answer)|working days|business days|thank you for|opening hours|terms and conditions|policy is|our policy|automated)\b/,
  ],
  "somebody else's": [
    /\b(?:her|his|their|the|a|customer's|son|daughter|says her|says his) ?(?:son|daughter|husband|wife|partner|mother|father|mum|dad|sister|brother|friend|neighbou?r|solicitor|lawyer|accountant|bank|landlord|boss|employer|insurer|doctor|school|council|agency|carer)(?: of \w+)? (?:will|shall|to|is going|is|wants|promised|agreed|would|can|has)\b/,
    /^(?:husband|wife|son|daughter|partner|solicitor|bank|landlord|mother|father) (?:will|to|is)\b/,
  ],
  "asked of them": [
    /\b(?:asked|advised|told|reminded|requested|instructed|begged|urged|invited|asking|telling) (?:that )?(?:her|him|them|customer|he|she|they|mr \w+|mrs \w+|ms \w+|for the)\b/,
    /\b(?:advised|told|reminded) to\b/,
    /\b(?:asked|requested) (?:for )?the (?!call back)/,
    /\b(?:left|leave) (?:a )?(?:message|voicemail)\b/,
  ],
  habit: [/\b(?:usually|always|often|generally|normally|every (?:day|week|month|time)|each)\b/],
};

/** A rule reads one clause. `owedBy` is "subject" where the subject of the clause decides; rules are tried in order, the first that matches a kind counts. */
export type Rule = {
  id: string;
  kind: Kind;
  confidence: number;
  match: Match[];
  owedBy?: "us" | "them" | "subject";
};

export const RULES: Rule[] = [
  // Promises. The customer's wish for a call is ours to keep, so it comes before what the subject decides.
  {
    id: "wants-call",
    kind: "promise",
    confidence: 0.95,
    owedBy: "us",
    match: [
      words(
        "(?:wants?|needs?|requests?|requested|asked|asks|would like|wanted|likes) (?:for |to have )?(?:an? |another )?(?:urgent |quick )?(?:call back|call|ring)",
      ),
      words(
        `(?:wants?|needs?|asked|asks|would like|wanted) (?:us|me|somebody|someone|an agent|the agent) to (?:\\w+ )?${VERB}`,
      ),
      words(`(?:wants?|asked|asks|needs?|would like) to be (?:called|rung|phoned|contacted)(?= ${SOON}|$)`),
    ],
  },
  {
    id: "booked",
    kind: "promise",
    confidence: 0.9,
    owedBy: "us",
    match: [
      words(
        "(?:call back|call|visit|appointment|meeting) (?:is |was |now )?(?:booked|scheduled|arranged|agreed|set|confirmed|promised)",
      ),
      words(
        "(?:booked|scheduled|arranged|agreed|set up|confirmed|promised) (?:an? |the |another )?(?:call back|call|visit|appointment|meeting)",
      ),
    ],
  },
  {
    id: "expected",
    kind: "promise",
    confidence: 0.85,
    owedBy: "them",
    match: [
      words(
        "(?:expecting|awaiting|expect|waiting for) (?:a |her |his |their )?(?:call|reply|answer|payment|email|documents?|form)",
      ),
    ],
  },
  {
    id: "will",
    kind: "promise",
    confidence: 0.95,
    owedBy: "subject",
    match: [
      words(`(?:will|shall) (?:(?:then|also|now|just|first|definitely|both|personally) )?(?:${VERB}|be ${DOING})`),
      words(`(?:am|is|are|'m) going to (?:\\w+ly )?${VERB}`),
      words(`said (?:that )?(?:i|we|she|he|they) would ${VERB}`),
    ],
  },
  {
    id: "agreed-to",
    kind: "promise",
    confidence: 0.9,
    owedBy: "subject",
    match: [
      words(`(?:promised|agreed|agrees|committed|offered|undertook|promises|offers) to (?:\\w+ly )?${VERB}`),
      words(`(?:promised|agreed) (?:that )?(?:i|we|she|he|they) (?:will )?${VERB}`),
    ],
  },
  {
    id: "doing",
    kind: "promise",
    confidence: 0.85,
    owedBy: "subject",
    match: [words(`(?:am|is|are) ${DOING}`), new RegExp(`^${DOING}\\b`)],
  },
  {
    id: "to-do",
    kind: "promise",
    confidence: 0.85,
    owedBy: "subject",
    match: [new RegExp(`^(?:(?:${THEM}|${US}) )?to ${VERB}\\b`), /^(?:\w+ ){1,3}to go out\b/, "^#Person+ to #Verb"],
  },
  {
    id: "call-back",
    kind: "promise",
    confidence: 0.9,
    owedBy: "subject",
    match: [
      new RegExp(
        `^(?:(?:please|kindly|must|need to|needs to|we|i) )*${CALL_VERB}(?: (?:me|her|him|them|us|customer|mr|mrs|ms|dr)\\b| ${SOON}|$)`,
      ),
      /^(?:try again|follow up|chase|speak again)\b/,
      /^(?:please )?(?:send|resend|email|text|post|forward|update) (?:me|her|him|them|customer|the|an?|new|signed)\b/,
    ],
  },

  // What else a note says.
  {
    id: "manner",
    kind: "preference",
    confidence: 0.9,
    match: [
      /\b(?:prefers?|preferred|would rather|rather than|best (?:time|reached|to (?:call|reach|ring))|are best|is best)\b/,
      /\b(?:wants|likes) to be (?:called|addressed|known)(?! (?:back|again|on|at|in|by))\b/,
      /\b(?:speaks? \w+ only|speaks? only|hard of hearing|speak slowly|deaf)\b/,
      /\b(?:wants|asks for) (?:a )?(?:post|letters?|emails?|texts?)\b(?:, not|$)/,
      /\b(?:addressed as|known as)\b/,
      /\bplease use (?:her|his|their)\b/,
    ],
  },
  {
    id: "when",
    kind: "preference",
    confidence: 0.85,
    match: [
      /\b(?:only (?:call|ring|phone|after|before|in|on)|(?:mobile|landline|email|text|post|mornings?|afternoons?|evenings?|weekends?) only)\b/,
      /\b(?:do not|never|not) (?:call|ring|phone|contact)(?: (?:her|him|them|me))? (?:before|after|at|on|during)\b/,
      /\bno (?:work )?calls? (?:at|after|before|on|during|in)\b|\bnot (?:at|on|during) (?:weekends?|work|mornings?|lunch)/,
      /\balways (?:call|ring|use|email|text|try)\b/,
      /\bbest after\b|\btext rather\b/,
    ],
  },
  {
    id: "suffering",
    kind: "risk",
    confidence: 0.85,
    match: [
      /\b(?:suicid\w+|self-harm|vulnerable|bailiffs?|evict\w+|homeless|domestic abuse|can not pay|behind with|lost (?:his|her|their) job|bankrupt\w*|without (?:heating|power|water|electricity|medication))\b/,
    ],
  },
  {
    id: "leaving",
    kind: "risk",
    confidence: 0.9,
    match: [
      /\b(?:(?<!we |i )will|wants to|(?<!we are )going to|threatens? to|threatened to|considering|thinking of|thinks of) (?:cancel|leav\w+|clos\w+|switch\w*|terminat\w+|end(?:ing)? (?:the|her|his))\b/,
      /\b(?:close|closing) (?:the|her|his|their) account\b/,
    ],
  },
  {
    id: "complaint",
    kind: "risk",
    confidence: 0.9,
    match: [
      /\b(?:complain\w*|ombudsman|(?:solicitor|lawyer) is involved|(?:speaking|spoken|talking|talked|going|gone) to (?:her|his|their|a|the) (?:solicitor|lawyer)|legal action|sue|court|chargeback|social media|trading standards|regulator|newspaper|press|media)\b/,
      /\b(?:furious|angry|livid|upset|outraged|disgusted|unhappy|extremely disappointed|very disappointed|fed up)\b/,
      /\bthird time\b/,
    ],
  },
  {
    id: "price",
    kind: "objection",
    confidence: 0.9,
    match: [
      /\b(?:too expensive|expensive|too (?:dear|high|costly|much)|can not afford|cheaper elsewhere|found it cheaper|no budget|price is|costs? too|fee is|unfair)\b/,
      /\boffers? more for less\b/,
    ],
  },
  {
    id: "no-need",
    kind: "objection",
    confidence: 0.85,
    match: [
      /\b(?:not interested|no interest|already (?:has|have|with|uses?)|happy with|satisfied with|(?:does|do) not (?:see|want|need|trust|like)(?! (?:a |any )?(?:call|to be))|not convinced|no time for|no need for)\b/,
      /\b(?:needs? to think|wants to wait|think (?:about it|it over)|too long|not ready|not the right time)\b(?!.*\blet us know\b)/,
      /\bcompetitor\b/,
    ],
  },
  {
    id: "circumstance",
    kind: "fact",
    confidence: 0.8,
    match: [
      /\b(?:moved to|moving to|lives|living|retired|widow\w*|divorced|married|pregnant|registered|executor|power of attorney|works? (?:nights?|night|shifts?|from|as|at|for|in)|self-employed|new (?:address|email|number|surname|name|employer|job)|born in)\b/,
      "(has|have|got) (a|an|one|two|three|four|five|#Value) (#Adjective)? (child|children|kids|dog|cat|car|cars|son|daughter|sons|daughters|house|houses|shop|shops|tenants|employees|staff)",
      /\b(?:owns?|runs) (?:a|an|the|two|three|\d)\b/,
      /\b(?:account|policy|customer|contract|reference|meter) (?:number|no) (?:is|changed)/,
      /\b(?:contract|policy|lease|tariff|renewal|warranty|subscription|membership) (?:is |was )?(?:ends?|starts?|expires?|runs?|due|renews?|valid)\b/,
      /\bcustomer since\b|\bprepayment meter\b|\buses? an? \w+ meter\b/,
    ],
  },
];

/**
 * Who a clause says will do it: the last one named before the verb. A clause without a subject goes on with `before`, who the clause
 * before it spoke of, when it continues that sentence ("and ring us"); otherwise it is the agent's.
 */
export function subjectOf(parsed: Parsed, clause: string, before: "us" | "them" | null): "us" | "them" {
  const named = namedIn(parsed, clause);
  if (named !== null) return named;
  if (/^(?:agreed|promised) to (?:sign|pay|send|return|provide|upload)\b/.test(clause)) return "them";
  const isOrder = new RegExp(`^(?:please )?${VERB}\\b`).test(clause);
  const goesOn = !isOrder || /^\w+(?: \w+)? (?:us|me)\b|^(?:return|sign|pay|let us)\b/.test(clause);
  return before === "them" && goesOn ? "them" : "us";
}

/** Who a clause names as its subject, or null. */
export function namedIn(parsed: Parsed, clause: string): "us" | "them" | null {
  const verb = clause.search(
    /\b(?:will|shall|would|to|am|is|are|promised|agreed|offered|undertook|promises|agrees|offers|call|ring|phone|send|wants?|needs?|asked)\b/,
  );
  const subject = verb === -1 ? clause : clause.slice(0, verb);
  const last = [...subject.matchAll(SUBJECTS)].at(-1)?.[0];
  if (last !== undefined) return THEM_WORD.test(last) ? "them" : "us";
  return parsed.has("^#Person+ (will|to|is|promised|agreed)") ? "them" : null;
}

const SUBJECTS =
  /\b(?:i|we|me|us|our|my|agent|engineer|manager|colleague|billing|accounts|warehouse|office|credit note|she|he|they|customer|caller|mr|mrs|ms|miss|dr)\b/g;
const THEM_WORD = /^(?:she|he|they|customer|caller|mr|mrs|ms|miss|dr)$/;

/** Whether a rule, or a reason for no promise, matches a clause. */
export function matches(parsed: Parsed, clause: string, patterns: Match[]): boolean {
  return patterns.some((pattern) => (typeof pattern === "string" ? parsed.has(pattern) : pattern.test(clause)));
}

const compiledPatterns = new Map<string, ReturnType<typeof nlp.parseMatch>>();

/** Reading a pattern costs more than matching it. */
function compiled(pattern: string): string {
  let found = compiledPatterns.get(pattern);
  if (!found) {
    found = nlp.parseMatch(pattern);
    compiledPatterns.set(pattern, found);
  }
  // `has` takes a parsed pattern as well; the library's types know only the text.
  return found as unknown as string;
}

/** A promise that a call keeps. */
export function isCall(clause: string): boolean {
  return /\b(?:call|ring|phone|telephone|contact|speak|chase|follow up|touch base|check in|get back|catch up|try again|talk|calling|ringing|phoning|called|rung)\b/.test(
    clause,
  );
}
