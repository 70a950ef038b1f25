import type { RoutingReason } from "../reason-schema.ts";

/** The action of this tick on one due callback. Every due callback has exactly one verdict; the ledger adds them up. */
export type Verdict =
  | { kind: "newlyQueued" | "alreadyQueued" }
  | { kind: "deferred" | "refused" | "quarantined"; code: string; reason: string };

/** An event of one callback, and the columns that change with it. */
export type CallbackChange = {
  callbackId: number;
  type: "queued" | "covered" | "rerouted" | "returned" | "refused" | "quarantined";
  reason: RoutingReason;
  data: object;
  /** An accepted callback returns to pending. */
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

/**
 * An entry that moves. A null score or `availableFrom` leaves the value as it was (a regular entry that returns to the queue).
 */
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

/** Everything that is written for one user: small enough to be tried alone when the database refuses a part of it. */
export type UserPlan = {
  userId: string;
  close: { entryId: number; reason: string }[];
  /** Calls whose lease has expired; the module calls ends them in the same transaction. */
  abandon: string[];
  enqueue: NewEntry | null;
  move: EntryMove | null;
  /** An entry that keeps its place and now covers other due callbacks of the user, too. */
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

/** A change in which nothing returns to the queue, is refused or is set aside unless `change` says so. */
export function changeOf(
  change: Pick<CallbackChange, "callbackId" | "type" | "reason"> & Partial<CallbackChange>,
): CallbackChange {
  return { data: {}, returnToQueue: false, failedTicks: 0, quarantine: false, ...change };
}

/** Whether the plan has anything to write. */
export function changesSomething(plan: UserPlan): boolean {
  return (
    plan.close.length + plan.abandon.length + plan.changes.length > 0 ||
    Boolean(plan.enqueue ?? plan.move ?? plan.cover)
  );
}
