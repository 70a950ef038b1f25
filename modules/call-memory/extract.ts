import { laterActs } from "./acts.ts";
import { likelihoodOfOurs, likelihoodOfPromise } from "./learnt/likelihood.ts";
import { nameThey } from "./they.ts";
import { isCall, matches, NO_PROMISE, namedIn, type Parsed, parse, RULES, subjectOf } from "./rules/index.ts";
import { type Claim, ENGINE, type Unit } from "./schema.ts";
import { clausesOf, sentencesOf } from "./sentences.ts";
import { inFull } from "./shorthand.ts";
import { namesDay, timeOf } from "./times.ts";
import { topicOf } from "./topics.ts";

/**
 * The claims in the notes of a call: promises with their time, preferences, facts, objections and risks, each with the rule that read it
 * and the sentence it stands in. Reading a unit twice gives the same claims with the same ids. Works without a network or a model.
 */
export function claimsOf(unit: Unit): Claim[] {
  return [...claimsBySentence(unit)].flat();
}

/** The same, sentence by sentence, for a caller that must not hold the page for long. */
export function* claimsBySentence(unit: Unit): Generator<Claim[]> {
  const at = new Date(unit.at);
  for (const { text, from, to, isQuestion } of sentencesOf(unit.notes)) {
    yield readSentence(text, at, unit.zone, isQuestion).map(({ nth, ...read }) => ({
      ...read,
      id: [unit.id, from, to, read.rule, nth, ENGINE].join(":"),
      unitId: unit.id,
      userId: unit.userId,
      sessionId: unit.sessionId,
      engine: ENGINE,
      span: { from, to },
      text,
      topic: topicOf(text, read.kind),
      at: unit.at,
      zone: unit.zone,
      mergedInto: null,
      isArchived: false,
      isPinned: false,
    }));
  }
}

type Read = Pick<Claim, "kind" | "owedBy" | "isCallback" | "confidence" | "rule" | "due"> & { nth: number };

/** The claims of one sentence: a promise per clause, and each other kind once. A reason against a promise holds for the sentence or its clause. */
export function readSentence(text: string, at: Date, zone: string, isQuestion: boolean): Read[] {
  const sentence = inFull(text);
  const read: Read[] = [];
  const clauses = clausesOf(sentence);
  const isHeldBack =
    isQuestion ||
    reasonAgainst(parse(sentence), sentence, OF_THE_SENTENCE) !== null ||
    likelihoodOfPromise(sentence) < UNLIKELY;
  let speaksOf: "us" | "them" | null = OF_THEM.test(sentence) ? "them" : null;
  for (const [nth, said] of clauses.entries()) {
    const clause = nameThey(said, clauses.slice(0, nth)).replace(TIME_FIRST, "");
    const parsed = parse(clause);
    // "She will think about it and ring back": the clause after the "and" is her promise, too.
    const goesOn =
      nth > 0 && WILL_OF_THEM.test(clauses[nth - 1]!) && sentence.includes(` and ${clause}`) && !TO_THEM.test(clause);
    const ownerOf: typeof subjectOf = (...of) =>
      goesOn && namedIn(parsed, clause) === null ? "them" : subjectOf(...of);
    if (!isHeldBack) {
      const before = nth > 0 && sentence.includes(` and ${said}`) ? clauses[nth - 1] : undefined;
      const promisedBefore = read.find((one) => one.kind === "promise" && one.nth === nth - 1);
      const isPromisedBefore = before !== undefined && promisedBefore !== undefined;
      const own =
        (isPromisedBefore && IS_REPORT.test(clause)) || (promisedBefore !== undefined && SAYS_HOW.test(clause))
          ? undefined
          : promiseIn({ parsed, clause, said, ownerOf, speaksOf, nth }, at, zone);
      // "Will look at it and ring back" is one promise.
      const promise =
        own ??
        (isPromisedBefore ? undefined : laterActs(clause, before))
          ?.map((act) =>
            promiseIn({ parsed: parse(act), clause: act, said, ownerOf: subjectOf, speaksOf, nth }, at, zone),
          )
          .find((one) => one !== undefined);
      // "Wants an answer, told him he would hear tomorrow": the wish and what it was answered with are one promise.
      const wish = read.findIndex((one) => one.rule === "wants-call" && one.nth === nth - 1 && one.due === null);
      if (promise?.owedBy === "us" && wish !== -1 && IS_ANSWER.test(clause)) read.splice(wish, 1);
      // "Wants the manager to ring, logged, manager rings tomorrow": the call that is wished for and the one that is planned are one.
      const call = read.findIndex((one) => one.rule === "wants-call" && one.isCallback && one.due === null);
      if (promise?.isCallback && promise.due !== null && call !== -1) read.splice(call, 1);
      if (promise) read.push(promise);
    }
    for (const rule of RULES) {
      if (rule.kind === "promise" || !matches(parsed, clause, rule.match)) continue;
      if (isQuestion || read.some((one) => one.kind === rule.kind)) continue;
      read.push({
        kind: rule.kind,
        owedBy: null,
        isCallback: false,
        confidence: rule.confidence,
        rule: rule.id,
        due: null,
        nth,
      });
    }
    const named = namedIn(parsed, clause);
    // "She is at work, will ring her tomorrow": a clause about the customer's circumstances does not decide who acts next.
    if (named !== null)
      speaksOf =
        named === "them" && [IS_STATE, OUR_ACT, IS_WISH, IS_MATTER].some((one) => one.test(clause)) ? null : named;
  }
  const promises = read.filter((one) => one.kind === "promise");
  // "Tomorrow, I will call her", "At work Wednesday, ring after 5": the day or the time of a single promise may stand in another clause.
  const [only] = promises;
  if (only && promises.length === 1) correctOwner(only, sentence, clauses[only.nth]!);
  if (
    only &&
    promises.length === 1 &&
    (only.due === null || !namesDay(only.due.words)) &&
    (!IS_EVENT.test(sentence) || THEN.test(sentence))
  )
    only.due = (HAS_BEEN.test(sentence) ? null : timeOf(sentence, at, zone)) ?? only.due ?? timeOf(sentence, at, zone);
  return read;
}

