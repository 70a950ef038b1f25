import type { RoutingReason } from "../reason-schema.ts";

/** What becomes of one due callback in this tick. Every due callback has exactly one; they are the ledger's sum. */
export type Verdict =
  | { kind: "newlyQueued" | "alreadyQueued" }
  | { kind: "deferred" | "refused" | "quarantined"; code: string; reason: string };

/** An event of one callback, with the columns that change beside it. */
export type CallbackChange = {
  callbackId: number;
  type: "queued" | "covered" | "rerouted" | "returned" | "refused" | "quarantined";
  reason: RoutingReason;
  data: object;
  /** An accepted callback goes back to pending. */
  returnToQueue: boolean;
  failedTicks: number;
  quarantine: boolean;
};

type NewEntry = {
  callbackId: number;
  userId: string;
  queueType: string;
  score: number;
  agentId: number | null;
  alsoCovers: number[];
  availableFrom: Date;
  availableUntil: Date | null;
  reason: RoutingReason;
};

/** An entry that changes its place. Null score and no `availableFrom`: as they were (a regular entry given back). */
type EntryMove = {
  entryId: number;
  callbackId: number | null;
  score: number | null;
  agentId: number | null;
  alsoCovers: number[];
  availableFrom: Date | null;
  availableUntil: Date | null;
  reason: RoutingReason;
};

/** Everything that is written for one user; small enough to be tried alone when something about it is broken. */
export type UserPlan = {
  userId: string;
  close: { entryId: number; reason: string }[];
  /** Calls whose lease is over; the module calls ends them in the same transaction. */
  abandon: string[];
  enqueue: NewEntry | null;
  move: EntryMove | null;
  /** An entry that keeps its place but stands for other due callbacks of the user, too. */
  cover: { entryId: number; alsoCovers: number[] } | null;
  changes: CallbackChange[];
  verdicts: [callbackId: number, Verdict][];
  counts: { routed: number; unassigned: number; rerouted: number };
};

/** A plan that changes nothing. */
export function emptyPlan(userId: string): UserPlan {
  const counts = { routed: 0, unassigned: 0, rerouted: 0 };
  return { userId, close: [], abandon: [], enqueue: null, move: null, cover: null, changes: [], verdicts: [], counts };
}

/** A change in which nothing is given back, refused or set aside unless said. */
export function changeOf(
  callbackId: number,
  type: CallbackChange["type"],
  reason: RoutingReason,
  data: object = {},
  more: Partial<Pick<CallbackChange, "returnToQueue" | "failedTicks" | "quarantine">> = {},
): CallbackChange {
  return { callbackId, type, reason, data, returnToQueue: false, failedTicks: 0, quarantine: false, ...more };
}

/** Whether there is anything to write. */
export function changesSomething(plan: UserPlan): boolean {
  return (
    plan.close.length + plan.abandon.length + plan.changes.length > 0 ||
    Boolean(plan.enqueue ?? plan.move ?? plan.cover)
  );
}
