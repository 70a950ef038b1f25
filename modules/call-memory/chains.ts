import { inOrder } from "./decay.ts";
import { instantOfDue } from "./due.ts";
import { proposalId } from "./proposals.ts";
import type { Claim, Unit } from "./schema.ts";

const QUIET_MS = 24 * 3_600_000;

/** The claims about one matter from conversations with one person, oldest first. */
export type Chain = {
  id: string;
  userId: string;
  topic: string;
  claims: Claim[];
  lastAt: string;
  /** The matter was not mentioned for 24 hours. */
  isDormant: boolean;
  /** The promise of a dormant chain that was due and that nothing shows as kept; null: none. */
  owed: Claim | null;
};

/** The evidence that a promise was kept: the calls with the same person, and the ids of findings that agents have decided about. */
export type Kept = { units: readonly Unit[]; decided: ReadonlySet<string> };

const HOUR_MS = 3_600_000;

export function chainIdOf(claim: Pick<Claim, "userId" | "topic">): string {
  return `${claim.userId}:${claim.topic}`;
}

/** The chains of some claims at an instant. A promise for a later time is not raised before that time. */
export function chainsOf(claims: readonly Claim[], now: Date, kept: Kept): Chain[] {
  const groups = Map.groupBy(
    claims.filter((claim) => !claim.isArchived),
    chainIdOf,
  );
  return [...groups.entries()].map(([id, group]) => {
    const all = group.toSorted(inOrder);
    const last = all.at(-1)!;
    const isDormant = now.getTime() - Date.parse(last.at) >= QUIET_MS;
    const owed = isDormant ? all.findLast((claim) => isOwed(claim, now, kept)) : undefined;
    return {
      id,
      userId: last.userId,
      topic: last.topic,
      claims: all,
      lastAt: last.at,
      isDormant,
      owed: owed ?? null,
    };
  });
}

/** The promises that are settled together with the owed promise of a chain: all of the same side in it that are due. */
export function settledWith(chain: Chain, now: Date): string[] {
  const { owed, claims } = chain;
  return claims.flatMap(({ id, kind, owedBy, due, ...claim }) => {
    const isDue = due === null || instantOfDue({ due, ...claim }) <= now;
    return kind === "promise" && owedBy === owed?.owedBy && isDue ? [id] : [];
  });
}

export function dormantFindingId(claim: Pick<Claim, "id">): string {
  return `dormant_chain:${claim.id}`;
}

/** A promise whose time has come, that no agent has decided about, and that no later call can have kept. */
function isOwed(claim: Claim, now: Date, { units, decided }: Kept): boolean {
  if (claim.kind !== "promise" || (claim.due !== null && instantOfDue(claim) > now)) return false;
  if (decided.has(proposalId(claim)) || decided.has(dormantFindingId(claim))) return false;
  if (!claim.isCallback) return true;
  const due = claim.due === null ? Date.parse(claim.at) : instantOfDue(claim).getTime() - HOUR_MS;
  return !units.some((unit) => unit.id !== claim.unitId && Date.parse(unit.at) >= due);
}
