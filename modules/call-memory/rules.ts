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

/** An expression on the words of a clause, or a pattern of tags where an expression says that it may match: tagging is slow. */
type Match = RegExp | { tags: string; where: RegExp };

/** How a promise is kept: by a call, or by something else that is done. */
const CALL_VERB =
  "(?:call|ring|phone|telephone|dial|contact|speak|chat|buzz|be (?:back )?in (?:touch|contact)|chase|follow up|catch up|touch base|check in|get back|come back|try again|retry)";
const DONE_VERB =
  "(?:send|resend|scan|do|make|see what|pop|drop|bring|have an? [\\w ]+? (?:with|to|for) (?:her|him|them|customer|us|me)|have a (?:think|look|word)|have (?:it|them|this|that|one|the \\w+)|email|text|post|forward|mail|sms|fax|book|arrange|order|raise|check|confirm|look|find|ask|escalate|refund|credit|process|update|pay|return|sign|provide|upload|bring|complete|fill|transfer|review|decide|let|prepare|quote|fix|replace|deliver|collect|pass|issue|give|reply|drop|settle|submit|share|tell (?!every)|think|discuss|visit|waive|reissue|measure|read|set|get|put|talk|respond|revert|report back|update|notify|inform|keep (?:her|him|them|customer)|go (?:through|over)|run through|see to|liaise|investigate|amend|requote|resubmit)";
const VERB = `(?:${CALL_VERB.slice(3, -1)}|${DONE_VERB.slice(3, -1)})`;
const DOING =
  "(?:getting (?:her|him|them|customer)|coming back to|getting back to|speaking again|talking again|reporting back|sending|resending|emailing|posting|calling|ringing|phoning|paying|texting|returning|booking|ordering|arranging|forwarding|processing|raising|chasing|bringing|dropping|collecting|delivering|scanning|uploading|checking|transferring|putting|looking into|sorting|fixing|replacing|issuing|refunding|escalating|updating)";
const THEM_ROLE =
  "caller|tenant|patient|client|guest|member|owner|resident|applicant|candidate|buyer|seller|borrower|policyholder|donor|subscriber";
const THEM = `(?:she|he|they|customer|${THEM_ROLE}|(?:mr|mrs|ms|miss|dr)\\.? \\w+)`;
const US =
  "(?:me|us|i|we|agent|colleague|manager|supervisor|team leader|team|billing|accounts|support|engineer|technician|office|warehouse)";
const SOON =
  "(?:sometime|some time|early|later|either|within|back|again|then|tonight|on|at|by|in|after|before|between|tomorrow|today|soon|as soon|\\w+day|the|next|later|#|$)";

const FOR_A_CALL =
  "(?:for |to have |to get )?(?:an? |another |our )?(?:(?!to )\\w+ |follow up )?(?:call back|phone call|call|ring)";
const MEETING =
  "(?:call back|call|visit|service|check ?up|valuation|assessment|appointment|meeting|slot|follow up|engineer|technician|survey|inspection|installation|delivery|collection|repair|fitting|consultation|viewing|demo)";
const ARRANGED =
  "(?:booked|scheduled|rescheduled|arranged|rearranged|agreed|set|made|moved|confirmed|promised|diarised|planned)(?: up| in)?";
/** What is done to things that are sent. */
const SENT =
  "(?:sent|emailed|posted|issued|refunded|paid|fixed|processed|credited|replaced|delivered|mailed|forwarded|called|rung|contacted)";
/** What will be done to a thing, by us: any participle but those of what merely happens to it, and of what is the customer's to do. */
const BE_DONE =
  "(?:to|will) be (?:\\w+ly )?(?!(?:charged|closed|affected|increased|reduced|delayed|disappointed|interested|moved|retired|married|terminated|billed|disconnected|required|needed|recorded|renewed|signed|returned|completed|filled|uploaded|pleased|annoyed|followed|continued|advised|agreed|decided|confirmed|discussed)\\b)(?:[a-z]{2,}ed|sent|paid|made|done|written|given|brought)";
/** A subject with one of these words in it is ours or the customer's, or no subject at all; any other two words are somebody else. */
const OURS_OR_THEIRS = `${US.slice(3, -1)}|call|she|he|they|customer|${THEM_ROLE}|mr|mrs|ms|miss|dr|you|it|this|that|said|says|say|told|tell|assured|agreed|agrees|promised|advised|advises|explained|confirmed|confirms|informed|know|knows|aware|sure|then|also|now|not|no|and|or|to|who|what|which|tomorrow|today|\\w+day|morning|afternoon|evening|left|spoke|apologised|apologized|asked|apparently|our|my|credit|will|shall|is|are|as`;
/** After "will": verbs by which nobody does anything, or promises nothing. */
const HAPPENS =
  "(?:be|do for now|see(?! to)|recommend|keep(?! (?:her|him|them|customer|me|us|up))|carry on|continue|enjoy|wait|have|need|want|like|prefer|know|become|remain|stay|leave|cancel|close|switch|terminate|end|expire|renew|start|run|cost|rise|increase|happen|take|move|turn|retire|lose|miss|only|probably|never|not|sue|complain|tell every\\w+|go|report|think|consider)";
/** What says that something has been. */
const DONE =
  "(?:called|rang|phoned|spoke|tried|missed|left|sent|came|went|dropped|received|paid|emailed|arrived|failed|ended|checked|reviewed|was|were|had|did|has been|have been|noted|recorded|recording|took|spent|trying|answered|got|closed|lasted|cut)";

const LANGUAGES =
  "english|polish|urdu|french|german|spanish|italian|portuguese|romanian|arabic|turkish|hindi|punjabi|bengali|gujarati|welsh|chinese|mandarin|cantonese|russian|ukrainian|somali|greek|dutch|tamil|persian|farsi|lithuanian";

function words(pattern: string): RegExp {
  return new RegExp(`\\b${pattern}\\b`);
}

/**
 * What makes a clause no promise, whatever else it says, each with the name that a test shows. Patterns in the language of
 * compromise match tags; expressions match the full English of the clause.
 */