/** Sentences like it hold so rarely a promise that what the rules read in them is none. */
const UNLIKELY = 0.27;
/** From here on what is learnt about who owes outweighs the rules. */
const CERTAIN = 0.82;

/** "Will settle in full by Friday" has no subject, and yet it is the customer's. */
function correctOwner(promise: Read, sentence: string, clause: string): void {
  const ours = likelihoodOfOurs(sentence);
  const owedBy = ours >= CERTAIN ? "us" : 1 - ours >= CERTAIN ? "them" : promise.owedBy;
  if (owedBy === promise.owedBy) return;
  promise.owedBy = owedBy;
  promise.isCallback = owedBy === "us" && isCall(clause);
}

type ReadClause = {
  parsed: Parsed;
  clause: string;
  /** The words that name the time. */
  said: string;
  ownerOf: typeof subjectOf;
  speaksOf: "us" | "them" | null;
  nth: number;
};

/** The promise of one clause by the first rule that reads it. */
function promiseIn(
  { parsed, clause, said, ownerOf, speaksOf, nth }: ReadClause,
  at: Date,
  zone: string,
): Read | undefined {
  let isNone: boolean | undefined;
  for (const rule of RULES) {
    if (rule.kind !== "promise" || !matches(parsed, clause, rule.match)) continue;
    isNone ??= reasonAgainst(parsed, clause, OF_A_CLAUSE) !== null;
    if (isNone) return undefined;
    const due = timeOf(said, at, zone);
    if (rule.needsTime && due === null) continue;
    const owedBy: "us" | "them" = rule.owedBy === "subject" ? ownerOf(parsed, clause, speaksOf) : rule.owedBy!;
    const isCallback = owedBy === "us" && isCall(clause);
    return { kind: "promise", owedBy, isCallback, confidence: rule.confidence, rule: rule.id, due, nth };
  }
  return undefined;
}

const WILL_OF_THEM =
  /\b(?:she|he|they|customer|caller|client|mr \w+|mrs \w+|ms \w+) (?:has to|needs to|will|would|shall|is going to|agreed to|promised to|is [a-z]+ing)\b|^(?:she|he|they|customer|m[rs]s? \w+) to [a-z]+ (?!(?:her|him|them|customer)\b)/;
const IS_STATE =
  /^(?:\w+ )*?(?:she|he|they|customer) (?:is|are|was|were|has|have|had|works?|lives?|can not|could not) (?!(?:to|going|promised|agreed|said|happy|sending|paying|calling|coming|bringing|ringing|posting|returning)\b)(?!.*\b(?:will|said|says|agreed|promised)\b)/;
/** "On Monday I call her": a time at the beginning, which is removed before the sentence is read. */
const TIME_FIRST =
  /^(?:(?:on|by|until|at|from) )?(?:(?:next |this )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|tomorrow|today|tonight|(?:the )?\d{1,2}[./]\d{1,2}\.?)(?: (?:morning|afternoon|evening|at \d[\d:.]*(?: ?[ap]m)?|\d{1,2}[:.]\d\d))?,? (?=(?:i|we|she|he|they|customer|colleague) (?!was\b|were\b|had\b))/;
