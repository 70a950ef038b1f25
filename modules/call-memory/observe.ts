import { z } from "zod";
import { localTime } from "#lib/time/zone";
import { groupsOf, heads, inOrder } from "./decay.ts";
import { dueWords, instantOfDue, quoted } from "./due.ts";
import { proposalId } from "./proposals.ts";
import { contradiction } from "./same.ts";
import type { Claim } from "./schema.ts";

/** A callback that the desk knows of already. */
export const knownCallback = z.object({ userId: z.string(), scheduledFor: z.string() });
export type KnownCallback = z.infer<typeof knownCallback>;

/** A finding that the desk shows about a person, with the claims it is based on. */
export const finding = z.object({
  /** Derived from the observer and the claims, so that a second observation finds the same one. */
  id: z.string(),
  observer: z.string(),
  userId: z.string(),
  sentence: z.string(),
  claimIds: z.array(z.string()).min(1),
  /** A callback that one press schedules; the time is on the clock of `zone`. With a null `local` the agent is asked for the time. */
  proposal: z.object({ local: z.string().nullable(), zone: z.string(), reason: z.string() }).nullable(),
});
export type Finding = z.infer<typeof finding>;

type Context = { callbacks: readonly KnownCallback[]; now: Date };
type Observer = (claims: readonly Claim[], context: Context) => Finding[];

const HOUR_MS = 3_600_000;

/**
 * Proposes a callback for each promise of a call that no callback keeps and whose time has not passed. Of promises with the same
 * meaning the newest counts.
 */
function promiseWithoutCallback(claims: readonly Claim[], { callbacks, now }: Context): Finding[] {
  return groupsOf(claims.filter((claim) => claim.isCallback && !claim.isArchived))
    .map((group) => group.toSorted((a, b) => inOrder(b, a)))
    .flatMap(([claim, ...older]) => {
      if (claim === undefined || (claim.due !== null && instantOfDue(claim) <= now)) return [];
      if (callbacks.some((callback) => keeps(callback, claim))) return [];
      return [
        {
          id: proposalId(claim),
          observer: "promise_without_callback",
          userId: claim.userId,
          sentence: claim.due
            ? `You promised to call ${dueWords(claim.due)}, and no callback is scheduled: ${quoted(claim)}.`
            : `You promised to call back, and no callback is scheduled: ${quoted(claim)}. When?`,
          claimIds: [claim.id, ...older.map(({ id }) => id)],
          proposal: { local: proposedTime(claim), zone: claim.zone, reason: claim.text },
        },
      ];
    });
}

/**
 * Whether a callback keeps the promise of a claim: it lies within an hour of the promised time, on the promised day, after the time
 * of "after 3", before the end of "by Friday", or, without a promised time, anywhere after the call.
 */
export function keeps(callback: KnownCallback, claim: Claim): boolean {
  const at = new Date(callback.scheduledFor);
  if (callback.userId !== claim.userId || at < new Date(claim.at)) return false;
  if (claim.due === null) return true;
  const { local, bound } = claim.due;
  const isSameDay = localTime(at, claim.zone).startsWith(local.slice(0, 10));
  const due = instantOfDue(claim);
  if (bound === "before") return at <= due;
  if (bound === "after") return local.length === 10 ? at > due : isSameDay && at >= due;
  return local.length === 10 ? isSameDay : Math.abs(at.getTime() - due.getTime()) <= HOUR_MS;
}

/**
 * The proposed time: nine o'clock for a day without an hour. Null when the note names no day, or only a day after which to call:
 * the agent is asked, because nothing is guessed.
 */
function proposedTime({ due }: Claim): string | null {
  if (due === null || (due.bound === "after" && due.local.length === 10)) return null;
  return due.local.length === 10 ? `${due.local}T09:00` : due.local;
}

/** An objection on the same matter in two calls or more. */
function repeatedObjection(claims: readonly Claim[]): Finding[] {
  const groups = Map.groupBy(
    claims.filter((claim) => claim.kind === "objection" && !claim.isArchived),
    (claim) => `${claim.userId}:${claim.topic}`,
  );
  return [...groups.entries()].flatMap(([key, group]) => {
    const calls = new Set(group.map((claim) => claim.unitId)).size;
    if (calls < 2) return [];
    const newest = group.reduce((a, b) => (Date.parse(a.at) > Date.parse(b.at) ? a : b));
    return [
      {
        id: `repeated_objection:${key}`,
        observer: "repeated_objection",
        userId: newest.userId,
        sentence: `The same objection in ${calls} calls: ${quoted(newest)}.`,
        claimIds: group.map((claim) => claim.id),
        proposal: null,
      },
    ];
  });
}

function riskWords(claims: readonly Claim[]): Finding[] {
  return heads(claims)
    .filter((claim) => claim.kind === "risk" && !claim.isArchived)
    .map((claim) => ({
      id: `risk_words:${claim.id}`,
      observer: "risk_words",
      userId: claim.userId,
      sentence: `A sign of risk: ${quoted(claim)}.`,
      claimIds: [claim.id],
      proposal: null,
    }));
}

/** Two preferences of one person that cannot both be meant. Shown, never resolved silently. */
function contradictions(claims: readonly Claim[]): Finding[] {
  const preferences = heads(claims).filter((claim) => claim.kind === "preference" && !claim.isArchived);
  return preferences.flatMap((later) =>
    preferences
      .filter((earlier) => inOrder(earlier, later) < 0)
      .flatMap((earlier) => {
        const choices = contradiction(earlier, later);
        if (!choices) return [];
        return [
          {
            id: `contradiction:${earlier.id}:${later.id}`,
            observer: "contradiction",
            userId: later.userId,
            sentence: `Two wishes that differ: ${quoted(earlier)} (${choices[0]}), later ${quoted(later)} (${choices[1]}).`,
            claimIds: [earlier.id, later.id],
            proposal: null,
          },
        ];
      }),
  );
}

export const OBSERVERS: Record<string, Observer> = {
  promise_without_callback: promiseWithoutCallback,
  repeated_objection: repeatedObjection,
  risk_words: riskWords,
  contradiction: contradictions,
};
export const OBSERVER_IDS = ["promise_without_callback", "repeated_objection", "risk_words", "contradiction"] as const;