export const NO_PROMISE: Record<string, Match[]> = {
  negated: [
    /\b(?:not(?! (?:the |on |her |his )?(?:landline|mobile|work|home|office|email|text|before|until|convenient|\d))|never|nothing|without(?! (?:fail|delay|doubt))|no need|no longer|no call|no further|refuse[sd]?|declined?|unable|nobody|none)\b/,
    /\b(?:stop(?:ped)?|avoid|instead of) (?:calling|ringing|phoning|texting|emailing|sending)\b/,
    /\b(?:forgot|failed|neglected|omitted|reluctant|too busy) to\b/,
  ],
  conditional: [
    /\b(?:(?<!\b(?:see|check|find out|know|confirm|ask|asks|asked|sure) )(?:if|when)|unless|provided|providing|depend(?:s|ing)?|in case|as long as|assuming|(?<!\bat )once(?! more)|as soon as(?! possible)|subject to|otherwise|whenever|pending(?! call)|(?:weather|time) permitting|all being well|in the event|or else|until she|until he|until they)\b/,
    /^should (?:she|he|they|we|i|the)\b|\bshould (?:any\w*|there|you|things|the (?:need|situation))\b/,
  ],
  possible: [
    /\b(?:might|may(?! \d)|could|would(?! (?:like|appreciate|welcome|prefer|rather|sooner))(?<!^(?:(?:i|we|have) )*(?:told|assured|promised|guaranteed|gave) (?:(?:her|him|them|my|the|word|customer|caller|m[rs]s?) (?:(?:that|we|i|\w+) ){0,4})would)(?<!\b(?:said|agreed|promised|confirmed|(?:assured|advised|informed|promised) (?:me|us|her|him|customer)|told (?:her|him|them|me|us|customer|m[rs]s? \w+)|know|knows) (?:that )?(?:i|we|she|he|they|someone|somebody|(?:an?|the|our) \w+) would)|maybe|perhaps|possibly|probably|hopes?|hoping|hopefully|wish(?:es)?|thinking of|considering|tentative(?:ly)?|provisional(?:ly)?|tbc|to be confirmed|fingers crossed|with (?:any )?luck|not sure|unsure|ideally|suppose[sd]?|doubts?|doubtful|unlikely|apparently|supposedly)\b/,
  ],
  cancelled: [
    /\b(?:cancel(?:led|ed|s)?|withdr[ae]wn?|withdraws|call(?:ed)? off|ignore|disregard|scrap(?:ped)?|already)\b/,
  ],
  past: [
    /\b(?:yesterday|last (?:week|month|year|night|\w+day)|ago|earlier|previously|this morning|was due|were due|was supposed|were supposed|should have (?!the\b|an?\b|it\b|her\b|his\b)|had promised|was promised|were promised|was told|meant to)\b/,
    /\b(?:says?|said|claims?|insists?|complains?|thinks?) (?:that )?(?:we|i) (?:had )?promised\b|\b(?:call|call back|refund|letter|visit|email|discount|answer) (?:that |which )?(?:we|i|she was|he was) promised\b/,
    /\b(?:moved|changed|rearranged|rebooked|rescheduled|cancelled|missed) (?:twice|again|three times|\d times)\b/,
    /\bsince (?:yesterday|\w+day|the|last|\d)/,
    /^(?:the )?call back (?:was |is )?(?:pulled|removed|deleted|stopped|binned|checked|dropped|parked|closed|moved)\b/,
    /\bcall back (?:number|no|list checked|ref|log|queue|form|option)\b/,
    /\bcall back (?:was |is )?(?:done|made|completed|not needed|offered|refused|declined|attempted|failed|unsuccessful)\b/,
    /\bcall back .*\b(?:done|made|completed)$/,
    /\b(?:done|completed|actioned)$|^(?:see|per|as per|old|duplicate|copy|ref(?:erence)?) (?!me\b|us\b|him\b|her\b)(?:\w+ )*(?:notes?|call|email|entry|record|ticket)\b/,
    /^(?:duplicate|copy|repeat) of\b/,
    /\b(?:has|have|had) been (?:waiting|chasing|trying|asking)\b|\b(?:previous|former|other) (?:agent|advis[eo]r|colleague|operator)\b/,
    /\b(?:was|were) (?:going|hoping|planning|about|meaning|intending|expecting|waiting)\b/,
    /\b(?:tried|trying|attempted|intended|needed|wanted|used|managed)(?: and failed)? to (?:call|ring|phone|contact|reach|speak|get|send|email|text)\b(?! (?:back|again)?.*\b(?:tomorrow|\w+day next)\b)/,
    /\b(?:would|could|should|might|must) have (?:\w+ly )?\w+(?:ed|ung|ent|oken|one|aid)\b/,
  ],
  claimed: [
    /\b(?:thinks|thought|assumed|understood|claims|believes|insists|reckons|complains) (?:that )?(?:we|i) (?:had |have )?(?:said|told|promised|were|agreed)\b/,
  ],
  quoted: [
    /["“”«»]/,
    /\b(?:letter|website|site|advert|leaflet|text|email|recording|contract|bill|message|app|script|poster|brochure|t&cs?|terms|small print|policy|page|form|notice) (?:says?|said|states?|stated|mentions?|mentioned|promises?|promised|reads?)\b/,
  ],
  asked: [
    /^(?:is|are|do|does|did|can|could|will|would|has|have|shall) (?:she|he|they|we|i|you|it|the|anyone|anybody|somebody|someone|customer|there)\b/,
    /\b(?:know|asked|asks|asking|wonder\w*|enquir\w*|inquir\w*|quer(?:y|ied|ying)) (?:about )?(?:when|whether|if|who|why|how|what time|where)\b/,
  ],
  standing: [
    /\b(?:may be recorded|are recorded|for training|standard (?:reply|text|answer)|working days|business days|thank you for|opening hours|terms and conditions|policy is|our policy|automated)\b/,
  ],
  "somebody else's": [
    /\b(?:her|his|their|the|a|customer's|son|daughter|says her|says his) ?(?:son|daughter|husband|wife|partner|mother|father|mum|dad|sister|brother|friend|neighbou?r|solicitor|lawyer|accountant|bank|landlord|boss|employer|insurer|doctor|school|council|agency|carer)(?: of \w+)? (?:will|shall|to|is going|is|wants|promised|agreed|would|can|has|said|says)\b/,
    /^(?:the |our )?(?:husband|wife|son|daughter|partner|solicitor|bank|landlord|mother|father|neighbou?r) (?:will|to|is)\b/,
    /\b(?:her|his|their|the|customer's|^)(?: old| other| previous| new)? ?(?:grandson|granddaughter|niece|nephew|uncle|aunt|cousin|flatmate|housemate|secretary|pa|broker|letting agent|estate agent|builder|plumber|garage|gp|hospital|courier|executor|social worker|support worker|financial advis[eo]r|supplier|insurer|provider|mortgage company|court|police|housing association|mum|dad|carer)(?: \w+)? (?!will be with (?:her|him|them)\b)(?:will|shall|to|is going|is|wants|promised|agreed|would|can|has|said|says)\b/,
    /^(?:and )?(?:the|an?) (?!(?:\w+ )?(?:engineer|manager|supervisor|colleague|team|billing|accounts|support|office|warehouse|agent|technician|department|depot|specialist|advis[eo]r|customer|caller|tenant|patient|client|guest|member)\b)(?:\w+ )?\w+ (?:will|shall|is to|are to|is going to|are going to|has agreed to|promised to) (?!be\b|follow\b|go\b|come\b|arrive\b|hear\b|reach\b)/,
    /\b(?:son|daughter|husband|wife|partner|mother|father|sister|brother|mum|dad|friend) [a-z]+ (?:will|to|is going to|promised to|agreed to)\b/,
    /\b(?:colleague|friend|relative|neighbour|mate) of (?:his|hers|theirs)\b/,
    new RegExp(
      `^(?:(?!(?:${OURS_OR_THEIRS})s?\\b)[a-z&'-]+ ){2,4}(?:(?:will|shall|(?:is|are) going to) (?!be\\b|follow\\b|go\\b|come\\b|arrive\\b|hear\\b|reach\\b)|(?:promised|agreed|undertook) (?!by\\b|on\\b|for\\b)|(?:is|are) ${DOING}\\b)`,
    ),
  ],
  threatened: [/\b(?:on|to) (?:social media|facebook|trustpilot|the (?:papers|press|news))\b/],
  "turned down": [
    /\b(?:wanted|requested|asked|offered)\b.*\b(?:refused|declined|rejected|explained why|not possible|none available|nothing (?:free|available)|can not|could not|unable)\b/,
  ],
  thinking: [
    /\b(?:will|to) (?:think|decide|consider|mull|sleep on|have a think|see how|do for now)\b(?!.*\b(?:us|me)\b)/,
  ],
  "asked of them": [
    /\b(?:asked|advised|told|reminded|requested|instructed|begged|urged|invited|asking|telling) (?:that )?(?:her|him|them|customer|he|she|they|mr \w+|mrs \w+|ms \w+|for the)\b(?! (?:that )?(?:i|we|someone|somebody|to expect|(?:an?|the|our) \w+ (?:will|would)|(?:she|he|they) (?:will|would|should) (?:get|have|receive|hear))\b)/,
    /\b(?:advised|told|reminded) to\b(?! expect\b)/,
    /\b(?:asked|requested) (?:for )?the (?!call back|\w+ to (?:call|ring|phone|contact) (?:her|him|them)\b)/,
    /\b(?:left|leave) (?:a )?(?:message|voicemail)\b/,
  ],
  habit: [
    /\b(?:call|ring|phone|text|contact|email) (?:\w+ ){0,5}only\b|\b(?:number|best|easiest) to (?:call|ring|reach|contact|phone)\b/,
    /\b(?:usually|always|often|generally|normally|every \w+|each|as a rule|as usual|routinely|weekly|monthly|quarterly|annually)\b/,
  ],
};

/** A rule reads one clause. `owedBy` is "subject" where the subject of the clause decides; rules are tried in order, the first that matches a kind counts. */
export type Rule = {
  id: string;
  kind: Kind;
  confidence: number;
  match: Match[];
  /** Counts only where the clause names a time. */
  needsTime?: true;
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
        `(?:wants?|needs?|requests?|requested|asked|asks|would (?:like|appreciate|welcome|prefer)|wanted|likes|due|owed) ${FOR_A_CALL}`,
      ),
      words(`(?:asking|requesting|looking|waiting) (?:for )?${FOR_A_CALL}`),
      words(
        `(?:wants?|needs?|asked|asks|would (?:like|prefer)|wanted|expecting|expects|waiting for) (?:for )?(?:us|me|somebody|someone|an agent|the agent|our \\w+) to (?:\\w+ )?${VERB}`,
      ),
      words(`(?:asks?|asked|wants|requests|requested|insists|insisted) (?:that )?(?:we|i|somebody|someone) ${VERB}`),
      words(
        `(?:wants?|needs?|asked|asks|would (?:like|prefer)|wanted|expecting|expects|waiting for) (?:for )?(?:a|the) (?:manager|supervisor|team leader|colleague|advis[eo]r|specialist|engineer|technician) to (?:\\w+ )?${VERB}`,
      ),
      words(
        `(?:wants?|needs?|would (?:like|appreciate)) (?:\\w+ ){1,7}(?:sent|emailed|posted|texted|forwarded|mailed)`,
      ),
      words("call(?: back)? (?:is )?(?:required|requested|needed|wanted)"),
      words("(?:needs?|wants?) (?:calling|ringing|phoning|chasing)"),
      words(
        "(?:needs?|wants?|would (?:like|appreciate)) (?:\\w+ ){1,5}(?:sending|resending|posting|emailing|fixing|changing|sorting|checking|replacing|correcting)",
      ),
      words(
        "(?<!(?:i am|we are|i|we) )to expect (?:an? |our |the )?(?:call|letter|email|reply|answer|visit|refund|update)",
      ),
      words(
        `(?:told|advised|assured|informed|promised)(?: (?:her|him|them|customer|m[rs]s? \\w+))? (?:that )?(?:someone|somebody|(?:an?|the|our) (?:\\w+ )?\\w+) (?:will|would) ${VERB}`,
      ),
      words("(?:will|would|should|to) hear (?:back )?from (?:us|me|our \\w+|the \\w+)"),
      words(
        "(?:wants?|wanted|needs?|asked|asks|would like|insists?|insisted|demand\\w*) to (?:speak|talk) (?:to|with) (?:us|me|someone|somebody|our \\w+|(?:an?|the) (?:manager|supervisor|person|human|specialist|colleague|advis\\w+))",
      ),
      words(`(?:wants?|asked|asks|needs?|would like) to be (?:called|rung|phoned|contacted)(?= ${SOON}|$)`),
      words("(?:expecting|awaiting|waiting for|expects) (?:our|my) (?:call|reply|answer|email)"),
      words("(?:expecting|expects|waiting|wants|needs) to hear (?:back )?from (?:us|me)"),
      words(
        "(?:wants?|needs?|requests?|requested|asked for|asks for|asking for|would (?:like|appreciate|welcome)) (?:(?:an?|some|the|our|new|another|full|written|quick|duplicate) )*(?:update|answer|reply|response|decision|copy|confirmation|breakdown|statement|explanation|callback|quote|receipt)",
      ),
      words(`(?:get|have|having|getting) (?:somebody|someone|the \\w+|a \\w+|an \\w+|our \\w+) (?:to )?${CALL_VERB}`),
      words(`(?:somebody|someone) (?:should|to|must|needs to|has to) ${VERB}`),
      new RegExp(
        `^(?:(?:i|we|have) )*(?:assured|promised|guaranteed|told|gave (?:her |him |them )?my word)(?: (?:her|him|them|customer|${THEM}))? (?:that )?(?:the|an?|her|his|it|this|that|\\w+)(?: \\w+){0,3} (?:will|would) be (?:\\w+ed|sent|paid|done|made)\\b`,
      ),
      words("(?:due|owed) (?:to (?:her|him|them) )?from us"),
      words("(?:wait|waits|waiting) for (?:our|my) (?:call|reply|answer|email|letter|visit)"),
      words("(?:expecting|expects|awaiting|waiting for) (?:an? )?\\w+ (?:\\w+ )?from (?:us|me|our)"),
      words("leave (?:it|this|that) with (?:me|us)"),
      words(
        "(?:can|may|should) expect (?:our|an?|the) (?:\\w+ )?(?:call|letter|email|reply|answer|visit|refund|update|quote|parcel|delivery|form|decision)",
      ),
      words(
        `asked (?:the |our )?(?!(?:her|him|them|his|their|customer|us|me|for|that|the customer)\\b)(?:\\w+ ){1,4}to ${CALL_VERB} (?:back )?(?:her|him|them|customer)`,
      ),
      words("(?:will|to|should) (?:get|have|receive) (?:\\w+ ){1,5}from (?:us|me|our \\w+)"),
      /\b(?:put|added|add|on) (?:(?:her|him|them|customer) )?(?:on |to )?(?:the |our |my |(?:today|tomorrow)(?: morning| afternoon)?'s )?call(?: back)? list\b/,
    ],
  },
  {
    id: "booked",
    kind: "promise",
    confidence: 0.9,
    owedBy: "us",
    match: [
      words(`${MEETING} (?:(?:with|of|for) (?:\\w+ ){1,3})?(?:is |was |now |has been )?${ARRANGED}`),
      words(`${ARRANGED} (?:in |up )?(?:for )?(?:an? |the |another )?${MEETING}`),
      words(`(?:arranged|booked|set up|planned) to ${VERB}`),
      /^(?:now )?(?:re-?booked|booked|rescheduled|rearranged|re-?arranged|slotted|fitted|squeezed)(?: (?:her|him|them|customer))?(?: in| back)?(?: with (?:the |our )?\w+)? (?:for |on |at )?(?:the )?(?:today|tomorrow|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d)/,
      /^agreed (?:on |for )?(?:tomorrow|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day) at \d/,
      /^(?:zoom|teams|video call|diary call|demo|conference call)\b(?=.*\b(?:today|tomorrow|\w+day|\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))/,
      /\b(?:diari[sz]ed|diaried|reminder(?: set)?|set (?:a )?reminder|task set) (?:to|for|on) /,
    ],
  },
  {
    id: "expected",
    kind: "promise",
    confidence: 0.85,
    owedBy: "them",
    match: [
      words(
        "(?:expecting|awaiting|expect|waiting for) (?!.*\\bfrom (?:us|me|our)\\b)(?:a |her |his |their )?(?:call|reply|answer|payment|email|documents?|form)",
      ),
      words("should (?:have|get|receive) .* from (?:her|him|them|customer)"),
      words("(?:expecting|awaiting|expect|waiting (?:for|on)) (?:\\w+ ){1,3}from (?:her|him|them|customer)"),
      words(
        `to be (?:paid|sent|signed|returned|settled|cleared|posted|collected|provided) by (?:her|him|them|customer)`,
      ),
      /^(?:still )?(?:expecting|expect|awaiting|await) (?:her|his|their|customer's) (?!husband|wife|son|daughter|partner|solicitor|bank(?! (?:details|statement)))\w+/,
      words("(?:coming|to come|on (?:its|their) way) from (?:her|him|them|customer)"),
    ],
  },
  {
    id: "payment",
    kind: "promise",
    confidence: 0.85,
    owedBy: "them",
    match: [
      words("(?:promised|promises|confirmed|confirms|agreed|agrees|guaranteed) (?:to make )?(?:full |the |a )?payment"),
      /\bpayment (?:of \S+ )?(?:is |was |has been )?(?:promised|agreed|arranged|(?:to|will) be made|coming|to follow|confirmed for)\b/,
      words("(?:money|funds|payment|balance|deposit|cheque) (?:will|would|to) (?:go|be|come|arrive|clear|reach|leave)"),
      words("promise to pay"),
      /\b(?:payment|cheque|money|deposit) (?:is )?(?:on its way|in the post)\b/,
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
      words(
        `(?:said|agreed|promised|confirmed|assured (?:me|us|her|him)|told (?:her|him|them|me|us|customer|m[rs]s? \\w+)|know|knows) (?:that )?(?:i|we|she|he|they) would ${VERB}`,
      ),
      // Of somebody who is named, whatever will be done; of a thing, and of what merely happens, nothing.
      new RegExp(
        `^(?:(?:${THEM}|${US}|(?:someone|somebody|one) (?:of|from) (?:our|the)(?: \\w+){1,2}|and|says?|said|have|then|advised|explained|confirmed|assured|told (?:the )?(?:${THEM}|her|him|them)|that) )*(?:will|shall|would(?<=\\b(?:said|told|assured|confirmed|promised)\\b.*would)) (?!${HAPPENS}\\b)[a-z]+`,
      ),
      new RegExp(`^(?:(?:i|we) (?:am|are) )?going to (?!(?:${HAPPENS.slice(3, -1)}|the|an?|her|his)\\b)[a-z]+`),
    ],
  },
  {
    id: "to-come",
    kind: "promise",
    confidence: 0.85,
    owedBy: "us",
    match: [
      words(
        "(?:quote|offer|brochure|contract|letter|email|form|card|invoice|copy|details|confirmation|reply|answer|link) to follow",
      ),
      /^(?!(?:she|he|they|customer)\b).*\bgoing (?:out|to (?:her|him|them|customer)) (?:on|by|today|tomorrow|\w+day)/,
      words("(?:to|will|should) be (?:with|over to) (?:her|him|them|customer)"),
      /^(?!(?:she|he|they|customer|i|we)\b)\w.*\b(?:going out|on (?:its|their) way|coming out) (?:from us|in the post|by (?:post|courier|email)|this week|to (?:her|him|them))\b/,
      /^(?!(?:she|he|they|customer|i|we)\b)\w.*\bbeing (?:put through|sent|resent|processed|issued|reissued|posted|prepared|raised|refunded|credited|replaced|couriered|emailed|arranged|drawn up)\b/,
      /^(?:our |the )?(?:driver|engineer|technician|fitter|surveyor|plumber|electrician|nurse|carer|inspector|cleaner) (?:will|to) (?:be (?:there|out|round|with|at)|attend|arrive|come|visit)\b/,
      /^(?:new|replacement|spare|another) \w+(?: \w+)? out to (?:her|him|them|customer)\b/,
      new RegExp(
        `^(?!(?:she|he|they|customer|i|we)\\b)(?!.*\\b(?:wants?|likes?|prefers?|asks?|asked|happy|rather|expects?|hopes?) )\\w.*\\b${BE_DONE}\\b`,
      ),
      /^(?!.*\b(?:payment|cheque|money|deposit)\b).*\bon (?:its|their) way(?: to \w+)?$/,
      words(
        `(?<!(?:wants?|likes?|prefers?|needs?|asks?|asked|like|happy|rather|expects?|hopes?|hoping|due) )(?:to|will) be (?:\\w+ly )?${SENT}`,
      ),
    ],
  },
  {
    id: "agreed-to",
    kind: "promise",
    confidence: 0.9,
    owedBy: "subject",
    match: [
      words(
        `(?:promised|agreed|agrees|committed|offered|undertook|undertakes|undertaken|promises|offers|(?:is|am|are)(?: due)?) to (?:\\w+ly )?(?:${VERB}|clear|have|let|make)`,
      ),
      words(`(?:commits|committed|agreed|agrees) to ${DOING}`),
      new RegExp(
        `^(?:${THEM}|${US}) (?:has |have )?(?:agreed|agrees) to (?!(?:${HAPPENS.slice(3, -1)}|the|an?|it|this|that)\\b)[a-z]+`,
      ),
      words(
        `(?:promised|agreed|assured (?:me|us|her|him)) (?:that )?(?:i|we|she|he|they) would (?!${HAPPENS}\\b)[a-z]+`,
      ),
      words(
        `(?:promised|undertook|undertakes|vowed|guaranteed) to (?!(?:${HAPPENS.slice(3, -1)}|the|an?|it|this|that)\\b)[a-z]+`,
      ),
      words(`${THEM} (?:is|are) (?:coming|popping|dropping) (?:in|into|by|over|round|to (?:the|our|us))`),
      words(`(?:promised|agreed|settled|left it) (?:that )?(?:i|we|she|he|they) (?:will )?${VERB}`),
      words("(?:promised|promises|owe|owes)(?: (?:me|us|her|him|them))? (?:an?|the|her|his|their|some) \\w+"),
    ],
  },
  {
    id: "doing",
    kind: "promise",
    confidence: 0.85,
    owedBy: "subject",
    match: [
      words(`(?<!(?:she|he|they|customer) )(?:am|is|are) ${DOING}|(?:is|are) (?!chasing)${DOING}`),
      new RegExp(`^(?:(?:${THEM}|${US}) )?${DOING}\\b`),
    ],
  },
  {
    id: "to-do",
    kind: "promise",
    confidence: 0.85,
    owedBy: "subject",
    match: [
      new RegExp(`^(?:(?:${THEM}|${US}) )?to ${VERB}\\b`),
      new RegExp(`^(?:action|next steps?|to ?do|plan|next|then)s?:? (?:is )?(?:(?:i|we|to) )*${VERB}\\b`),
      new RegExp(
        `^(?:(?:i|we) )?(?:must|have to|need to) (?:\\w+ (?:the|an?) (?:\\w+ )+(?:from \\w+ )?and )?${VERB}\\b`,
      ),
      new RegExp(`^[a-z]+ to ${CALL_VERB} (?:her|him|them|customer)\\b`),
      new RegExp(
        `^(?:let us|i|we|she|he|they|customer) (?!gets? |thinks? |read |put |set |let |cut )${VERB}s? (?!\\w+ed\\b)`,
      ),
      /^(?:\w+ ){1,3}to go out\b/,
      new RegExp(
        `^(?:our |a |the )?(?:agent|colleague|manager|supervisor|team leader|engineer|technician)(?: \\w+)? to (?:${VERB}|attend)\\b`,
      ),
      { tags: "^#Person+ to #Verb", where: /^\w+ (?:\w+ )?to \w/ },
    ],
  },
  {
    id: "call-back",
    kind: "promise",
    confidence: 0.9,
    owedBy: "subject",
    match: [
      new RegExp(
        `^(?:(?:please|kindly|must|need to|needs to|we|i) )*${CALL_VERB}(?: (?:me|her|him|them|us|customer|mr|mrs|ms|dr)\\b| (?!by (?:post|email|letter|text))${SOON}|$)`,
      ),
      /^(?:try(?:ing)? again|(?:calling|ringing) again|follow up|chase|speak again|review with|revisit|reconvene)\b/,
      new RegExp(
        `^(?!.*\\b(?:${DONE})\\b)(?:please )?(?:send|email|text|post|forward) (?:confirmation|copy|quote|forms?|documents?|letter|invoice|details|link|contract|brochure|statement|paperwork|receipt|proof)\\b`,
      ),
      /^(?:please )?keep (?:her|him|them|customer) (?:in the loop|posted|updated|informed)\b/,
      /^(?:please )?(?:send|resend|email|text|post|forward|update|let|inform|notify) (?:me|her|him|them|customer|the|an?|new|signed)\b/,
    ],
  },
  {
    // A call and a time that is still to come, and nothing that says otherwise: telegraph style has no verbs.
    id: "thing-by",
    kind: "promise",
    confidence: 0.8,
    owedBy: "us",
    needsTime: true,
    match: [
      /^(?:revised |new |full |written |final )?(?:quote|estimate|report|response|reply|answer|proposal|brochure|decision) (?:to (?:her|him|them|customer) )?by\b/,
      /^(?:revised |new |full |written |final )?(?:quote|estimate|report|letter|contract|form|forms|card|invoice|statement|proposal|brochure|pack|samples?) out (?:today|tomorrow|on|by|\w+day)\b/,
    ],
  },
  {
    id: "call-at",
    kind: "promise",
    confidence: 0.8,
    owedBy: "subject",
    needsTime: true,
    match: [
      new RegExp(
        `^(?!.*\\b(?:${DONE}|only|prefers?|needs? to|can|could|switched off|answering|engaged|call (?:cent(?:re|er)|recording|log|charges?|list)|(?:first|second|third|\\d(?:st|nd|rd|th)) call|opens|closes)\\b).*\\b(?:${CALL_VERB.slice(3, -1)}|try(?: (?:her|him|them|customer|again))?|(?:next|second|third|final|another|further|2nd|3rd|\\dth) attempt(?! (?:made|failed|was))|speaking|talk(?:ing)?|chat|instead(?: please)?$|catch (?:her|him|them)|reach (?:her|him|them)|pick (?:this|it) up|check back)\\b`,
      ),
    ],
  },

  // What else a note says.
  {
    id: "manner",
    kind: "preference",
    confidence: 0.9,
    match: [
      /\b(?:prefers?|preferred|would rather|would sooner|rather than|best (?:time|reached|to (?:call|reach|ring|catch|get))|are best|is best)\b/,
      /\b(?:wants|likes) to be (?:called|addressed|known)(?! (?:back|again|on|at|in|by))\b/,
      new RegExp(
        `\\b(?:speaks? )?(?:${LANGUAGES})(?: only| speaker|-speaking)\\b|\\bspeaks? (?:only |little |no )?(?:${LANGUAGES})\\b`,
      ),
      /\b(?:hard of hearing|hearing aid|speak (?:slowly|up|clearly|louder)|deaf|interpreter|translator|sign language|large print|braille|in writing|hard copy|paper (?:bills?|statements?|cop(?:y|ies)|letters?))\b/,
      /\b(?:wants|asks for) (?:a )?(?:post|letters?|emails?|texts?)\b(?:, not|$)/,
      /\b(?:addressed as|known as|goes by|pronounced)\b/,
      /\b(?:does|do) not (?:like|want|use|answer|check|do|read|listen to) (?:\w+ )?(?:voicemails?|texts?|emails?|letters?|post|phone calls?|calls from|unknown numbers|withheld numbers|whatsapp|video|messages)\b/,
      /\brather have\b|\bby (?:email|post|text|phone|letter) (?:only|please|instead|from now on)\b|\b(?:suits?|works? for) (?:her|him|them) (?:best|better)\b/,
      /\b(?:call|ring|phone|text|contact|email) (?:\w+ ){0,5}only\b/,
      /\b(?:please )?(?:use|try) (?:only )?(?:her|his|their|the) (?:mobile|landline|work|home|email|e-?mail|number|office)\b/,
      /\bcontact (?:her |him |them )?(?:by|via|through) \w+/,
      /\b(?:happy|happier|fine|ok|comfortable) (?:to be|with|by) (?:texts?|texted|emails?|emailed|called|rung|whatsapp|letters?|post)\b/,
      /\b(?:hates|dislikes|likes|loves|can not stand) (?:being |to be |to deal |dealing |everything |things |it )/,
    ],
  },
  {
    id: "when",
    kind: "preference",
    confidence: 0.85,
    match: [
      /\b(?:only (?:call(?! us)|ring(?! us)|phone|after|before|in|on)|(?:mobiles?|landlines?|emails?|texts?|post|letters?|whatsapp|mornings?|afternoons?|evenings?|weekends?|weekdays) (?:only|best|better|easiest|preferred)|(?:mobile|landline|emails?|texts?|letters?|mornings|afternoons|evenings|weekends) please)\b/,
      /\b(?:mobile|landline|email|text|post|phone|whatsapp|letter|mornings?|afternoons?|evenings?|weekends?|weekdays?|lunchtimes?) (?:is|are|suits?|works?) (?:the )?(?:best|easiest|better|easier|fine|good|ok|her|him|them)\b/,
      /\bask for \w+ when\b|^avoid \w+ing\b|\buse (?:emails?|texts?|whatsapp)\b|\bwould like (?:letters?|emails?|texts?)\b/,
      /\bbest (?:number|contact|day|address)\b|\b(?:mornings?|afternoons?|evenings?|weekends?|mondays?|fridays?) (?:are |is )?(?:no good|bad|difficult|awkward|out)\b/,
      /\b(?:text|email|message|ring|call) (?:her |him |them |me )?(?:first(?! thing)|before (?:calling|ringing|visiting|coming))\b|\b(?:only |just )?(?:reachable|contactable) (?:after|before|on|in|by|at)\b|\bonly (?:available|free|in) (?:after|before|on|in|at)\b/,
      /\b(?:easier|easiest|better) (?:to (?:reach|get|call|catch|ring|phone|contact)|by|on|in the|after|before)\b/,
      /\b(?:do not|never|not) (?:call|ring|phone|contact)(?: (?:her|him|them|me))? (?:before|after|at|on|during)\b/,
      /^(?:please )?(?:do not|never) (?:leave|ring|call|text|email|phone|contact|knock|write|send|use)\b/,
      /\b(?:not|never) (?:before|after|earlier than|later than) (?:\d|noon|one|two|three|four|five|six|seven|eight|nine|ten)/,
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
      /\b(?:suicid\w+|end it all|no money|self-harm|vulnerable|bailiffs?|evict\w+|homeless|domestic abuse|can not (?:pay|cope)|behind with|lost (?:his|her|their) job|bankrupt\w*|without (?:heating|power|water|electricity|medication|food))\b/,
      /\b(?:struggling (?:to|with)|in arrears|in debt|debts|food bank|heating (?:and|or) eating|bereave\w*|passed away|frail|dementia|very confused|confused and|oxygen|dialysis|terminal\w*|seriously ill|not eaten|in tears|tearful|crying|cried|sobbing|distress\w*|made redundant)\b/,
    ],
  },
  {
    id: "leaving",
    kind: "risk",
    confidence: 0.9,
    match: [
      /\b(?:(?<!we |i )will|wants to|would like to|(?<!we are )going to|threatens? to|threatened to|considering|thinking (?:of|about)|thinks of|talks? of|talking (?:of|about)|looking (?:at|into)) (?:\w+ )?(?:cancel\w*|leav\w+|clos(?:e|ing)|switch\w*|terminat\w+|end(?:ing)? (?:the|her|his)|moving to|going (?:to (?:another|a different|the)|elsewhere))\b/,
      /\b(?:verge of (?:leaving|cancelling)|done with (?:us|this company))\b|\b(?:husband|wife|partner|mother|father|son|daughter) (?:has )?(?:just |recently )?(?:died|passed)\b/,
      /\b(?:close|closing) (?:the|her|his|their) account\b/,
      /\bwants (?:out\b|to get out)|\bget out of (?:the|her|his|their)\b|\bhow (?:to|she can|he can|they can) (?:cancel|leave|close|terminate|complain)\b|\b(?:cancellation (?:fee|terms|form|charge)|exit fee|notice period)s?\b/,
    ],
  },
  {
    id: "complaint",
    kind: "risk",
    confidence: 0.9,
    match: [
      /\b(?:complain\w*(?! (?:team|department|form|procedure|handler)s?\b)|ombudsman|(?:solicitor|lawyer) is involved|(?:speaking|spoken|talking|talked|going|gone) to (?:her|his|their|a|the) (?:solicitor|lawyer)|legal (?:action|steps|advice|proceedings)|sue|court|chargeback|social media|trading standards|regulator|ofgem|ofcom|newspapers?|press|media|to the papers|bad reviews?|report us|threat\w*)\b/,
      /\b(?:furious|angry|very cross|final bill|(?:tell|warn) (?:everybody|everyone)|livid|upset|outraged|disgusted|unhappy|extremely disappointed|very disappointed|fed up|sick of|had enough|losing patience|last straw|lost (?:all |any )?(?:trust|faith|patience|confidence)|no (?:trust|faith|confidence) in|shout\w*|swore|swear\w*|abusive|aggressive|yell\w*|scream\w*|money back)\b/,
      /\bthird time\b/,
    ],
  },
  {
    id: "price",
    kind: "objection",
    confidence: 0.9,
    match: [
      /\b(?:too expensive|expensive|too (?:dear|high|costly|much|pricey|steep)|overpriced|pricey|can not (?:afford|justify)|cheaper (?:elsewhere|at|with|from|than|deal|quote|offer)|found it cheaper|no budget|budget (?:is )?(?:spent|gone|used|tight|cut)|out of (?:her|his|their)? ?budget|price (?:is|put|puts)|costs? too|fee is|unfair|poor value|not worth|more than (?:she|he|they) pays?|bigger discount|larger discount|same for)\b/,
      /\b(?:found|got|has|had|been offered|getting|gets) (?:a |an )?(?:much )?better (?:price|deal|offer|rate|quote)\b/,
      /\b(?:offers? more for less|less (?:at|with|elsewhere|from|than)|(?:\d+|percent|pounds) less|undercut\w*)\b/,
      /\b(?:put off by|worried about|concerned about|objects to|balks at|baulks at|not keen on) (?:the |a |any |paying |hidden |extra |direct |having )/,
    ],
  },
  {
    id: "no-need",
    kind: "objection",
    confidence: 0.85,
    match: [
      /\b(?:not interested|no interest|already (?:has|have|with|uses?)|happy (?:with (?:her|his|their|the (?:current|present|old|one)|current|present|existing|what|who)|where|as (?:she|he|they|it))|satisfied with|(?:does|do) not (?:see|fancy|want|need|trust|like|believe|think (?:she|he|they|it))(?! (?:(?:a |any )?(?:call|to be)|us to|me to|any(?:one|body) to|anything (?:else|further|more)|(?:\w+ )?(?:voicemails?|texts?|emails?|letters?|post|messages|whatsapp)))|not convinced|bad experience|scared of|afraid of|nervous about|long time|sceptical|no time for|no (?:need for|use for|point|benefit))\b/,
      /\b(?:needs? to think|wants to (?:wait|think|shop|compare|look|ask (?:her|his|their))|shop(?:ping)? around|compar(?:e|ing) (?:prices|quotes|offers)|think (?:about it|it over)|too long|not ready|not (?:the )?right time|bad timing|too much (?:hassle|trouble|bother|work)|not keen)\b(?!.*\blet us know\b)/,
      /\bwill not (?:sign|commit|switch|upgrade|buy)\b|\bcan not see (?:what|why|the (?:point|benefit|need))\b|\bput(?:s)? (?:her|him|them) off\b|\balready gets?\b/,
      /\b(?:renewed|signed(?: up)?|gone) (?:elsewhere|with (?:another|a different|somebody|someone))\b|\b(?:tied|locked) in(?:to)?\b|\bunder contract\b/,
      /\bcompetitor\b/,
    ],
  },
  {
    id: "circumstance",
    kind: "fact",
    confidence: 0.8,
    match: [
      /\b(?:moved to (?!\w+day|\d|tomorrow|next|noon|the \d)|moving (?:to|house|home|in|out)|lives|living|retir(?:ed|ing|es)|widow\w*|divorced|separated|married|pregnant|registered|executor|power of attorney|works? (?:nights?|night|shifts?|away|from|as|at|for (?!her\b|him\b|them\b|us\b|me\b)|in)\b|broke (?:her|his)|(?:grand)?(?:son|daughter) handles|self-employed|new (?:(?:mobile|home|work|phone|postal|bank) )?(?:address|email|number|surname|name|employer|job|baby)|born in|shift worker|sole trader|freelance\w*|moved in with|single (?:mum|mother|dad|father|parent)|two (?:properties|houses|addresses)|solar panels|heat pump|wheelchair|guide dog)\b/,
      /\b(?:has|have|got|having) (?:a|an|one|two|three|four|five|\d+) (?:\w+ )?(?:child|children|kids|dogs?|cats?|cars?|sons?|daughters?|houses?|shops?|tenants|employees|staff|baby|twins|grandchildren)\b/,
      /^(?:a|an|one|two|three|four|five|\d) (?:\w+ )?(?:children|kids|dogs?|cats?|tenants|grandchildren|child)\b/,
      /\b(?:owns?|runs|rents|lets|drives|studies|teaches) (?:a|an|the|two|three|\d|out|his|her|at|in)\b/,
      /\b(?:account|policy|customer|contract|reference|meter) (?:number|no) (?:is|changed)/,
      /\b(?:contract|policy|lease|tariff|renewal|warranty|subscription|membership) (?:is |was )?(?:ends?|starts?|expires?|runs?|due|renews?|valid)\b/,
      /\b(?:customer since|prepayment meter|uses? an? \w+ meter|(?:has|have) been (?:with us|a customer|a member)|birthday|years old|aged \d+)\b/,
      /^(?:she|he|customer|they)?(?: is| are)? ?\d{2,3}$|\b(?:she|he|customer) is \d{2}\b(?! ?(?:%|pounds|days|minutes))/,
      /\b(?:is|now|also) (?:a |an )(?:\w+ )?(?:pensioner|student|carer|nurse|teacher|doctor|driver|landlord|tenant|widower|farmer|builder|lawyer|plumber|electrician|chef|hairdresser|childminder|accountant|engineer|manager|vet)\b|^(?:student|pensioner|carer|landlord|tenant) (?:in|at|of|with)\b/,
      /\b(?:wife|husband|partner|son|daughter|mother|father|sister|brother|carer|dog) is (?:called|named|also|now|a|an|the)\b|\blate (?:husband|wife|mother|father|partner)\b/,
      /\bon (?:an? )?(?:\w+ )?(?:tariff|plan|deal|benefits|pension|maternity leave|sick leave|universal credit)\b/,
      /\b(?:account|policy|contract|bill|lease|meter) (?:is )?in (?:her|his|their|the) .*\bname\b|\bchanged (?:her|his|their) (?:name|surname|address|bank|number|email|job)\b/,
      /\b(?:has|employs|with) \d+ (?:staff|employees|people|branches|sites|cars|vans|rooms|tenants)\b|\bhad a baby\b/,
    ],
  },
];

const COLLEAGUE_CALLS = new RegExp(`^[a-z]+ to ${CALL_VERB} (?:back )?(?:her|him|them|customer)\\b`);
/** "They" who call "her" are not the customer. */
const COLLEAGUES_CALL = new RegExp(
  `\\bthey (?:will|shall|to|are going to|are to) ${VERB} (?:back )?(?:her|him|customer)\\b`,
);
const AN_ORDER = new RegExp(`^(?:please )?${VERB}\\b`);
/** Who calls or sends to "him" is not the customer. */
const AT_THEM = new RegExp(`^(?:will |shall |to |return )*${VERB} (?:back )?(?:her|him|them|customer)\\b`);
const CALLS_US = new RegExp(
  `^(?:will |to )*(?!let us (?!know))${VERB} (?:back )?us\\b|^(?:will|to|going to) (?!.*\\b(?:her|him|them)\\b).*\\b(?:to us|us know|us back)\\b`,
);

/**
 * Who a clause says will do it: the last one named before the verb. A clause without a subject goes on with `before`, who the clause
 * before it spoke of, when it continues that sentence ("and ring us"); otherwise it is the agent's.
 */
export function subjectOf(parsed: Parsed, clause: string, before: "us" | "them" | null): "us" | "them" {
  if (COLLEAGUE_CALLS.test(clause) || COLLEAGUES_CALL.test(clause)) return "us";
  if (/^(?:update|notify|inform|call|ring|phone|email|text) customer\b/.test(clause)) return "us";
  const named = namedIn(parsed, clause);
  if (named !== null) return named;
  if (/^has (?:now |just |also )?(?:promised|agreed|undertaken|offered) to\b/.test(clause)) return "them";
  if (/^(?:agreed|agrees|promised|promises) to (?:sign|pay|send|return|provide|upload)\b/.test(clause)) return "them";
  if (
    /^(?:(?:will|shall|to|is|says|said|going to|promises to|be) )*(?:pay|paying|sign|signing|upload|uploading)\b/.test(
      clause,
    )
  )
    return "them";
  const isOrder = AN_ORDER.test(clause);
  if (CALLS_US.test(clause)) return "them";
  if (AT_THEM.test(clause)) return "us";
  const goesOn = !isOrder || /^\w+(?: \w+)? (?:us|me)\b|^(?:return|sign|pay|let us)\b/.test(clause);
  return before === "them" && goesOn ? "them" : "us";
}

/** Who a clause names as its subject, or null. */
export function namedIn(parsed: Parsed, clause: string): "us" | "them" | null {
  const promiser = /^(?:has |have )?(?:promised|agreed|confirmed|said) (?:that )?(i|we|she|he|they)\b/.exec(
    clause,
  )?.[1];
  if (promiser) return THEM_WORD.test(promiser) ? "them" : "us";
  const verb = clause.search(
    /\b(?:will|shall|would|to|am|is|are|promised|agreed|offered|undertook|promises|agrees|offers|call|ring|phone|send|wants?|needs?|asked)\b/,
  );
  const subject = verb === -1 ? clause.replace(/\b(?:me|us)\b/g, "") : clause.slice(0, verb);
  const last = [...subject.matchAll(SUBJECTS)].at(-1)?.[0];
  if (last !== undefined) return THEM_WORD.test(last) ? "them" : "us";
  const mayBeAPerson = /^\w+ (?:\w+ )?(?:will|to|is|promised|agreed)\b/.test(clause);
  return mayBeAPerson && parsed.has("^#Person+ (will|to|is|promised|agreed)") ? "them" : null;
}

const SUBJECTS =
  /\b(?:i|we|me|us|our|my|agent|engineer|manager|supervisor|colleague|billing|accounts|warehouse|office|credit note|she|he|they|customer|caller|tenant|patient|client|guest|member|owner|resident|applicant|candidate|buyer|seller|borrower|policyholder|donor|subscriber|mr|mrs|ms|miss|dr)\b/g;
const THEM_WORD = new RegExp(`^(?:she|he|they|customer|${THEM_ROLE}|mr|mrs|ms|miss|dr)$`);

/** Whether a rule, or a reason for no promise, matches a clause. */
export function matches(parsed: Parsed, clause: string, patterns: Match[]): boolean {
  return patterns.some((pattern) =>
    pattern instanceof RegExp ? pattern.test(clause) : pattern.where.test(clause) && parsed.has(pattern.tags),
  );
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
  return /\b(?:call|ring|phone|telephone|contact|speak|chase|follow up|touch base|check (?:back )?in|get back|catch up|try|talk|chat|in touch|speaking|talking|pick (?:this|it) up|calling|ringing|phoning|called|rung)\b/.test(
    clause,
  );
}
