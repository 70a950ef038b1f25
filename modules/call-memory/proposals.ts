import type { Claim } from "./schema.ts";

/** The decision of an agent on a proposal. */
export type ProposalVerdict = "accepted" | "edited" | "dismissed";
/** The end of a dormant promise: it was kept in another way, or is not wanted any more. */
export type Settlement = "kept" | "unwanted";
/** `reason`: the reason of a settlement, in the agent's words. */
export type Verdict = { rule: string; verdict: ProposalVerdict | Settlement; at: string; reason?: string };

const OF_PROPOSALS: readonly string[] = ["accepted", "edited", "dismissed"];

/** The id of the callback that a claim proposes. */
export function proposalId(claim: Pick<Claim, "id">): string {
  return `promise_without_callback:${claim.id}`;
}

const LAST = 20;
const LEAST_PRECISION = 0.7;

/** The share of the last 20 proposals of a rule that agents accepted or edited, and how many there were. */
export function livePrecision(
  rule: string,
  verdicts: readonly Verdict[],
): { precision: number | null; proposals: number } {
  const last = verdicts
    .filter((one) => one.rule === rule && OF_PROPOSALS.includes(one.verdict))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .slice(-LAST);
  const right = last.filter((one) => one.verdict !== "dismissed").length;
  return { precision: last.length === 0 ? null : right / last.length, proposals: last.length };
}

/** A rule proposes until agents dismissed more than three in ten of its last 20 proposals. */
export function mayPropose(rule: string, verdicts: readonly Verdict[]): boolean {
  const { precision, proposals } = livePrecision(rule, verdicts);
  return proposals < LAST || precision! >= LEAST_PRECISION;
}

/** The words for the reading of each rule, for the agent whose decisions are its labels. */
export const READS: Record<string, string> = {
  "wants-call": "somebody asks for a call: “wants a call back”",
  booked: "a call or a visit is booked: “visit booked for Thursday”",
  expected: "something is expected of them: “awaiting her call”",
  payment: "a payment is promised: “payment agreed for Friday”",
  will: "“will call”, “is going to ring”",
  "to-come": "something is on its way: “quote to follow”",
  "agreed-to": "it was agreed or promised: “agreed to call Friday”",
  doing: "it is being done: “calling her tomorrow”",
  "takes-on": "somebody takes it on: “rebooking her on the later flight”",
  "takes-on-by": "somebody takes it on for a day: “visiting Thursday”",
  "to-do": "it is to be done: “to call”, “must ring”",
  "call-back": "an instruction: “call back”, “ring her”",
  "thing-by": "a thing and a day: “quote by Wednesday”",
  "call-at": "a call and a time, without a verb: “cb Thu 3pm”",
};

/** The record of a rule: agents took `right` of its last `proposals`, as they were or at another time. */
export type RuleRecord = { rule: string; reads: string; right: number; proposals: number; isStopped: boolean };

/** The records of all rules with a decided proposal: stopped rules first, then the least precise ones. */
export function ruleRecords(verdicts: readonly Verdict[]): RuleRecord[] {
  return [...new Set(verdicts.map(({ rule }) => rule))]
    .map((rule) => ({ rule, ...livePrecision(rule, verdicts) }))
    .filter(({ proposals }) => proposals > 0)
    .toSorted((a, b) => a.precision! - b.precision! || b.proposals - a.proposals)
    .map(({ rule, precision, proposals }) => ({
      rule,
      reads: READS[rule] ?? rule,
      right: Math.round(precision! * proposals),
      proposals,
      isStopped: !mayPropose(rule, verdicts),
    }))
    .toSorted((a, b) => Number(b.isStopped) - Number(a.isStopped));
}
