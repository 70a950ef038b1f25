import type { Rule } from "./rule.ts";
import { CALL_VERB, DIARY, DONE, SOON, THEM, US, VERB } from "./words.ts";

/** Promises in the telegraph style of notes: a thing to do, a call back, a thing by a day, a call at a time. */
export const NOTED: Rule[] = [
  {
    id: "to-do",
    kind: "promise",
    confidence: 0.85,
    owedBy: "subject",
    match: [
      new RegExp(
        `^(?:(?:${THEM}|${US}) )?to ${VERB}\\b(?!.* (?:is|are|costs?|takes|would be|will be (?:an? )?(?:extra|\\d)|means)\\b(?! (?:due|ready|back)))`,
      ),
      new RegExp(
        `^(?:action|next steps?|to ?do|plan(?! set)|next(?! (?:scan|order|text|email|fix|read|check|review|pay|quote|collect|set)\\b)|then)s?:? (?:is )?(?:(?:i|we|to) )*${VERB}\\b`,
      ),
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
      // "Sally in accounts to ring her".
      new RegExp(
        `^[a-z]+ (?:in|from) (?:the |our )?(?:[a-z]+ )?(?:${US}|sales|claims|finance|[a-z]+ team) to ${VERB}\\b`,
      ),
      // "Find out about the permit and get back".
      new RegExp(
        `^(?!.*\\b(?:${DONE})\\b)(?:please )?(?:find out|look into|check|investigate|query) .*\\band (?:then )?(?:${CALL_VERB}|let|email|text|update|report)\\b`,
      ),
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
      /^(?:please )?get [a-z]+ to (?:call|ring|phone|email|contact|text|visit) (?:back )?(?:her|him|them|customer)\b/,
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
      /^(?:please )?(?:send|resend|email|text|post|forward|update|let|inform|notify) (?:me|it (?:instead|again|out|over)|her|him|them|customer|the|an?|new|signed)\b/,
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
        `^(?!.*\\b(?:${DONE}|due|valid|until|only|held|expires?|call)\\b)(?:re-?(?:pitch|visit|check|contact|assess|diari[sz]e|submit|quote)|review|check(?! (?:in|out|ups?|list)\\b)|chase|monitor|confirm|resolve|respond|notify|next touch|look at|send|forward|trying)(?: [a-z]+){0,5}? (?:on |by |at |again )*(?:today|tomorrow|\\w+day|the \\d|\\d)`,
      ),
      /^(?:revised |new |full |written |final )?(?:quote|estimate|report|proposal|letter|offer) with (?:the |our |his |her )?[a-z]+ (?:on |by )?(?:today|tomorrow|\w+day|the \d|\d)/,
      /^trying (?:(?:her|him|them|customer|again|later|on|at|after|from) )*(?:today|tomorrow|\w+day|\d)/,
      /^(?:revised |new |full |written |final )?(?:quote|estimate|report|response|reply|answer|proposal|brochure|decision) (?:to (?:her|him|them|customer) )?by\b/,
      /^(?:[a-z]+ ){0,3}(?:response|reply|answer|letter|report|decision|quote|statement|pack|form|offer|contract|certificate|documents|paperwork) (?:to issue|due to (?:her|him|them|customer)|due out|to go) (?:on |by )?(?:today|tomorrow|\w+day|\d|the \d)/,
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
