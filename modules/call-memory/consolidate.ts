import { inOrder } from "./decay.ts";
import { saysTheSame } from "./same.ts";
import type { Claim } from "./schema.ts";

/** How many claims are compared in one slice. */
const SLICE = 20;

/**
 * Merges claims that say the same: each points at the oldest that says so, which stands for all. Sources stay, and merging again
 * changes nothing. Gives the claims whose `mergedInto` changes, slice by slice, for a caller that must not hold the page for long.
 * Pinned claims are merged into, never away.
 */
export function* merged(claims: readonly Claim[]): Generator<Claim[]> {
  // Pinned first, so that others are merged into them; then the oldest.
  const all = claims
    .filter((claim) => !claim.isArchived)
    .sort((a, b) => Number(b.isPinned) - Number(a.isPinned) || inOrder(a, b));
  const standing: Claim[] = [];
  for (let from = 0; from < all.length; from += SLICE) {
    yield all.slice(from, from + SLICE).flatMap((claim) => {
      const head = claim.isPinned ? undefined : standing.find((older) => saysTheSame(older, claim));
      const mergedInto = head?.id ?? null;
      if (!head) standing.push(claim);
      return mergedInto === claim.mergedInto ? [] : [{ ...claim, mergedInto }];
    });
  }
}
