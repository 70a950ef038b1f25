import { words } from "./match.ts";
import type { Rule } from "./rule.ts";
import { DOING_NOW, DONE, THEM } from "./words.ts";

/** Promises of the customer: something is expected from them, or they pay. */
export const AWAITED: Rule[] = [
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
      new RegExp(
        `^${THEM} (?:has |have )?(?:assured|told|promised|guaranteed) (?:me|us) (?:that )?(?:\\w+ ){1,5}will be [a-z]+(?:ed|t|d)\\b`,
      ),
      new RegExp(
        `^(?:${THEM} )?(?:has |have )?(?:assures|assured|promises|promised) (?:me|us) (?:that )?(?:\\w+ ){1,5}(?:is|are) (?:going|coming) (?:in|over|out|across|back)\\b`,
      ),
      /\b(?:to|will) be (?:\w+ed|sent|paid|set up|put in) (?:and \w+ )?(?:up |in )?by (?:(?:customer|her|him|them)(?=$| (?:on|by|before|today|tomorrow|\w+day|next|this|the|in|at|and|within|no)\b)|their\b)/,
      /\b(?:back|over|across) to us (?:by|on|before|tomorrow|today)\b|^(?!.*\btold (?:her|him|them|customer)\b).*\bwill be with us (?:by|on|tomorrow|today|\w+day)\b|\bto reach (?:me|us)\b/,
      new RegExp(
        `^(?!.*\\b(?:${DONE})\\b)(?:calls|rings|phones|emails|texts|sends|returns|pays|signs|brings|posts|lets|tells|informs|(?:gets|comes|reports) back to) (?:us|me|it|the|in)\\b`,
      ),
      /^(?:[a-z]+ ){0,2}(?:passport|id|payslips?|documents?|docs|paperwork|forms?|photos?|proof|statements?|keys?|references?)(?: copy)? promised (?:for|by|on)\b/,
      /^(?:she|he|they|customer) (?:says?|said|told (?:us|me)) to expect (?:the|an?|her|his|their|it)\b/,
      /^(?:she|he|they|customer) will be (?:here|in (?:the |our )?(?:shop|office|branch|showroom))\b/,
      /^pays (?:on |by )?(?:today|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)$/,
      /^(?:i|we) (?:will )?(?:get|receive) (?:her|his|their|customer's) (?:decision|answer|reply|forms?|documents|papers|payment|money)\b/,
      new RegExp(
        `^${THEM} (?:is|are) (?:writing to|sending|emailing|ringing|calling|phoning|texting|getting back to) (?:us|me)\\b`,
      ),
      /\bon (?:its|their) way (?:back )?to us\b|\bwaiting (?:on|for) (?:her|him|them|customer) (?:for|to)\b/,
      /^(?!.*\b(?:heard|nothing|emails?|letters?|calls?|missed)\b)(?:[£$€]?\w[\w.,]* ){1,3}from (?:her|him|them|customer) (?:by|on|tomorrow|today|\w+day|the \d|\d{1,2}(?:st|nd|rd|th))\b/,
      /^(?:customer )?(?:says?|said) (?:that )?(?:the|her|his|their|it)(?: \w+){0,3} (?:is|are) (?:in|already in) the post\b(?! box| office)/,
      /^(?:customer |she |he )?(?:says?|said) (?:the |her |his )?(?:signed |completed )?(?:forms?|cheque|payment|documents|docs|paperwork|contract|keys) (?:(?:is |are )?going )?in (?:the )?post (?:by |on )?(?:today|tomorrow|\w+day)\b/,
      /^(?:\w+ )?(?:payslips?|documents?|docs|forms?|paperwork|photos?|id|statements?|proof|contract) coming (?:over|in|across|through|back)\b/,
      new RegExp(`^${THEM} (?:is|are) ${DOING_NOW} (?:out|over|across|back)\\b`),
      words("(?:coming|to come|to follow|on (?:its|their) way)(?: back)? from (?:her|him|them|customer|m[rs]s? \\w+)"),
    ],
  },
  {
    id: "payment",
    kind: "promise",
    confidence: 0.85,
    owedBy: "them",
    match: [
      words(
        "(?:promised|promises|guarantees|confirmed|confirms|agreed|agrees|guaranteed) (?:to make )?(?:full |the |a )?(?:payment|money|rent|balance)",
      ),
      /^(?:full |part )?payment (?:on |by |for )?(?:today|tomorrow|\w+day|the \d+\w*|\d\S*) (?:is )?promised\b/,
      /\bpayment (?:of \S+ )?(?:is |was |has been )?(?:promised|agreed|arranged|(?:to|will) be made|coming|to follow|confirmed for)\b/,
      words(
        "(?:money|funds|payment|balance|deposit|cheque) (?:will|would|to) (?:go(?! out)|be(?! (?:issued|sent|refunded|released|credited|protected|returned|registered|lodged|paid (?:back|to)))|come|arrive|clear|reach|leave)",
      ),
      words("promise to pay"),
      // "Instalment on the 10th agreed".
      /^(?:the |first |next |full |rest of the )*(?:payment|balance|instal?ment|arrears|remainder|deposit) (?:on|by|for) [^,]*\b(?:agreed|promised)$/,
      /\b(?:agreed|agrees) to (?:an? |the )?(?:[a-z]+ )?(?:payment|instal?ments?|direct debit|standing order)\b/,
      /^[£$€]\d[\d.,]* (?:[a-z]+ ){0,3}(?:agreed|promised)\b(?!.*\b(?:credit|refund|discount|goodwill|off)\b)/,
      /\b(?:rent|balance|arrears|instal?ment|premium|deposit|invoice|fee|bill|excess)(?: [a-z]+){0,3} (?:is |are )?(?:being|getting|(?:to|will) be) paid\b(?! (?:back )?to (?:her|him|them|customer))/,
      /^(?:first|next) [£$€]?\d[\d.,]* (?:comes|is due|due|goes|leaves|arrives) (?:on |by )?(?:today|tomorrow|\w+day|the \d|\d)/,
      /^(?:first|1st|next|initial) (?:instal?ment|payment) (?:of \S+ )?(?:on |due |by |is )*(?:today|tomorrow|\w+day|the \d|\d)/,
      /^(?:the )?(?:rest|remainder|other half|second half) (?:(?:of it|to follow|to be paid|will follow|coming) )*(?:on |by |in )?(?:today|tomorrow|\w+day|the \d|\d|next)/,
      /^(?:promised|promises) (?:to pay )?[£$€]\d(?!.*\b(?:off|credit|refund|discount|goodwill|voucher|compensation)\b)/,
      /^(?!.*\bto (?:her|him|them|customer)\b|.*\bfrom (?:her|his|their|the|an?|our|us) )(?:.*\b)?(?:payment|cheque|money|deposit) (?:is )?(?:on its way|in the post|coming (?:by|on|today|tomorrow|\w+day))\b/,
    ],
  },
];
