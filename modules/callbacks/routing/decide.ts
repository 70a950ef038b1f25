import type { Hindered, RoutingReason } from "../reason-schema.ts";
import { ACCEPTED_SCORE, CALLBACK_SCORE } from "../rules.ts";
import { type Case, classify, hoursOf, isClosed, isNight, type Judged, judgedBy } from "./classify.ts";
import { type Placement, Router } from "./place.ts";
import { changeOf, emptyPlan, type UserPlan, type Verdict } from "./plan.ts";
import { lapse, type Policy, reasonToLeave } from "./presence.ts";
import { refuse } from "./refuse.ts";
import { hinderedWords, utc } from "./sentences.ts";
import type { DueCallback, HeldEntry, LiveEntry, Snapshot } from "./snapshot.ts";

type ToPlace = Pick<Extract<Case, { kind: "to place" }>, "entry" | "lead" | "callable">;

/** The input of the decision, and the load of each agent, which grows while callbacks are placed. */
type RoutingState = Judged & { router: Router; policy: Policy; expired: Map<number, Hindered> };

/**
 * The whole decision of a tick: each due callback gets a place and a reason, each entry with an expired lease goes back to
 * routing. Pure: the same snapshot, policy and instant give the same plans, so a decision can be checked again later and
 * other policies tried on the past. Most urgent user first: earliest promise, then lower callback id.
 */
export function decide(snapshot: Snapshot, policy: Policy, now: Date): UserPlan[] {
  const router = new Router(snapshot.agents, policy, now);
  const expired = new Map<number, Hindered>();
  const state: RoutingState = { ...judgedBy(policy, now, expired), router, policy, expired };
  const groups = Map.groupBy(snapshot.due, (callback) => callback.userId);
  // Expired leases leave the load of their agents before anything is placed, so that all agents are compared by their true load.
  for (const due of groups.values()) {
    const entry = due[0]?.entry;
    if (entry) noteExpired(state, entry, due.find(({ id }) => id === entry.callbackId) ?? null);
  }
  for (const { entry } of snapshot.held) noteExpired(state, entry, null);
  const plans = snapshot.held.map((held) => planHeld(state, held));
  for (const [userId, due] of groups) plans.push(planUser(state, userId, due));
  return plans;
}

function noteExpired(state: RoutingState, entry: LiveEntry, due: DueCallback | null): void {
  if (entry.agentId === null || entry.locked) return;
  const reason = reasonToLeave(entry, state.router.agent(entry.agentId), due, state);
  if (reason === null) return;
  state.expired.set(entry.id, reason);
  state.router.takeFrom(entry.agentId, isWaiting(entry));
}

/** An entry whose user has no due callback: a regular call goes back in line, a callback waits for its time. */
function planHeld(state: RoutingState, { entry, userId }: HeldEntry): UserPlan {
  const plan = emptyPlan(userId);
  const expired = state.expired.get(entry.id);
  if (!expired) return plan;
  if (entry.callSessionId !== null) plan.abandon.push(entry.callSessionId);
  plan.counts.rerouted += 1;
  if (entry.callbackId === null) {
    plan.move = {
      entryId: entry.id,
      callbackId: null,
      score: null,
      agentId: null,
      alsoCovers: [],
      availableFrom: null,
      availableUntil: null,
      reason: { kind: "given back", left: expired },
    };
    return plan;
  }
  plan.close.push({ entryId: entry.id, reason: hinderedWords(expired, utc) });
  returnToQueue(plan, entry, expired);
  return plan;
}

function planUser(state: RoutingState, userId: string, due: DueCallback[]): UserPlan {
  const plan = emptyPlan(userId);
  const found = classify({ userId, entry: due[0]?.entry ?? null, due }, state);
  noteHindered(plan, found, due);
  switch (found.kind) {
    case "locked":
      break;
    case "in call":
      keep(plan, found.entry, found.callable, { kind: "user in a call" });
      break;
    case "nobody callable":
      closeWaiting(state, plan, found.entry, due);
      break;
    case "held":
      if (!offerElsewhere(state, plan, found)) keep(plan, found.entry, found.callable, { kind: "agent has the user" });
      break;
    case "to place":
      place(state, plan, found);
      break;
  }
  return plan;
}

