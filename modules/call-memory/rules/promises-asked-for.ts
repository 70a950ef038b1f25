import { words } from "./match.ts";
import type { Rule } from "./rule.ts";
import { ARRANGED, CALL_VERB, FOR_A_CALL, MEETING, NO_ACTION, SOON, THEM, VERB } from "./words.ts";

/**
 * Promises of a call: the customer wants one, or it is booked. A customer's wish for a call is our promise, so these come before the
 * rules in which the subject decides.
 */
export const ASKED_FOR: Rule[] = [
  {
    id: "wants-call",
    kind: "promise",
    confidence: 0.95,
    owedBy: "us",
    match: [
      words(
        `(?:wants?|needs?|requests?|requested|asked|asks|would (?:like|appreciate|welcome|prefer|love)|wanted|likes|loves|due|owed) (?:again )?${FOR_A_CALL}`,
      ),
      words(`(?:asking|requesting|looking|waiting) (?:for )?${FOR_A_CALL}`),
      words(
        `(?:wants?|needs?|asked|asks|would (?:like|prefer)|wanted|expecting|expects|waiting for) (?:for )?(?:us|me|somebody|someone|an agent|the agent|our \\w+) to (?:\\w+ )?${VERB}`,
      ),
      words(
        `(?:wants?|needs|would like|asks|asked) (?:us|me|someone|somebody|colleague|our \\w+) to (?!${NO_ACTION}\\b)[a-z]+`,
      ),
      /\b(?:wants|wanted|needs|requests|requested) (?:a )?(?:\d{1,2}[:.]\d\d(?: ?[ap]m)?|\d{1,2} ?[ap]m) (?:on )?(?:today|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b/,
      /\band (?:i|we) (?:said yes|agreed)\b/,
      // "Asks for her bill to be sent again".
      /\b(?:asks|asked|wants|requests|requested) (?:for )?(?:the|her|his|our|an?|another) (?:[a-z]+ )?(?:[a-z]+ )to be (?:re-?sent|sent|emailed|posted|changed|corrected|moved|checked|refunded|cancelled)\b/,
      // "Wants the invoice by tomorrow".
      /\b(?:wants|needs|requests|requested) (?:the|her|his|our|an?) (?:[a-z]+ )?(?:invoice|quote|offer|contract|letter|forms?|documents?|receipt|report|statement|certificate|bill|link) (?:by|before)\b/,
      words(
        `(?:asks?|asked|wants|requests|requested|insists|insisted) (?:that )?(?:we|i|somebody|someone|(?:the |our |an? )?colleague) ${VERB}`,
      ),
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
        `(?:(?:wants?|asked|asks|needs?|would like|would prefer) to|would rather) be (?:called|rung|phoned|telephoned|contacted|emailed|texted|informed|updated|notified|kept (?:informed|updated|posted))(?= ${SOON}|$)`,
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
        "(?:wants|needs|expects|would like) to hear(?= (?:back|by|on|before|today|tomorrow|tonight|soon|either way|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\\b|$)(?!.*\\bfrom (?:her|his|their|the)\\b)",
      ),
      words(
        "(?:wants?|needs?|requests?|requested|asked for|asks for|asking for|would (?:like|appreciate|welcome)) (?:(?:an?|some|the|our|new|another|full|written|quick|duplicate|itemised|itemized|corrected|revised|updated|detailed|printed|final) )*(?:update|news|answer|reply|response|decision|copy|(?:(?<=\\b(?:itemised|itemized|corrected|revised|updated|detailed|printed|final|new|duplicate) )(?:bill|invoice|letter|contract|certificate))|confirmation|breakdown|statement|explanation|callback|quote|receipt)",
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
      /^(?:she|he|they|customer) (?:gets|receives) (?!.*\b(?:calls|emails|letters|texts|too many|every|always)\b)(?:\w+ ){1,5}from (?:us|me)\b/,
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
      /^put (?:the |her |his )?(?:call|call back|visit|appointment|meeting) (?:off|back) (?:to|until)\b/,
      /^told (?:her|him|them|customer) (?:by |on )?(?:\w+day|tomorrow|the \d)(?!.*\b(?:no|not|closed|off)\b)/,
      /^(?:car |vehicle |van )?(?:mot|service) booked in (?:for|on) /,
      /^(?:customer )?(?:(?:has|have) been )?(?:now )?(?:re-?booked|booked|rescheduled|rearranged|re-?arranged|slotted|fitted|squeezed)(?: (?:her|him|them|customer))?(?: in| back)?(?: with (?:the |our |dr )?\w+(?= ))? (?:for |on (?!\d\d?[:.]\d\d)|at )?(?:the )?(?:today|tomorrow|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d)/,
      /^agreed (?:on |for )?(?:tomorrow|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day) at \d/,
      /^(?:zoom|teams|video call|diary call|demo|conference call)\b(?=.*\b(?:today|tomorrow|\w+day|\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))/,
      /\bin (?:the |my |our )(?:calendar|diary)$|^diary (?:for |on |forward )?(?:today|tomorrow|\w+day|\d)/,
      /\b(?:diari[sz]ed|diaried|reminder(?: set)?|set (?:a )?reminder|task set) (?:to|for|on) /,
    ],
  },
];
