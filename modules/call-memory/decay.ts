import { instantOfDue } from "./due.ts";
import { contradiction } from "./same.ts";
import type { Claim, Kind } from "./schema.ts";

const DAY_MS = 86_400_000;

/** Days in which the confidence in a claim halves. Preferences and facts change more slowly than moods. */
export const HALF_LIFE_DAYS: Record<Kind, number> = { promise: 30, objection: 30, risk: 30, preference: 90, fact: 180 };

/** A claim below this confidence is archived: shown in the history of a person, no longer used. */
export const ARCHIVED_UNDER = 0.2;

/** The highest confidence: several calls with the same claim still do not make it certain. */
const CEILING = 0.98;

/** The factor for claims that contradict each other: only a person can decide between them. */
const DOUBT = 0.5;

/**
 * The confidence in a claim at an instant, 0 to 1: its base value and those of the claims merged into it from other calls
 * (1 - product of doubts, one per call, because two sentences of one call are no independent evidence), halved for every half-life since
 * the newest of them. A promise keeps its confidence until it is due. Computed from stored base values only, so that a second
 * computation changes nothing.
 */
export function confidenceAt(claims: readonly [Claim, ...Claim[]], now: Date): number {
  const byCall = new Map<string, number>();
  for (const { unitId, confidence } of claims) byCall.set(unitId, Math.max(confidence, byCall.get(unitId) ?? 0));
  const doubt = [...byCall.values()].reduce((product, confidence) => product * (1 - confidence), 1);
  const base = byCall.size === 1 ? 1 - doubt : Math.min(CEILING, 1 - doubt);
  const since = Math.max(...claims.map(freshUntil));
  const age = Math.max(0, now.getTime() - since) / DAY_MS;
  return base * 2 ** (-age / HALF_LIFE_DAYS[claims[0].kind]);
}

function freshUntil(claim: Claim): number {
  const said = Date.parse(claim.at);
  return claim.kind === "promise" && claim.due ? Math.max(said, instantOfDue(claim).getTime()) : said;
}

/** The ids of the claims to archive at `now`: faded claims, together with the claims merged into them. Pinned claims are never archived. */
export function outlived(claims: readonly Claim[], now: Date): string[] {
  const standing = claims.filter((claim) => !claim.isArchived);
  return weighed(standing, now)
    .filter(({ group, confidence }) => !group.some(({ isPinned }) => isPinned) && confidence < ARCHIVED_UNDER)
    .flatMap(({ group }) => group.map(({ id }) => id));
}

/** The distinct claims, with their confidence at `now`. */
export function weighed(claims: readonly Claim[], now: Date): { group: [Claim, ...Claim[]]; confidence: number }[] {
  const groups = groupsOf(claims);
  const wishes = Map.groupBy(
    groups.map(([head]) => head).filter(({ kind }) => kind === "preference"),
    ({ userId }) => userId,
  );
  return groups.map((group) => {
    const [head] = group;
    const isDoubted = wishes.get(head.userId)?.some((other) => contradiction(head, other) !== null) ?? false;
    return { group, confidence: confidenceAt(group, now) * (isDoubted ? DOUBT : 1) };
  });
}

/** Groups of claims with the same meaning; the first of each group is the oldest, and stands for all. */
export function groupsOf(claims: readonly Claim[]): [Claim, ...Claim[]][] {
  const groups = Map.groupBy(claims, (claim) => claim.mergedInto ?? claim.id);
  return [...groups.values()].map(
    (group) => group.sort((a, b) => place(a) - place(b) || inOrder(a, b)) as [Claim, ...Claim[]],
  );
}

/** The claims that are not merged into another one. */
export function heads(claims: readonly Claim[]): Claim[] {
  return groupsOf(claims).map(([head]) => head);
}

/** Compares claims: older first; claims of one call in the order of its notes. */
export function inOrder(a: Claim, b: Claim): number {
  return Date.parse(a.at) - Date.parse(b.at) || a.span.from - b.span.from || a.id.localeCompare(b.id);
}

function place({ mergedInto }: Claim): number {
  return mergedInto === null ? 0 : 1;
}
