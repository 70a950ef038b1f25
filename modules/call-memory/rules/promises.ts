import { words } from "./match.ts";
import type { Rule } from "./rule.ts";
import {
  ARRANGED,
  BE_DONE,
  CALL_VERB,
  DIARY,
  DOING,
  DOING_NOW,
  DONE,
  FOR_A_CALL,
  HAPPENS,
  MEETING,
  NAMED,
  NO_ACTION,
  SENT,
  SOON,
  THEM,
  US,
  VERB,
  SERVICE,
  THEIR_SERVICE,
  A_THING,
  TO_CUSTOMER,
} from "./words.ts";

/** The rules for promises. A customer's wish for a call is our promise, so it comes before the rules in which the subject decides. */
export const PROMISES: Rule[] = [
  {
    id: "wants-call",
    kind: "promise",
    confidence: 0.95,
    owedBy: "us",
    match: [
      words(
        `(?:wants?|needs?|requests?|requested|asked|asks|would (?:like|appreciate|welcome|prefer|love)|wanted|likes|loves|due|owed) ${FOR_A_CALL}`,
      ),
      words(`(?:asking|requesting|looking|waiting) (?:for )?${FOR_A_CALL}`),
      words(
        `(?:wants?|needs?|asked|asks|would (?:like|prefer)|wanted|expecting|expects|waiting for) (?:for )?(?:us|me|somebody|someone|an agent|the agent|our \\w+) to (?:\\w+ )?${VERB}`,
      ),
      words(
        `(?:wants?|needs|would like|asks|asked) (?:us|me|someone|somebody|colleague|our \\w+) to (?!${NO_ACTION}\\b)[a-z]+`,
      ),
      /\band (?:i|we) (?:said yes|agreed)\b/,
      words(`(?:asks?|asked|wants|requests|requested|insists|insisted) (?:that )?(?:we|i|somebody|someone) ${VERB}`),
      words(
        `(?:wants?|needs?|asked|asks|would (?:like|prefer)|wanted|expecting|expects|waiting for) (?:for )?(?:a|the) (?:manager|supervisor|team leader|colleague|advis[eo]r|specialist|engineer|technician) to (?:\\w+ )?${VERB}`,
      ),
      words(
        `(?:wants?|needs?|would (?:like|appreciate)) (?:[\\w'-]+ ){1,7}(?:sent|emailed|posted|texted|forwarded|mailed)`,
      ),
      /\b(?:wants?|asks?|asked|wishes) that (?:we|i|somebody|someone) (?:are [a-z]+ing|(?!(?:are|is|were|was|had|have|did|do|can|could)\b)[a-z]+)/,
      words("call(?: back)? (?:is )?(?:required|requested|needed|wanted)"),
      words("(?:needs?|wants?) (?:calling|ringing|phoning|chasing)"),
      words(
        "(?:needs?|wants?|would (?:like|appreciate)) (?:\\w+ ){1,5}(?:sending|resending|posting|emailing|moving|fixing|changing|sorting|checking|replacing|correcting)",
      ),
      /\b(?:wants?|needs?|would like) (?:the|her|his|their|an?|it|this|that|another) (?:\w+ ){0,4}(?!(?:closed|cancelled|based|needed|related|united|used|red|bed|need|deed|feed|seed|speed)\b)(?:[a-z]{2,}ed|redone|rewritten|taken off|put right|put back)(?: (?:at|out|up|over|into|off))?(?=$| (?:by|to|today|tomorrow|on|before|asap|as soon))/,
      words(
        "(?<!(?:i am|we are|i|we) )to (?:expect|look out for) (?:an? |our |the )?(?:call|letter|email|reply|answer|visit|refund|update)",
      ),
      words(
        `(?:told|advised|assured|informed|promised)(?: (?:her|him|them|customer|m[rs]s? \\w+))? (?:that )?(?:someone|somebody|(?:an?|the|our) (?:\\w+ )?\\w+|(?!(?:she|he|they|it|if|nobody|i|we|you)\\b)[a-z]+) (?:will|would) ${VERB}`,
      ),
      words(
        "(?:will|would|should|to) hear (?:back )?from (?:us|me|our \\w+|colleague|the (?:colleague|team|engineer|manager|office))",
      ),
      words(
        "(?:wants?|wanted|needs?|asked|asks|would like|insists?|insisted|demand\\w*) to (?:speak|talk) (?:to|with) (?:us|me|someone|somebody|our \\w+|(?:an?|the) (?:manager|supervisor|person|human|specialist|colleague|advis\\w+))",
      ),
      words(
        `(?:wants?|asked|asks|needs?|would like) to be (?:called|rung|phoned|telephoned|contacted|emailed|texted|informed|updated|notified|kept (?:informed|updated|posted))(?= ${SOON}|$)`,
      ),
      words(
        "(?:wants?|needs?|would like|asks?|asked) to (?:have|get|receive|see) (?:the|our|an?|his|her) (?:\\w+ )?(?:offer|quote|invoice|contract|letter|documents?|prices?|details|copy|report|statement|receipt|forms?|answer|reply|breakdown)",
      ),
      /^(?:(?:i|we|have) )*(?:assured|promised|guaranteed) (?:her|him|them|customer) (?:that )?(?:it|the|her|his|their|this|that|an?)(?: \w+){0,3} (?:will|would) (?:come|go|arrive|reach|stop)\b/,
      /^(?:customer |she |he |they )?(?:is |are )?expecting (?:us|me)\b/,
      /\b(?:asked|asks|requested|requests) for (?:\d[\d:.]*(?: ?[ap]m)? (?:on )?(?:\w+day|tomorrow)|(?:\w+day|tomorrow) at \d)/,
      words(
        "(?:expecting|awaiting|waiting for|expects) (?:our|my) (?:call|reply|answer|email|decision|offer|quote|letter|visit|price|response)",
      ),
      /\blooking forward to (?:my|our) (?:call|visit|reply|answer)\b/,
      words("(?:expecting|expects|waiting|wants|needs) to hear (?:back )?from (?:us|me)"),
      words(
        "(?:wants?|needs?|requests?|requested|asked for|asks for|asking for|would (?:like|appreciate|welcome)) (?:(?:an?|some|the|our|new|another|full|written|quick|duplicate|itemised|itemized|corrected|revised|updated|detailed|printed|final) )*(?:update|answer|reply|response|decision|copy|(?:(?<=\\b(?:itemised|itemized|corrected|revised|updated|detailed|printed|final|new|duplicate) )(?:bill|invoice|letter|contract|certificate))|confirmation|breakdown|statement|explanation|callback|quote|receipt)",
      ),
      words(
        `(?:please (?:have|get) [a-z]+|(?:get|have|having|getting) (?:somebody|someone|the \\w+|a \\w+|an \\w+|our \\w+)) (?:to )?${CALL_VERB}`,
      ),
      words(`(?:somebody|someone) (?:should|to|must|needs to|has to) ${VERB}`),
      new RegExp(
        `^(?:(?:i|we|have) )*(?:assured|promised|guaranteed|told|gave (?:her |him |them )?my word)(?: (?:her|him|them|customer|${THEM}))? (?:that )?(?:the|an?|her|his|it|this|that|\\w+)(?: \\w+){0,3} (?:will|would) be (?:\\w+ed|sent|paid|done|made)\\b`,
      ),
      // "I have told her it will be back by Thursday": a statement of ours about the future is our promise.
      /^(?:(?:i|we|have|has|had|colleague) )*(?:told|advised|assured|promised|informed)(?: (?:her|him|them|customer|m[rs]s? \w+)) (?:that )?(?:it|the|her|his|their|this|that|a|an)(?: \w+){0,3} (?:will|would) be (?:back|with|ready|there|done|live|sorted|out|in|fixed|delivered|sent)\b/,
      /^(?:(?:i|we|have) )*(?:told|assured|promised) (?:her|him|them|customer) (?:that )?(?:she|he|they) (?:will|would) (?:get|have|receive|hear)\b/,
      /^(?:i|we) (?:have )?(?:said|promised|agreed|confirmed|told (?:her|him|them|customer)) (?:that )?(?:she|he|they|customer) (?:will|would) (?:have|get|receive|hear)\b/,
      /\b(?:she|he|they|customer) (?:gets?|is getting|is due) (?:an? |the |our )?(?:call(?: back)?|visit|letter|reply|answer|email) (?:(?:from us|later|by|on|at|back|first thing) )*(?:today|tomorrow|tonight|(?:next )?\w+day\b|\d)/,
      /^(?:she|he|they|customer) has (?:our|my) word\b|\binsist(?:s|ed|ing) on (?:an? |the )?(?:call|call back|visit|answer|reply)\b/,
      /\bwaiting (?:on|for) (?:us|me) (?:for|to)\b/,
      /^our (?:answer|reply|letter|quote|decision|call|call back|report) (?:is )?due\b/,
      words("(?:due|owed) (?:to (?:her|him|them) )?from us"),
      words(
        "(?:wait|waits|waiting) for (?:our|my) (?:call|reply|answer|email|letter|visit|offer|quote|price|decision)",
      ),
      words("(?:expecting|expects|awaiting|waiting (?:for|on)) (?:an? )?\\w+ (?:\\w+ )?from (?:us|me|our)"),
      new RegExp(
        `\\b(?:get|getting|have|having|ask|asking|asked|instructed) (?:the |our |an? )?(?:[a-z]+ )?colleague to (?!${NO_ACTION}\\b)[a-z]+`,
      ),
      /\b(?:passed|escalated|referred|handed|assigned)\b.* to (?:[a-z]+ ){1,3}(?:for (?:an? )?(?:call back|call|reply|response|answer)\b|to (?:call|ring|phone|contact|reply|respond|write)\b)/,
      /\b(?:wants?|needs?|asked for|would like) (?:the|an?|our|his|her|some) (?:[a-z]+ ){1,4}in writing\b/,
      // "Escalated to second line, who will ring her": the department that it was passed to acts for us.
      /\b(?:passed|escalated|referred|handed|assigned)\b.* to (?:[a-z\d]+ ){1,3}(?:who|and they|they) (?:will|shall|are going to|are to) /,
      words("leave (?:it|this|that) with (?:me|us)|(?:her|him|them) to expect (?:me|us)"),
      words(
        "(?:can|may|should) expect (?:our|an?|the) (?:\\w+ )?(?:call|letter|email|reply|answer|visit|refund|update|quote|parcel|delivery|form|decision)",
      ),
      words(
        `asked (?:the |our )?(?!(?:her|him|them|his|their|customer|us|me|for|that|the customer)\\b)(?:\\w+ ){1,4}to ${CALL_VERB} (?:back )?(?:her|him|them|customer)`,
      ),
      /\b(?:she|he|they|customer) will (?:\w+ly )?(?:get|receive) (?:an? |our )(?:call(?: back)?|letter|email|text|reply|answer|visit|refund|quote)\b/,
      words("(?:will|would|to|should) (?:get|have|receive) (?:\\w+ ){1,5}from (?:us|me|our \\w+)"),
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
      /\b(?:credit|refund|discount|reduction|replacement)(?: of \S+)? (?:is |was )?agreed\b/,
      /^(?:i|we) have (?:an? |the )?(?:(?:tele)?phone |video )?(?:appointment|call|meeting|demo) (?:with|booked)\b/,
      /^(?:customer|she|he|they) (?:can|is able to) (?:talk|speak|take a call|chat) (?:(?:to us|on|at|from|after|again) )*(?:today|tomorrow|\w+day|\d)/,
      /^(?:(?:i|we) )?(?:have )?(?:got|booked|put|fitted|squeezed) (?:her|him|them|customer) in (?:for|on) /,
      /^(?:she |he |they |customer )?(?:can|may|is to) be (?:rung|called|phoned|reached|contacted) (?:(?:on|at|from|after|again|back) )*(?:today|tomorrow|tonight|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d)\b/,
      /^offered (?:her |him |them |customer )?(?:the \d|tomorrow|\w+day)\b.* and (?:she|he|they|customer) (?:took|accepted|agreed|is happy|was happy|said yes)\b/,
      /^put (?:her|him|them|customer) down for (?:an? |the )?(?:call back|call|visit|slot|appointment|service|repair)\b/,
      new RegExp(
        `^(?:[a-z]+ ){0,2}${MEETING} (?:on |for |at )?(?:the \\d+\\w\\w|\\w+day|tomorrow) (?:is )?${ARRANGED}$`,
      ),
      /^(?:so )?(?:on )?(?:the \d+\w\w|tomorrow|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?: (?:morning|afternoon|evening|at \d[\d:.]*(?: ?[ap]m)?))? it is$/,
      /^(?:an? |the )?(?:update|answer|reply|response|decision|call|call back|letter|quote) promised (?:by|for|on) /,
      /^(?:so )?we (?:said|settled on|fixed) (?:on |for )?(?:the \d|tomorrow|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)/,
      /^(?:re-?arranged|re-?booked|re-?scheduled|moved|postponed|put back|brought forward):? (?:.*\b(?:visit|appointment|call(?: back)?|meeting|slot|delivery|engineer|colleague|collection|viewing)\b.* )?(?:to |for |on )?(?:the \d|tomorrow|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d)/,
      /^told (?:her|him|them|customer) (?:by |on )?(?:\w+day|tomorrow|the \d)(?!.*\b(?:no|not|closed|off)\b)/,
      /^(?:car |vehicle |van )?(?:mot|service) booked in (?:for|on) /,
      /^(?:customer )?(?:(?:has|have) been )?(?:now )?(?:re-?booked|booked|rescheduled|rearranged|re-?arranged|slotted|fitted|squeezed)(?: (?:her|him|them|customer))?(?: in| back)?(?: with (?:the |our |dr )?\w+(?= ))? (?:for |on (?!\d\d?[:.]\d\d)|at )?(?:the )?(?:today|tomorrow|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d)/,
      /^agreed (?:on |for )?(?:tomorrow|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day) at \d/,
      /^(?:zoom|teams|video call|diary call|demo|conference call)\b(?=.*\b(?:today|tomorrow|\w+day|\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))/,
      /\bin (?:the |my |our )(?:calendar|diary)$|^diary (?:for |on |forward )?(?:today|tomorrow|\w+day|\d)/,
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
      new RegExp(
        `^${THEM} (?:has |have )?(?:assured|told|promised|guaranteed) (?:me|us) (?:that )?(?:\\w+ ){1,5}will be [a-z]+(?:ed|t|d)\\b`,
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
      /^(?!.*\b(?:heard|nothing|emails?|letters?|calls?|missed)\b)(?:\w+ ){1,3}from (?:her|him|them|customer) (?:by|on|tomorrow|today|\w+day)\b/,
      /^(?:customer )?(?:says?|said) (?:that )?(?:the|her|his|their|it)(?: \w+){0,3} (?:is|are) (?:in|already in) the post\b(?! box| office)/,
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
        "(?:promised|promises|confirmed|confirms|agreed|agrees|guaranteed) (?:to make )?(?:full |the |a )?(?:payment|money|rent|balance)",
      ),
      /^(?:full |part )?payment (?:on |by |for )?(?:today|tomorrow|\w+day|the \d+\w*|\d\S*) (?:is )?promised\b/,
      /\bpayment (?:of \S+ )?(?:is |was |has been )?(?:promised|agreed|arranged|(?:to|will) be made|coming|to follow|confirmed for)\b/,
      words(
        "(?:money|funds|payment|balance|deposit|cheque) (?:will|would|to) (?:go|be(?! (?:issued|sent|refunded|released|credited|protected|returned|registered|lodged|paid (?:back|to)))|come|arrive|clear|reach|leave)",
      ),
      words("promise to pay"),
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
        `^(?:(?:${THEM}|${US}|(?:someone|somebody|one) (?:of|from) (?:our|the)(?: \\w+){1,2}|and|says?|said|have|then|advised|explained|confirmed|assured|told (?:the )?(?:${THEM}|her|him|them)|that) )*(?:will|shall|would(?<=\\b(?:said|told|assured|confirmed|promised)\\b.*would)) (?!${HAPPENS}\\b)[a-z]+`,
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
      /^(?:the |her |his |our )?(?:[a-z]+ )?(?:letter|forms?|pack|parcel|order|contract|email|quote|card|invoice|cheque|refund|payment|documents?)(?: to (?:her|him|them|customer))? (?:goes|is going) (?:out|off)\b/,
      /\b(?:to|will) be ready (?:\w+day|for|to|on|by|at|today|tomorrow)\b/,
      /\bgo(?:es)? (?:out )?to (?:her|him|them|customer)\b(?<!\b(?:will not|did not|does not) .*)/,
      /^(?!.*\b(?:wants?|easy|hard|difficult|instructions|steps|rules|who|what|how)\b)(?:[a-z]+ ){1,4}to follow\b(?! from)/,
      new RegExp(
        `^(?!(?:she|he|they|customer)\\b)(?!.*\\b(?:${DONE})\\b)(?:[a-z]+ ){1,3}out to (?:her|him|them|customer)\\b`,
      ),
      words("(?:to|will|should) be (?:with|over to) (?:her|him|them|customer)"),
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
        "(?:promised|promises|owe|owes)(?: (?:me|us|her|him|them|m[rs]s? \\w+))? (?:an?|the|her|his|their|some) \\w+",
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
      /^(?:customer )?(?:says?|said) (?:that )?(?:she|he|they) (?:makes|pays|sends|brings|comes|signs|calls|transfers|gives)\b/,
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
  {
    id: "to-do",
    kind: "promise",
    confidence: 0.85,
    owedBy: "subject",
    match: [
      new RegExp(`^(?:(?:${THEM}|${US}) )?to ${VERB}\\b`),
      new RegExp(`^(?:action|next steps?|to ?do|plan(?! set)|next|then)s?:? (?:is )?(?:(?:i|we|to) )*${VERB}\\b`),
      new RegExp(
        `^(?:(?:i|we) )?(?:still |just |now )?(?:must|have to|need to) (?:\\w+ (?:the|an?) (?:\\w+ )+(?:from \\w+ )?and )?${VERB}\\b`,
      ),
      new RegExp(`^[a-z]+ to ${CALL_VERB} (?:her|him|them|customer)\\b`),
      new RegExp(
        `^(?:(?:let us|i|we) (?!gets? |thinks? |read |put |set |let |cut )${VERB}|(?:she|he|they|customer) (?!gets? |thinks? |read |put |set |let |cut |checks? in |returns? (?:on |from |to |home |\\w+day)|decides? |speaks? |talks? |makes? |does? |asks? |looks? |finds? |keeps? )${VERB}s?) (?!\\w+ed\\b|monthly|weekly|by (?:card|dd|direct|standing))`,
      ),
      /^(?:i|we) offer (?:her|him|them|customer)\b/,
      /^(?:i|we) (?:still |just |now |also )?(?:must|(?:have|need|have got|got|am|are) to) (?!(?:admit|say|add|confess|laugh|apologi[sz]e|agree|assume|accept|understand)\b)(?!(?:be|wait|have|know|stay|leave|go|the|an?)\b)[a-z]+/,
      /^(?:[\w'-]+ ){0,6}to go out\b/,
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
        `^(?:(?:please|kindly|must|need to|needs to|we|i) )*${CALL_VERB}(?: (?:with )?(?:me|her|him|them|us|customer|mr|mrs|ms|dr)\\b| (?!by (?:post|email|letter|text)|on (?:the |her |his )?(?:mobile|landline|cell|work|home|phone)\\b)${SOON}|$)`,
      ),
      /^(?:get|have) (?:the|an?|her|his|their|it|this|that)(?: \w+){0,3} (?:[a-z]{2,}ed|done|redone|rewritten)\b(?! (?:to|by|in) (?:me|us)\b)/,
      /^(?:please )?(?:tell|remind) (?:her|him|them|customer)\b|^(?:please )?let [a-z]+(?: [a-z]+)? know\b/,
      new RegExp(
        `^(?!.*\\b(?:${DONE})\\b)(?:please )?(?:arrange (?:for )?|organi[sz]e |book |order |prepare |draft |request )(?:an? |the |another |new )[a-z]`,
      ),
      /^(?:get|have) (?:the |a |an |her |his )?\w+ (?:out|over|off|sent|done|posted|across)\b/,
      /^(?:going|visiting|attending|trying) (?:back |again )?then$/,
      /^again (?:on |at )?(?:today|tomorrow|\w+day|\d)/,
      /^(?:try(?:ing)? again|(?:calling|ringing) again|follow up|chase|speak again|review with|revisit|reconvene)\b/,
      new RegExp(
        `^(?!.*\\b(?:${DONE})\\b)(?:please )?(?:send|email|text|post|forward) (?:confirmation|copy|quote|forms?|documents?|letter|invoice|details|link|contract|brochure|statement|paperwork|receipt|proof)\\b`,
      ),
      new RegExp(
        `^(?!.*\\b(?:${DONE})\\b)(?:please )?(?:send|resend|forward) (?!(?:it|them|this|that|by|via|in|as|date|button|queue|failed|and)\\b)[a-z]+ \\w`,
      ),
      /^please (?:send|resend|email|post|forward|call|ring|text)(?: it)?$/,
      /^(?:please )?report (?:back )?to (?:her|him|them|customer)\b/,
      /^(?:please )?keep (?:her|him|them|customer) (?:in the loop|posted|updated|informed|up to date)\b/,
      /^(?:please )?(?:send|resend|email|text|post|forward|update|let|inform|notify) (?:me|her|him|them|customer|the|an?|new|signed)\b/,
    ],
  },
  {
    // A call and a future time without a contradiction: telegraph style has no verbs.
    id: "thing-by",
    kind: "promise",
    confidence: 0.8,
    owedBy: "us",
    needsTime: true,
    match: [
      // "Review account on the 13th": a task in telegraph style.
      new RegExp(
        `^(?!.*\\b(?:${DONE}|due|valid|until|only|held|expires?|call)\\b)(?:re-?(?:pitch|visit|check|contact|assess|diari[sz]e|submit|quote)|review|check(?! (?:in|out|ups?|list)\\b)|chase|monitor|confirm|notify|next touch|look at|send|forward|trying)(?: [a-z]+){0,5}? (?:on |by |at |again )*(?:today|tomorrow|\\w+day|the \\d|\\d)`,
      ),
      /^(?:revised |new |full |written |final )?(?:quote|estimate|report|proposal|letter|offer) with (?:the |our |his |her )?[a-z]+ (?:on |by )?(?:today|tomorrow|\w+day|the \d|\d)/,
      /^trying (?:(?:her|him|them|customer|again|later|on|at|after|from) )*(?:today|tomorrow|\w+day|\d)/,
      /^(?:revised |new |full |written |final )?(?:quote|estimate|report|response|reply|answer|proposal|brochure|decision) (?:to (?:her|him|them|customer) )?by\b/,
      /^(?:[a-z]+ ){0,3}(?:response|reply|letter|report|decision|quote|statement|pack|form|offer|contract|certificate|documents|paperwork) (?:to issue|due to (?:her|him|them|customer)|due out|to go) (?:on |by )?(?:today|tomorrow|\w+day|\d|the \d)/,
      /^(?:[a-z]+ ){0,2}(?:quote|estimate|report|letter|contract|form|forms|card|invoice|statement|proposal|brochure|pack|samples?|docs|documents|tickets) out (?:today|tomorrow|on|by|\w+day|\d+)\b/,
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
        `^(?!.*\\b(?:${DONE}|overdue|needed|cancel\\w*|no|has|have|her|his|their|moved to|annual|weekly|team)\\b|.*s' |mot due\\b)(?:[a-z']+ ){0,2}${DIARY}(?: with (?:us|me|colleague|customer|her|him|(?:the |our )?[a-z]+|(?:m[rs]s?|dr) \\w+|colleague [a-z]+|[a-z]+ colleague))?(?: (?:is|now|due))* (?:on |at |by |for )?(?:today|tomorrow|\\w+day|\\d)`,
      ),
      new RegExp(
        `^(?!.*\\b(?:${DONE})\\b)(?:colleague|replacement|new \\w+|parts?|call) due (?:on |by |at |in )?(?:today|tomorrow|\\w+day|\\d|the \\d)`,
      ),
      /^(?:new (?:time|date|slot) (?:is )?(?:for )?|redeliver\w* |re-?send |re-?visit |review |advise (?:\w+ )?|answer (?:to \w+ )?|(?:proposal|quote|contract|offer|pack|letter|form) (?:over |out )?(?:to (?:her|him|them|customer) ))(?:on |at |by )?(?:today|tomorrow|\w+day|\d|the \d)/,
      new RegExp(
        `^(?!.*\\b(?:${DONE}|cancel\\w*|no|not|cannot|failed)\\b)(?:our |the |an? )?colleague (?:(?:out|in|round|there|back|going|coming|attending|visiting|calling|booked|first thing|early|on site|at (?:theirs|hers|the \\w+)|with (?:her|him|them|customer)) )*(?:on |at |from |between )?(?:today|tomorrow|\\w+day|the \\d|\\d)`,
      ),
      /^(?:at )?\d[\d:.]*(?: ?[ap]m)? (?:on )?(?:\w+day|tomorrow|today) to (?:go (?:through|over)|discuss|talk|run through|finish|complete)\b/,
      /^(?:at )?\d[\d:.]*(?: ?[ap]m)? (?:on )?(?:\w+day|tomorrow|today) (?:is |was )?(?:agreed|booked|arranged|confirmed|fine with (?:her|him|them))$/,
      /^(?:(?:next )?\w+day|tomorrow|today|the \d+\w\w) (?:at )?\d[\d:.]*(?: ?[ap]m)? (?:is |was )?(?:agreed|booked|arranged|confirmed|fine with (?:her|him|them))$/,
      new RegExp(
        `^(?!.*\\b(?:${DONE}|only|prefers?|needs? to|can|could|switched off|answering|engaged|kept|overdue|redelivered|(?:phone|contact|mobile) number|call (?:cent(?:re|er)|recording|log|charges?|list|volumes?|waiting|back list)|(?:first|second|third|\\d(?:st|nd|rd|th)) call|opens|closes)\\b).*\\b(?:${CALL_VERB.slice(3, -1)}|try(?: (?:her|him|them|customer|again))?|(?:next|second|third|final|another|further|one more|2nd|3rd|\\dth) (?:attempt|go|try)(?! (?:made|failed|was))|speaking|talk(?:ing)?|chat|instead(?: please)?$|catch (?:her|him|them)|reach (?:her|him|them)|pick (?:this|it) up|check back)\\b`,
      ),
    ],
  },
];
