import { z } from "zod";
import { weighed } from "./decay.ts";
import { dueWords, quoted } from "./due.ts";
import type { Claim } from "./schema.ts";

/** A text whose sentences name the claims that they come from. */
export const summary = z.object({
  title: z.string(),
  sentences: z.array(z.object({ text: z.string(), sources: z.array(z.string()).min(1) })),
});
export type Summary = z.infer<typeof summary>;

/** The names of the persons, by their ids. */
export type Names = ReadonlyMap<string, string>;

/** The order of the sentences. */
const ORDER: Record<Claim["kind"], number> = { promise: 0, risk: 1, objection: 2, preference: 3, fact: 4 };

/** The summary of one session: its promises first, then the other claims. */
export function sessionSummary(sessionId: string, claims: readonly Claim[], now: Date, names: Names): Summary {
  const mine = claims.filter((claim) => claim.sessionId === sessionId);
  const calls = new Set(mine.map((claim) => claim.unitId)).size;
  return {
    title: `What was learnt in ${calls === 1 ? "one call" : `${calls} calls`}`,
    sentences: sentencesFrom(mine, now, names),
  };
}

/** The claims about one person as a brief, for the agent who is about to call. */
export function userBrief(userId: string, claims: readonly Claim[], now: Date): Summary {
  return {
    title: "Before you call",
    sentences: sentencesFrom(
      claims.filter((claim) => claim.userId === userId),
      now,
      null,
    ),
  };
}

/** The handover to a colleague: promises and risks of a session. */
export function handover(sessionId: string, claims: readonly Claim[], now: Date, names: Names): Summary {
  const open = claims.filter(
    (claim) => claim.sessionId === sessionId && (claim.kind === "promise" || claim.kind === "risk"),
  );
  return { title: "To keep for others", sentences: sentencesFrom(open, now, names) };
}

/** One day, `2026-03-02`. */
export function dayReport(
  day: string,
  claims: readonly Claim[],
  now: Date,
  { names, dayOf }: { names: Names; dayOf: (claim: Claim) => string },
): Summary {
  return {
    title: `What was learnt on ${day}`,
    sentences: sentencesFrom(
      claims.filter((claim) => dayOf(claim) === day),
      now,
      names,
    ),
  };
}

/** `names`: null for claims of one known person. */
function sentencesFrom(claims: readonly Claim[], now: Date, names: Names | null): Summary["sentences"] {
  const standing = claims.filter((claim) => !claim.isArchived);
  return weighed(standing, now)
    .toSorted(
      (a, b) =>
        ORDER[a.group[0].kind] - ORDER[b.group[0].kind] ||
        b.confidence - a.confidence ||
        a.group[0].id.localeCompare(b.group[0].id),
    )
    .map(({ group }) => ({
      text: sentenceOf(group[0], group.length, names && (names.get(group[0].userId) ?? `customer ${group[0].userId}`)),
      sources: group.map((claim) => claim.id),
    }));
}

/** A sentence that adds nothing to the note: it quotes its words. */
function sentenceOf(claim: Claim, said: number, name: string | null): string {
  const often = said > 1 ? ` (said in ${said} notes)` : "";
  const quote = `${quoted(claim)}${often}.`;
  if (claim.kind !== "promise") return `${LEAD[claim.kind]}${name === null ? "" : ` of ${name}`}: ${quote}`;
  const due = claim.due ? ` ${dueWords(claim.due)}` : "";
  const act = claim.isCallback ? "a call" : "something";
  return claim.owedBy === "us"
    ? `We owe ${name ?? "them"} ${act}${due}: ${quote}`
    : `${name ?? "They"} ${name === null ? "owe" : "owes"} us something${due}: ${quote}`;
}

const LEAD = { risk: "Risk", objection: "Objection", preference: "Preference", fact: "Fact" };
