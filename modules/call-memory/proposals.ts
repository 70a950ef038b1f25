import type { Claim } from "./schema.ts";

/** What an agent did with what was proposed. */
export type ProposalVerdict = "accepted" | "edited" | "dismissed";
/** What became of a promise that went quiet: it was kept in another way, or is not wanted any more. */
export type Settlement = "kept" | "unwanted";
/** `reason`: of a settlement, in the agent's words. */
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