/** Verdicts for callbacks that this tick does not place: locked by another transaction, or not to be called. */
function noteHindered(plan: UserPlan, found: Case, due: readonly DueCallback[]): void {
  for (const callback of due) {
    if (found.kind === "locked" || callback.locked) plan.verdicts.push([callback.id, LOCKED]);
    else if (found.kind !== "in call") {
      const hindrance = found.hindered.get(callback.id);
      if (hindrance) refuse(plan, callback, hindrance);
    }
  }
}

/** Whether an expired offer went to another agent; without a free agent it stays with its own. */
function offerElsewhere(state: RoutingState, plan: UserPlan, held: Extract<Case, { kind: "held" }>): boolean {
  const { entry, lead } = held;
  const agent = state.router.agent(entry.agentId);
  if (isNight(state, hoursOf(state, lead))) return false;
  const standing = agent ? lapse(entry, agent, lead, state) : null;
  if (!agent || standing === null) return false;
  const lapsed = { agent: agent.name, standing };
  const placement = state.router.place({ ...lead, lapsed: { ...lapsed, agentId: agent.id } });
  if (placement.agentId === null) return false;
  state.router.takeFrom(agent.id, isWaiting(entry));
  state.expired.set(entry.id, lapsed);
  place(state, plan, held, placement);
  return true;
}

const LOCKED: Verdict = {
  kind: "deferred",
  code: "locked",
  reason: "It is being changed at this moment; the next tick looks again.",
};

/**
 * No due callback of this user may be called, so a waiting entry must not be offered. An accepted callback that is not due loses
 * the entry too, and with it its acceptance, unless it is for another number, which may be called.
 */
function closeWaiting(state: RoutingState, plan: UserPlan, entry: LiveEntry | null, due: DueCallback[]): void {
  if (!entry || entry.callbackId === null) return;
  const isDue = due.some(({ id }) => id === entry.callbackId);
  if (entry.mayBeCalled && !isDue && !state.expired.has(entry.id)) {
    keep(plan, entry, [], { kind: "agent has the user" });
    return;
  }
  if (entry.isAccepted && !isDue) returnToQueue(plan, entry, null);
  if (entry.callSessionId !== null) plan.abandon.push(entry.callSessionId);
  plan.close.push({ entryId: entry.id, reason: "the user may not be called" });
  if (!state.expired.has(entry.id)) state.router.takeFrom(entry.agentId, isWaiting(entry));
}

function keep(plan: UserPlan, entry: LiveEntry, callable: DueCallback[], reason: RoutingReason): void {
  const alsoCovers = callable.map(({ id }) => id).filter((id) => id !== entry.callbackId);
  for (const { id } of callable) plan.verdicts.push([id, { kind: "alreadyQueued" }]);
  if (!sameIds(alsoCovers, entry.alsoCovers)) plan.cover = { entryId: entry.id, alsoCovers };
  cover(plan, entry, alsoCovers, reason);
}

/** Gives the lead of a user a place. `found`: the place, when it was chosen already. */
function place(state: RoutingState, plan: UserPlan, user: ToPlace, found?: Placement): void {
  const { entry, lead, callable } = user;
  const expired = entry ? state.expired.get(entry.id) : undefined;
  const reused = entry?.callbackId === null ? null : entry;
  if (entry) takeOver(state, plan, entry, lead);
  const isKept = lead.status === "accepted" && !expired;
  const hours = isKept ? { from: state.now, until: null } : hoursOf(state, lead);
  const isAsleep = isNight(state, hours);
  const placement =
    found ?? (isKept ? keptByAcceptor(lead) : isAsleep ? waiting(hours.from, lead) : state.router.place(lead));
  const where = {
    callbackId: lead.id,
    score: isKept ? ACCEPTED_SCORE : CALLBACK_SCORE,
    agentId: placement.agentId,
    alsoCovers: callable.map(({ id }) => id).filter((id) => id !== lead.id),
    availableFrom: hours.from,
    availableUntil: hours.until,
    reason: expired && !found ? { ...placement.reason, left: expired } : placement.reason,
  };
  for (const { id } of callable)
    plan.verdicts.push([id, { kind: id === lead.id && !reused ? "newlyQueued" : "alreadyQueued" }]);
  plan.counts.unassigned += placement.agentId === null && !isAsleep ? 1 : 0;
  if (reused && !expired && isThere(state, reused, where)) return;
  if (reused) plan.move = { ...where, entryId: reused.id };
  else plan.enqueue = { ...where, userId: plan.userId, queueType: lead.queueType };
  noteChange(plan, user, { ...placement, reason: where.reason }, expired);
  cover(plan, entry, where.alsoCovers, { kind: "other first", callbackId: lead.id });
}

