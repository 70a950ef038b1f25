/** Decides for every promise rule which side owes. */
import type { Parsed } from "./match.ts";
import { CALL_VERB, THEM_ROLE, VERB } from "./words.ts";

const COLLEAGUE_CALLS = new RegExp(
  `^(?!(?:she|he|they|customer|it)\\b)[a-z]+ (?:(?:to|will|is going to) ${CALL_VERB}|(?:is )?(?:calling|ringing|phoning|emailing|texting|visiting|contacting)) (?:back )?(?:her|him|them|customer)\\b`,
);
/** "They" who call "her" are not the customer. */
const COLLEAGUES_CALL = new RegExp(
  `(?<!\\bcustomer\\b.*)\\bthey (?:will|shall|to|are going to|are to) ${VERB} (?:back )?(?:her|him|customer)\\b`,
);
const AN_ORDER = new RegExp(`^(?:please )?${VERB}\\b`);
/** Somebody who calls or sends to "him" is not the customer. */
const AT_THEM = new RegExp(`^(?:will |shall |to |return )*${VERB} (?:back )?(?:her|him|them|customer)\\b`);
const CALLS_US = new RegExp(
  `^(?:will |to )*(?!let us (?!know))${VERB} (?:back )?us\\b|^(?:will|to|going to) (?!.*\\b(?:her|him|them)\\b).*\\b(?:(?:to|for) us|us know|us back|(?:show|give|bring|send) us|(?:tell|ring|call|email|text|phone|update|notify|inform) us)\\b`,
);

/**
 * The person who will act according to a clause: the last one named before the verb. A clause without a subject takes `before`, the
 * subject of the clause before it, when it continues that sentence ("and ring us"); otherwise its subject is the agent.
 */
export function subjectOf(parsed: Parsed, clause: string, before: "us" | "them" | null): "us" | "them" {
  if (COLLEAGUE_CALLS.test(clause) || COLLEAGUES_CALL.test(clause)) return "us";
  if (/^(?:update|notify|inform|call|ring|phone|email|text) customer\b/.test(clause)) return "us";
  if (
    /^(?:i|we) owe\b|^(?:\w+ )?(?:meeting|call|zoom|demo|chat|appointment|consult|consultation|review|viewing|survey) with\b/.test(
      clause,
    )
  )
    return "us";
  if (/^owes (?:us|me)\b/.test(clause)) return "them";
  // "Away until Monday, ringing then".
  if (/^(?:so )?(?:calling|ringing|phoning|trying|going|visiting|attending) (?:then|again|back then)\b/.test(clause))
    return "us";
  if (/^(?!(?:she|he|they|customer)\b)[a-z]+ (?:has |have )?promised (?:her|him|them|customer)\b/.test(clause))
    return "us";
  if (OF_TWO_PEOPLE.test(clause) || /^(?:(?:i|we|have) )*apologi[sz]ed\b/.test(clause)) return "us";
  // "Thursday is good to ring": a time at which the customer may be called.
  if (/\b(?:good|fine|ok|best|better|easiest|convenient) to (?:call|ring|phone|speak|try)(?! us\b)/.test(clause))
    return "us";
  if (
    /\b(?:would suit|suits)\b|^(?:customer|she|he|they) (?:is |was )?(?:ok|okay|happy|fine|good) with\b(?!.*\bus\b)/.test(
      clause,
    )
  )
    return "us";
  if (
    THEIRS_TO_DO.test(clause) ||
    /^(?:(?:will|to|going to) )+(?!.*\b(?:her|him|them|customer)\b).*\b(?:let|tell|send|email|text|ring|call|phone|give|get back to|come back to) (?:back )?me\b/.test(
      clause,
    ) ||
    /^(?:will|to|going to) .*\b(?:on|in|via|through) the (?:app|website|portal)$/.test(clause) ||
    /^(?:her|his|their) (?:plan|intention|aim) is to\b/.test(clause) ||
    /^(?:promises|agrees|undertakes|commits|offers) to (?!.*\b(?:her|him|them|customer)\b)/.test(clause) ||
    /^(?!b?ring\b)[a-z]+ing (?:me|us)\b/.test(clause) ||
    /^(?:has |have )?promised (?:me|us)\b/.test(clause)
  )
    return "them";
  const named = namedIn(parsed, clause);
  if (named !== null) return named;
  if (/^has (?:now |just |also )?(?:promised|agreed|undertaken|offered) to\b/.test(clause)) return "them";
  if (
    /^(?:agreed|agrees|accepted|promised|promises)(?: \w+ly)? to (?!\w+ (?:the |a |our |her |him |his |another |new )*(?:price|quote|brochure|contract|invoice|confirmation|offer|catalogue|statement|refund|tariff|terms|leaflet|label|replacement)\b)(?:(?:sign|pay|settle(?! (?:the |her |his )?(?:claim|complaint|dispute)\b)|send|return|provide|upload)\b|(?:post|email|bring|hand|drop)(?: in| over| back| off)? (?:(?:the|her|his|their|signed) )*(?:keys?|cheque|id|proof|passport|payslips?|photos?|readings?)\b)/.test(
      clause,
    )
  )
    return "them";
  if (
    /^(?:(?:will|shall|to|is|says|said|going to|promises to|be) )*(?:pay|paying|sign|signing|upload|uploading)\b/.test(
      clause,
    )
  )
    return "them";
  const isOrder = AN_ORDER.test(clause);
  if (CALLS_US.test(clause) || /\b(?:call|ring|phone|email|text|inform) (?:back )?us\b/.test(clause)) return "them";
  if (AT_THEM.test(clause)) return "us";
  const goesOn = !isOrder || /^\w+(?: \w+)? (?:us|me)\b|^(?:return|sign|pay|let us)\b/.test(clause);
  return before === "them" && goesOn ? "them" : "us";
}