/** "The new tariff starts on Monday": a day of something else, except for "ring her then". */
const IS_EVENT =
  /\b(?:starts|begins|expires|opens|closes|decides|meets|runs out|can not|could not|unable to|not suit|no good|is full|not (?:free|available))\b/;
const THEN = /\b(?:then|that day|same day)\b/;
/** Words of the past: a time beside them is the time of the event, not of a promise. */
const HAS_BEEN = /\b(?:called|rang|phoned|missed|tried|was|were|came|went|sent|paid|arrived|received|left)\b/;
/** An action of the agent during the call: a customer in such a clause is its object, not the next to act. */
const OUR_ACT = /^(?:left|sent|emailed|called|rang|phoned|texted|tried|raised|logged|chased|apologised)\b/;
/** After a wish of the customer, the agent is the next to act. */
const IS_WISH = /\b(?:asked|asks|requested|requests) for\b|\b(?:wants|needs|would like) (?!to\b)/;
/** "Customer chasing the settlement, will ring her": the reason for the call does not decide who acts next. */
const IS_MATTER =
  /^(?:customer|she|he|they) (?:\w+ly )?(?:chasing|querying|asking|enquiring|disputing|complaining|wondering|waiting|requesting|reporting|unhappy|angry|upset|worried|confused|fed up|concerned|cross|annoyed|called|rang|phoned|emailed|queried|asked|chased|reported|complained)\b(?!.*\b(?:will|said|says|agreed|promised)\b)/;
/** "Will check the price and report back": an act that only says how another one went is no promise of its own. */
const IS_REPORT =
  /^(?:then )?(?:tell|update|let|inform|notify|come back|get back|report|confirm|send it)(?: back)?(?: over)?(?: to)?(?: (?:her|him|them|customer|us|me))?(?: (?:back|know))?(?: (?:today|tomorrow|(?:on )?\w+day))?$/;
/** "Can talk Thursday at 10, call then": more words on the promise before. */
const SAYS_HOW =
  /^(?:(?:i|we) will (?:meet|see|join) (?:her|him|them|customer)(?: there| then)?|(?:call|ring|phone|try|speak)(?: (?:her|him|them|customer))? then|(?:(?:i|we) )?will do(?: so)?|(?:i|we) (?:will )?do (?:it|that|this)(?: (?:today|tomorrow))?|(?:putting|doing|sorting|processing|actioning|raising) (?:it|this|that|them)(?: (?:through|in|up|out))?(?: (?:now|today))?|to be [a-z]+\b.*|(?:(?:i|we) )?(?:have )?(?:promised|agreed|confirmed|said)(?: (?:her|him|them|customer))? (?:one|it|that|this|so))$/;
/** What the agent said to a wish in the clause before. */
const IS_ANSWER =
  /^(?:and |so )?(?:(?:(?:i|we|have) )*(?:told|said|promised|assured|advised|agreed)|(?:which )?(?:i|we) (?:will|shall)|will)\b/;
const TO_THEM = /\b(?:her|him|(?<!\b(?:send|return|bring|post|email|sign|forward|upload) )them|customer|please)\b/;
/** A sentence that ends in "she says", or in which somebody will ring "us", is about the customer from its beginning. */
const OF_THEM =
  /^(?!(?:please |kindly )?(?:call|ring|phone|text|email|contact|send) (?:me|him|her|us)\b).*(?:,|(?<!\b(?:what|as|than|like|how|all|everything|whatever|when|if))) (?:she|he|they|customer) (?:says?|said)(?: (?:she|he|they) (?:will|would))?$|^(?:will|going to) .*\band (?:come|get) back to us\b|^(?:will|going to) .*\band (?:then )?(?:call|ring|phone|email|text|tell|let) (?:back )?(?:us|me)\b|^(?:(?:will|(?:is )?going to|agreed to|promised to|offered to) |(?:is )?(?:going )?to talk .* and )(?:then )?(?:let|send|email|give|provide|supply|show|tell|text|call|ring|phone|pay|forward|get back to) (?:us|me)\b|^took (?:down )?(?:our|my) (?:number|details|address)\b|^happy to (?:send|provide|sign|pay|return|bring|email|forward)\b/;
const OF_A_CLAUSE = Object.keys(NO_PROMISE).filter((name) => !["kept to themselves", "hoped for"].includes(name));
const OF_THE_SENTENCE = [
  "hoped for",
  "kept to themselves",
  "turned down",
  "taken back",
  "claimed",
  "conditional",
  "quoted",
  "standing",
  "cancelled",
  "a carrier's",
];

/** The name of the reason why a clause is no promise, or null. */
function reasonAgainst(parsed: Parsed, clause: string, names: string[]): string | null {
  return names.find((name) => matches(parsed, clause, NO_PROMISE[name]!)) ?? null;
}
