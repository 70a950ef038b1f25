import { inOrder } from "./decay.ts";
import { saysTheSame } from "./same.ts";
import type { Claim } from "./schema.ts";

/**
 * Merges claims with the same meaning: each points at the oldest one, which stands for all. Sources stay, and merging again changes
 * nothing. Returns the claims whose `mergedInto` changes. Pinned claims are merged into, never away.
 */
export function merged(claims: readonly Claim[]): Claim[] {
  // Pinned first, so that others are merged into them; then the oldest.
  const all = claims
    .filter((claim) => !claim.isArchived)
    .sort((a, b) => Number(b.isPinned) - Number(a.isPinned) || inOrder(a, b));
  const standing: Claim[] = [];
  const changed: Claim[] = [];
  for (const claim of all) {
    const head = claim.isPinned ? undefined : standing.find((older) => saysTheSame(older, claim));
    const mergedInto = head?.id ?? null;
    if (mergedInto !== claim.mergedInto) changed.push({ ...claim, mergedInto });
    if (!head) standing.push(claim);
  }
  return changed;
}