/** "She will ring him back": of two people only one is the customer, the one who is called. */
const OF_TWO_PEOPLE =
  /\b(?:he|they) (?:rings|ring|calls|call|phones|emails|visits|contacts) (?:back )?her(?= (?:back|on|at|again|today|tomorrow)\b|$)|\b(?:she|they) (?:rings|ring|calls|call|phones|emails|visits|contacts) (?:back )?him\b|\bshe (?:will|would|is to|is going to|to) (?:\w+ ){1,2}him\b|\bhe (?:will|would|is to|is going to|to) (?:\w+ ){1,2}her(?= (?:back|on|at|again|today|tomorrow)\b|$)/;
/**
 * Actions that only a customer does for us, for clauses without a named person: "will bring the form", "returning the router", "to
 * attend Friday".
 */
const THEIRS_TO_DO = new RegExp(
  `^(?:(?:will|shall|to|is|says?|said|going to|(?:agree|agrees|agreed|promise|promises|promised|undertaking|undertakes|undertook|offers|commits|vows) to|be|just|then|also|now|and) )*(?:${[
    "(?:pay(?:ing)?|sign(?:ing)?|renew(?:ing)?|remit(?:ting)?|borrow(?:ing)?|upload(?:ing)?|top(?:ping)? up)\\b(?! (?:her|him|them|customer)\\b)",
    "(?:com(?:e|es|ing)|pop(?:ping)?) (?:in(?:to)?|to (?:the|our) (?:branch|shop|office|store|showroom|clinic|surgery|practice|depot|garage))\\b",
    "call(?:s|ing)? in(?! sick)(?= (?:on |at |to |about |with )?(?:today|tomorrow|[a-z]+day|this|the|our|see|collect|pay|\\d)|$)",
    "(?:collect|pick(?:ing)? up)(?:ing)? (?:the |her |his |their )?(?:new )?(?:car|vehicle|van|order|keys?|prescription|glasses|tickets?)\\b",
    "bring(?:s|ing)? (?!(?:her|him|them|customer)\\b)(?:\\w+ ){1,4}(?:in|along|back|to)\\b",
    "bring(?:s|ing)? (?:(?:the|her|his|a|in|down|full|some) )*(?:payment|deposit|money|cash|cheque|id|documents|papers|paperwork|forms?|keys?|title|proof)\\b(?! (?:for|to|out|round|over) (?:her|him|them|customer)\\b)",
    "return(?:s|ing)? (?:it|them|both)\\b(?! to (?:her|him|them|customer)\\b)",
    "(?:send|post|mail)(?:ing)? (?:it|them|both|(?:the )?(?:old |faulty )?\\w+) back\\b(?! to (?:her|him|them|customer)\\b)",
    "(?:fetch|collect|pick(?:ing)? up|get)(?:ing)? (?:\\w+ ){1,3}from us\\b",
    "putting (?:(?:a|the|down|her|his|their) )*(?:deposit|money|payment)\\b",
    "bringing (?!(?:her|him|them|customer)\\b)(?:[a-z]+ ){1,3}(?:on |by |at )?(?:today|tomorrow|[a-z]+day|the \\d)",
    "making (?:(?:an?|the|her|his|full|part|first|card) )*(?:payment|transfer)\\b",
    "drop(?:ping)? (?:the |her |his |a )?(?:cheque|payment|form|sample|documents?|paperwork|keys?|id) (?:in|off|round)\\b",
    "return(?:s|ing)? (?:the |her |his |it |a )?(?:\\w+ )?(?:router|keys?|forms?|equipment|kit|items?|goods|box|faulty|contract)\\b",
    "clear(?:ing)? (?:the |her |his |their )?(?:bal\\w*|arrears|debt|account)",
    "set(?:ting)? up (?:a |the |her |his )?(?:new )?(?:standing order|direct debit|dd|payment)",
    "read(?:ing)? (?:the |her |his )?meter",
    "(?:send|email|post|text|forward|look for|find|have)(?:s|ing)? (?:(?:in|over|us|through|the|her|his|their|a|signed|completed|two|three|both|some|meter|of|site|damage) )*(?:references?|remittance|payment|money|deposit|rent|cheque|proof|bank details|photos?|pictures|screenshots?|payslips?|receipts?|id|(?:meter )?readings?|po|purchase order)\\b(?! (?:for|to) (?:her|him|them|customer)\\b)",
  ].join("|")})`,
);

