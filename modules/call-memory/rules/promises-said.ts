import { words } from "./match.ts";
import type { Rule } from "./rule.ts";
import {
  BE_DONE,
  DOING,
  DOING_NOW,
  DONE,
  HAPPENS,
  NAMED,
  NO_ACTION,
  SENT,
  THEM,
  US,
  VERB,
  SERVICE,
  THEIR_SERVICE,
  A_THING,
  TO_CUSTOMER,
} from "./words.ts";

/** Promises in a sentence with a subject: somebody will do it, agreed to it, is doing it, or takes it on. */
export const SAID: Rule[] = [
  {
    id: "will",
    kind: "promise",
    confidence: 0.95,
    owedBy: "subject",
    match: [
      words(
        `(?:will|shall) (?:(?:then|also|now|just|first|definitely|both|personally) )?(?:${VERB}|(?:\\w+ly )?be ${DOING}|(?:\\w+ly )be ${DOING_NOW}|be ${DOING_NOW} (?:her|him|them|customer|it|the))`,
      ),
      new RegExp(`^going to ${VERB}\\b`),
      words(`(?:am|is|are|'m) going to (?:\\w+ly )?${VERB}`),
      words(
        `(?:said|say|left it|my word|agreed|promised|confirmed|assured (?:me|us|her|him)|told (?:her|him|them|me|us|customer|m[rs]s? \\w+)|know|knows) (?:that )?(?:i|we|she|he|they) would ${VERB}`,
      ),
      words(
        `${NAMED} (?:will|shall) (?:\\w+ ){1,6}and (?:(?:come|get|report) back|ring|call|tell|let) (?:to )?(?:us|me|her|him|them|customer)`,
      ),
      words("(?:will|shall) have (?:\\w+ ){1,3}for (?:her|him|them|customer)"),
      // With a person as subject, any act in the future is a promise; with a thing as subject, or a mere event, it is none.
      new RegExp(
        `^(?:(?:${THEM}|${US}|(?:someone|somebody|one) (?:of|from) (?:our|the)(?: \\w+){1,2}|our|and|says?|said|have|then|advised|explained|confirmed|assured|told (?:the )?(?:${THEM}|her|him|them)|that) )*(?:will|shall|would(?<=\\b(?:said|told|assured|confirmed|promised)\\b.*would)) (?!${HAPPENS}\\b)[a-z]+`,
      ),
      new RegExp(
        `^(?:${NAMED}|and|says?|said|that) (?:(?:says?|said) )?(?:will|shall) (?:renew|run (?:it|the|a|this|that|through)|be (?:in|home|at home|there|available) (?:\\w+ ){0,3}to (?:let|give|meet|sign|receive|take|show))\\b`,
      ),
      /^(?:someone|somebody) (?:will|is going to) (?:come|attend|visit|go|take|sort|look|see)\b/,
      /^(?:i|we|colleague|someone|somebody) (?:will|shall) be (?:there|here|out|round|along|on site|with (?:her|him|them|customer)|in (?:touch|contact))\b/,
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
        "(?:quote|offer|brochure|contract|letter|email|form|card|invoice|copy|details|confirmation|reply|answer|link|bill|report|statement) (?:to|will) follow(?! from)",
      ),
      /\b(?:refund|credit|money|compensation) (?:will|should) (?:be (?:back )?(?:in|on)|hit|reach|land in|show (?:on|in)|appear on|go back (?:to|on|into)) (?:her|his|their)\b/,
      /^(?!(?:she|he|they|customer)\b).*\bgoing (?:out|to (?:her|him|them|customer)|(?:out|over|off) to (?:her|him|them|customer)) (?:on|by|today|tomorrow|\w+day)|^(?!(?:she|he|they|customer)\b).*\bgoing back to (?:her|his|their|him|them|customer)\b/,
      /^(?:credit|refund|discount|compensation|money|goodwill|reduction)\b.* going (?:back )?(?:on|onto|to|into) (?:her|his|their|the|next|account)\b/,
      /^customer (?:will|to) be (?:\w+ly )?(?:notified|informed|updated|called|telephoned|phoned|rung|contacted|told|advised|refunded|credited|sent|emailed|reimbursed|compensated|visited)\b(?! by (?:her|his|their|the (?!colleague)))/,
      /^to be (?:\w+ly )?(?:squeezed in|slotted in|fitted in|seen|called|telephoned|phoned|rung|contacted|notified|informed|updated|visited|refunded)\b/,
      new RegExp(`^${BE_DONE}`),
      /^(?:prescription|letter|forms?|paperwork|claim|file|parcel|order|pack|contract|referral|report|documents?) going (?:off|out|over|(?:off |over |across |up )?to (?:the )?\w+) (?:by|on|today|tomorrow|\w+day)\b/,
      /^(?:the |her |his |our )?(?:[a-z]+ )?(?:letter|forms?|pack|parcel|order|contract|email|quote|card|invoice|cheque|refund|payment|replacement|documents?)(?: to (?:her|him|them|customer))? (?:goes|is going) (?:out|off)\b/,
      /\b(?:to|will) be ready (?:\w+day|for|to|on|by|at|today|tomorrow)\b/,
      /\bgo(?:es)? (?:out )?to (?:her|him|them|customer)\b(?<!\b(?:will not|did not|does not) .*)/,
      /^(?!.*\b(?:wants?|easy|hard|difficult|instructions|steps|rules|who|what|how)\b)(?:[a-z]+ ){1,4}to follow\b(?! from)/,
      new RegExp(
        `^(?!(?:she|he|they|customer)\\b)(?!.*\\b(?:${DONE})\\b)(?:[a-z]+ ){1,3}out to (?:her|him|them|customer)\\b`,
      ),
      words(
        "(?<!^)(?:to|will|(?<!\\b(?:goods|parcel|order|package|delivery|items?) )should) be (?:with|over to) (?:her|him|them|customer)",
      ),
      /^will be (?:with|over to) (?:her|him|them|customer)\b/,
      /^(?!(?:she|he|they|customer|i|we)\b)\w.*\b(?:going out|on (?:its|their|the) way|coming out) (?:from us|in the post|by (?:post|courier|email)|this week|to (?:her|him|them))\b/,
      /^(?!(?:she|he|they|customer|i|we)\b)\w.*\b(?:being|getting) (?:put through|applied|sent|resent|processed|issued|reissued|posted|prepared|raised|refunded|credited|replaced|couriered|emailed|arranged|drawn up)\b/,
      new RegExp(
        `^(?!(?:she|he|they|customer|i|we|it is|this is)\\b)(?!.*\\b(?:${DONE})\\b)(?!.*\\b(?:her|his|their)\\b)(?:\\w+ ){1,4}(?:is |are )?being (?:${SERVICE})(?:e?d|ted)\\b`,
      ),
      /^(?:our |the )?(?:driver|engineer|technician|fitter|surveyor|plumber|electrician|nurse|carer|inspector|cleaner) (?:will|to) (?:be (?:there|out|round|with|at)|attend|arrive|come|visit)\b/,
      /\bgoing (?:out |off )?(?:in|by) (?:the )?(?:post|courier|mail)\b|^(?:[a-z]+ ){1,3}going (?:out|off|over) to (?:the )?[a-z]+$/,
      /^(?:[a-z]+ )?(?:letter|forms?|pack|email|copy|quote|brochure|documents) to go(?: out| off)?$/,
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
        `(?:promised|agreed|agrees|accepted|committed|offered|undertook|undertakes|undertaken|promises|offers|(?:is|am|are)(?: due)?) (?:\\w+ly )?to (?:\\w+ly )?(?:${VERB}|clear|have|let|make)`,
      ),
      words(`(?:commits|committed|agreed|agrees) to ${DOING}`),
      /^(?:i|we) promise (?:to )?(?:her|him|them|customer)\b|^(?:i|we) (?:have )?committed to (?:an? )?(?:answer|call|call back|reply|date|decision|refund|visit|delivery)\b/,
      new RegExp(
        `^(?:${NAMED} )?(?:(?:very|kindly|has|have|\\w+ly) )*(?:offered|agreed|committed|undertook|undertaken) to (?!${NO_ACTION}\\b)[a-z]+`,
      ),
      new RegExp(`^${THEM} (?:has |have )?promised (?:me|us)\\b`),
      new RegExp(
        `^${THEM} (?:has |have )?(?:promised|promises) (?:[a-z]+ ){1,2}(?:by|for|on) (?:today|tomorrow|\\w+day|the \\d|\\d)`,
      ),
      new RegExp(`^${THEM} (?:has |have )?promised (?:[a-z]+ ){0,2}[£$€]\\d`),
      new RegExp(
        `^(?:${THEM}|${US}) (?:has |have )?(?:agreed|agrees) to (?!(?:${HAPPENS.slice(3, -1)}|the|an?|it|this|that)\\b)[a-z]+`,
      ),
      words(
        `(?:promised|agreed|assured (?:me|us|her|him)) (?:that )?(?:i|we|she|he|they) would (?!${HAPPENS}\\b)[a-z]+`,
      ),
      words(
        `(?:promised|undertook|undertakes|vowed|guaranteed) to (?!(?:${HAPPENS.slice(3, -1)}|the|an?|it|this|that)\\b)[a-z]+`,
      ),
      words(
        `${THEM} (?:is|are) (?:coming|popping|dropping) (?:in|into|by|over|round|to (?:the|our|us|see (?:us|me)|sign|collect|view))`,
      ),
      words(`(?:promised|agreed|settled|left it) (?:that )?(?:i|we|she|he|they) (?:will )?${VERB}`),
      words(
        "(?:promised|promises|owe|owes)(?: (?:me|us|her|him|them|m[rs]s? \\w+))? (?:an?|the|her|his|their|some) (?!(?:old )?(?:brother|sister|mother|father|mum|dad|son|daughter|friend|mate|bank|landlord|boss|employer|ex|wife|husband|partner|uncle|aunt|neighbour|lender|council)\\b)\\w+",
      ),
    ],
  },
  {
    id: "doing",
    kind: "promise",
    confidence: 0.85,
    owedBy: "subject",
    match: [
      /^(?:i|we) (?:am|are) getting (?!(?:nowhere|tired|no|the same|lots?|a lot|calls|complaints|many|more)\b)/,
      /^(?:our |the )?colleague (?:calls|rings|phones|sends|visits|meets|sees|comes(?: back| out| round)?|attends|emails|writes to|contacts|informs) (?:her|him|them|customer|back|today|tomorrow|on|\w+day)\b/,
      /^(?:having|getting) [a-z]+ (?:to )?(?:ring|call|phone|email|contact|text|visit) (?:back )?(?:her|him|them|customer)\b/,
      /^(?:i|we|colleague) (?:am|are|is) dealing with (?:it|this|that|her|him|them)\b/,
      words(`(?<!(?:she|he|they|customer) )(?:am|is|are) ${DOING}|(?:is|are) (?!chasing)${DOING}`),
      new RegExp(`^(?!${THEM} chasing\\b)(?:(?:${THEM}|${US}) )?(?:(?:says?|said|confirms|confirmed) )?${DOING}\\b`),
      /^(?:getting|having) (?:the |an? |our )?colleague (?:(?:back|out|over|round|in|on) ?)+/,
    ],
  },
  {
    id: "takes-on",
    kind: "promise",
    confidence: 0.8,
    owedBy: "subject",
    match: [
      // "Rebooking her on the later flight": an act for the customer, or one that only a desk does, without a form of the past.
      new RegExp(`^(?:now |just |also )?${DOING_NOW} ${TO_CUSTOMER}(?!.*\\b(?:${DONE})\\b)`),
      new RegExp(`^(?:now |just |also )?(?:${SERVICE})ing (?:\\w+ )?${A_THING}\\b(?!.*\\b(?:${DONE})\\b)`),
      new RegExp(
        `^(?:i|we|colleague) (?:am |are |is )?${DOING_NOW} (?:${A_THING}|her|him|them|customer|in writing)\\b(?!.*\\b(?:${DONE})\\b)`,
      ),
      new RegExp(`^(?:${THEM} )?(?:is |are )?(?:coming|popping|dropping|calling) (?:in|by|over|round) to [a-z]+`),
      new RegExp(`^(?:and |then )?(?:i|we|colleague) to (?:then |also |now )?(?!${NO_ACTION}\\b)[a-z]+`),
      new RegExp(
        `^(?:and |then )?${THEM} to (?:obtain|clear|hand|supply|submit|leave|try|read|test|inform|attend|renew|measure|drop|apply|fill)\\b`,
      ),
      new RegExp(
        `^to (?:then |also |now )?(?!${NO_ACTION}\\b)[a-z]+ (?:${A_THING}|her|him|them|customer|colleague|his|their|out|in|up|back|with)\\b`,
      ),
    ],
  },
  {
    id: "takes-on-by",
    kind: "promise",
    confidence: 0.8,
    owedBy: "subject",
    needsTime: true,
    match: [
      new RegExp(
        `^(?:${THEM} (?:is |are )?)?(?:now |just |also |both |all )*(?:${THEIR_SERVICE})ing\\b(?!.*\\b(?:${DONE}|until|too)\\b)`,
      ),
      /^(?:(?:customer|she|he|they) )?(?:says?|said|confirms|confirmed|(?:assures|assured|tells|told) (?:us|me)) (?:that )?(?:she|he|they) (?:makes|pays|sends|brings|comes|signs|calls|transfers|gives|settles|returns|posts|emails|uploads|collects)\b/,
      new RegExp(
        `^(?:${THEM} )?(?:is |are )?making (?:(?:an?|the|her|his|full|part|first|card) )*(?:payment|transfer)\\b`,
      ),
      new RegExp(`^${THEM} (?:comes|pops|drops) (?:in|by|over|round|back|to us)\\b`),
      new RegExp(`^${THEM} (?:is |are )?(?:collect|pick)ing\\b(?!.*\\b(?:${DONE}|kids|children|child|dog)\\b)`),
      new RegExp(`^(?:now |just |also )?(?:${SERVICE})ing\\b(?!.*\\b(?:${DONE}|until)\\b)`),
      // "Priya ringing her back Thursday".
      new RegExp(
        `^(?!(?:stop|keep|keeps|kept|been|was|were|mind|hates?|likes?|tried|trying|started|not|no|before|after|without|about|re|for|of|by|from|while|when|she|he|they|customer)\\b)[a-z]+ (?:calling|ringing|phoning|emailing|texting|visiting|contacting) ${TO_CUSTOMER}(?!.*\\b(?:${DONE})\\b)`,
      ),
      new RegExp(`^(?:colleague|i|we) (?:is |are |am )?(?:coming|${DOING_NOW})\\b(?!.*\\b(?:${DONE}|until)\\b)`),
      new RegExp(
        `^(?:${THEM} )?(?:is |are )?(?:coming|popping|dropping|calling) (?:in|into|by|over|round|to (?:the|our) (?:branch|shop|office|store|showroom|clinic|surgery|practice|depot|garage))\\b(?!.*\\b(?:${DONE})\\b)`,
      ),
      new RegExp(
        `^${THEM} (?:is |are )?(?:ringing|calling|dialling|phoning|coming|getting) back\\b(?!.*\\b(?:${DONE})\\b)`,
      ),
    ],
  },
];