/** Ends what the entry was for: a regular call gives way, an expired lease ends, and an entry that is reused leaves its agent. */
function takeOver(state: RoutingState, plan: UserPlan, entry: LiveEntry, lead: DueCallback): void {
  const expired = state.expired.get(entry.id);
  if (expired && entry.callSessionId !== null) plan.abandon.push(entry.callSessionId);
  if (entry.callbackId === null) {
    const words = expired ? hinderedWords(expired, utc) : `gives way to callback ${lead.id}`;
    plan.close.push({ entryId: entry.id, reason: words });
    return;
  }
  // The callback was accepted before its time and its agent is absent: it is pending again, and its entry serves the due
  // callback.
  if (expired && entry.isAccepted && entry.callbackId !== lead.id) returnToQueue(plan, entry, expired);
  if (!expired) state.router.takeFrom(entry.agentId, isWaiting(entry));
}

type Where = { callbackId: number; agentId: number | null; alsoCovers: readonly number[]; availableFrom: Date };

/** Whether the entry has this place already. */
function isThere(state: RoutingState, entry: LiveEntry, where: Where): boolean {
  return (
    entry.callbackId === where.callbackId &&
    entry.agentId === where.agentId &&
    !isClosed(state, entry) &&
    entry.availableFrom.getTime() === where.availableFrom.getTime() &&
    sameIds(entry.alsoCovers, where.alsoCovers)
  );
}

/** The event of the lead, and the counts of the tick. */
function noteChange(
  plan: UserPlan,
  { entry, lead }: ToPlace,
  { agentId, reason, data }: Placement,
  expired: Hindered | undefined,
): void {
  const isReturned = expired !== undefined && (lead.status === "accepted" || Boolean(entry?.callSessionId));
  const type = isReturned ? "returned" : entry?.callbackId === lead.id ? "rerouted" : "queued";
  const returnToQueue = lead.status === "accepted" && expired !== undefined;
  plan.changes.push(changeOf({ callbackId: lead.id, type, reason, data: { ...data, agentId }, returnToQueue }));
  const isOther = lead.preferredAgentId !== null && agentId !== null && agentId !== lead.preferredAgentId;
  plan.counts.routed += isOther ? 1 : 0;
  plan.counts.rerouted += expired ? 1 : 0;
}

function waiting(opening: Date, { zone }: DueCallback): Placement {
  const reason = { kind: "hours", opensAt: opening.toISOString(), zone } as const;
  return { agentId: null, reason, data: { rule: "hours", results: {}, candidates: [] } };
}

function keptByAcceptor(lead: DueCallback): Placement {
  return {
    agentId: lead.acceptedByAgentId,
    reason: { kind: "accepted" },
    data: { rule: "accepted", results: {}, candidates: [] },
  };
}

/** Closes an entry: its callback waits for its time again and is no longer accepted. */
function returnToQueue(plan: UserPlan, entry: LiveEntry, left: Hindered | null): void {
  if (entry.callbackId === null) return;
  const reason = { kind: "waits again", left } as const;
  plan.changes.push(
    changeOf({ callbackId: entry.callbackId, type: "returned", reason, returnToQueue: entry.isAccepted }),
  );
}

function cover(plan: UserPlan, entry: LiveEntry | null, alsoCovers: readonly number[], reason: RoutingReason): void {
  for (const callbackId of alsoCovers)
    if (!entry?.alsoCovers.includes(callbackId)) plan.changes.push(changeOf({ callbackId, type: "covered", reason }));
}

function isWaiting(entry: LiveEntry): boolean {
  return entry.callbackId !== null && entry.callSessionId === null;
}

function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}