/** The subject of a clause, or null. */
export function namedIn(parsed: Parsed, clause: string): "us" | "them" | null {
  const promiser = /^(?:has |have )?(?:promised|agreed|confirmed|said) (?:that )?(i|we|she|he|they)\b/.exec(
    clause,
  )?.[1];
  if (promiser) return THEM_WORD.test(promiser) ? "them" : "us";
  const verb = clause.search(
    /\b(?:will|shall|would|to|am|is|are|promised|agreed|offered|undertook|promises|agrees|offers|call|ring|phone|send|(?:call|ring|phon|send|email|text|updat|contact)ing|wants?|needs?|asked)\b/,
  );
  const subject =
    verb === -1 ? clause.replace(/\b(?:me|us)\b|^took (?:down )?(?:our|my)\b/g, "") : clause.slice(0, verb);
  const last = [...subject.matchAll(SUBJECTS)].at(-1)?.[0];
  if (last !== undefined) return THEM_WORD.test(last) ? "them" : "us";
  const mayBeAPerson = /^\w+ (?:\w+ )?(?:will|to|is|promised|agreed)\b/.test(clause);
  return mayBeAPerson && parsed.has("^#Person+ (will|to|is|promised|agreed)") ? "them" : null;
}

const SUBJECTS =
  /\b(?:i|we|me|us|our|my|agent|engineer|manager|supervisor|colleague|billing|accounts|warehouse|office|credit note|she|he|they|customer|caller|tenant|patient|client|guest|member|owner|resident|applicant|candidate|buyer|seller|borrower|policyholder|donor|subscriber|mr|mrs|ms|miss|dr)\b/g;
const THEM_WORD = new RegExp(`^(?:she|he|they|customer|${THEM_ROLE}|mr|mrs|ms|miss|dr)$`);

/** A promise that a call keeps. */
export function isCall(clause: string): boolean {
  return /\b(?:call|ring|phone|telephone|contact|speak|chase|follow up|touch base|check (?:back )?in|get back|catch up|try|talk|chat|in touch|speaking|talking|pick (?:this|it) up|calling|ringing|phoning|called|rung)\b/.test(
    clause,
  );
}
