import { DecentHours, type Hours, openingWords } from "#lib/decent-hours";
import { changeOf, emptyPlan, type UserPlan, type Verdict } from "./plan.ts";
import { lapse, type Policy, reasonToLeave } from "./presence.ts";
import { type Placement, Router } from "./routing.ts";
import { ACCEPTED_SCORE, CALLBACK_SCORE, laterOf, LEAD_MINUTES, plusMinutes, QUARANTINE_AFTER } from "./rules.ts";
import type { DueCallback, HeldEntry, LiveEntry, Snapshot } from "./snapshot.ts";

/** `stuck`: entries that must leave their agent, with the reason. */
type Desk = { router: Router; policy: Policy; hours: DecentHours; now: Date; stuck: Map<number, string> };

/**
 * The whole decision of a tick: each due callback gets a place and a reason, each stuck entry goes back to routing.
 * Pure: the same snapshot, policy and instant give the same plans, so a decision can be checked again later and
 * other policies tried on the past. Most urgent user first: earliest promise, then lower callback id.
 */
export function decide(snapshot: Snapshot, policy: Policy, now: Date): UserPlan[] {
  const router = new Router(snapshot.agents, policy, now);
  const desk: Desk = { router, policy, hours: new DecentHours(policy), now, stuck: new Map() };
  const groups = Map.groupBy(snapshot.due, (callback) => callback.userId);
  // What is stuck is taken off its agent before anything is placed, so that the load all are compared by is true.
  for (const due of groups.values()) {
    const entry = due[0]?.entry;
    if (entry) noteStuck(desk, entry, due.find(({ id }) => id === entry.callbackId) ?? null);
  }
  for (const { entry } of snapshot.held) noteStuck(desk, entry, null);
  const plans = snapshot.held.map((held) => planHeld(desk, held));
  for (const [userId, due] of groups) plans.push(planUser(desk, userId, due));
  return plans;
}

function noteStuck(desk: Desk, entry: LiveEntry, due: DueCallback | null): void {
  if (entry.agentId === null || entry.locked) return;
  const reason = reasonToLeave(entry, desk.router.agent(entry.agentId), due, desk.policy, desk.now);
  if (reason === null) return;
  desk.stuck.set(entry.id, reason);
  desk.router.takeFrom(entry.agentId, isWaiting(entry));
}

/** Held by an agent for a user of whom nothing is due: a regular call goes back in line, a callback waits for its time. */
function planHeld(desk: Desk, { entry, userId }: HeldEntry): UserPlan {
  const plan = emptyPlan(userId);
  const stuck = desk.stuck.get(entry.id);
  if (!stuck) return plan;
  if (entry.callSessionId !== null) plan.abandon.push(entry.callSessionId);
  plan.counts.rerouted += 1;
  if (entry.callbackId === null) {
    plan.move = {
      entryId: entry.id,
      callbackId: null,
      score: null,
      agentId: null,
      named: [],
      availableFrom: null,
      availableUntil: null,
      why: `Given back: ${stuck}.`,
    };
    return plan;
  }
  giveUp(plan, entry, stuck);
  return plan;
}

function planUser(desk: Desk, userId: string, due: DueCallback[]): UserPlan {
  const plan = emptyPlan(userId);
  const entry = due[0]?.entry ?? null;
  if (entry?.locked) {
    for (const callback of due) plan.verdicts.push([callback.id, LOCKED]);
    return plan;
  }
  const isInCall = entry !== null && entry.callSessionId !== null && !desk.stuck.has(entry.id);
  const callable = due.filter((callback) => isFree(plan, callback) && (isInCall || mayBeCalled(plan, callback)));
  const lead =
    callable.find((callback) => callback.status === "accepted") ??
    callable.find((callback) => !isNight(desk, hoursOf(desk, callback))) ??
    callable[0];
  if (entry && isInCall) keep(plan, entry, callable, "The user is in a call at this moment.");
  else if (!lead) closeWaiting(desk, plan, entry, due);
  else if (
    entry &&
    !desk.stuck.has(entry.id) &&
    (entry.isAccepted || (entry.callbackId === lead.id && entry.agentId !== null && !isOver(desk, entry)))
  ) {
    if (!offerElsewhere(desk, plan, entry, lead, callable))
      keep(plan, entry, callable, "An agent already has this user: one call for both promises.");
  } else place(desk, plan, entry, lead, callable);
  return plan;
}

/** Whether an offer that has run out went to somebody else; where nobody is free it stays where it is. */
function offerElsewhere(
  desk: Desk,
  plan: UserPlan,
  entry: LiveEntry,
  lead: DueCallback,
  callable: DueCallback[],
): boolean {
  const agent = desk.router.agent(entry.agentId);
  if (isNight(desk, hoursOf(desk, lead))) return false;
  const why = agent ? lapse(entry, agent, lead, desk.policy, desk.now) : null;
  if (!agent || why === null) return false;
  const placement = desk.router.place({ ...lead, lapsed: { agentId: agent.id, why } });
  if (placement.agentId === null) return false;
  desk.router.takeFrom(agent.id, isWaiting(entry));
  desk.stuck.set(entry.id, why);
  place(desk, plan, entry, lead, callable, placement);
  return true;
}

const LOCKED: Verdict = {
  kind: "deferred",
  code: "locked",
  reason: "It is being changed at this moment; the next tick looks again.",
};

function isFree(plan: UserPlan, callback: DueCallback): boolean {
  if (callback.locked) plan.verdicts.push([callback.id, LOCKED]);
  return !callback.locked;
}

/** Sorts out what may not be called, with its verdict. */
function mayBeCalled(plan: UserPlan, callback: DueCallback): boolean {
  if (callback.doNotCall === null) {
    refuse(
      plan,
      callback,
      "user_unknown",
      `User ${callback.userId} is not known; import the user or cancel the callback.`,
    );
  } else if (callback.doNotCall) {
    refuse(
      plan,
      callback,
      "do_not_call",
      `User ${callback.userId} asked not to be called; cancel the callback or lift the mark.`,
    );
  } else if (callback.wrongNumber) {
    refuse(plan, callback, "wrong_number", `The number of user ${callback.userId} is wrong; import the right one.`);
  } else if (callback.quarantineCode === WRITE_FAILED) {
    const reason = "It could not be written three times running; snooze, accept or cancel it to try again.";
    plan.verdicts.push([callback.id, { kind: "quarantined", code: WRITE_FAILED, reason }]);
  } else return true;
  return false;
}

/** The code of a callback whose own rows the database would not take. */
export const WRITE_FAILED = "write_failed";

/** One more tick that failed for the callback's own reasons; the third in a row sets it aside until the cause is gone. */
export function refuse(plan: UserPlan, callback: DueCallback, code: string, reason: string): void {
  if (callback.quarantineCode !== null) {
    plan.verdicts.push([callback.id, { kind: "quarantined", code, reason }]);
    return;
  }
  const failedTicks = callback.failedTicks + 1;
  const quarantine = failedTicks >= QUARANTINE_AFTER;
  plan.verdicts.push([callback.id, { kind: quarantine ? "quarantined" : "refused", code, reason }]);
  // An accepted one cannot be kept by anybody now; the lease ends with its entry.
  const unaccept = callback.status === "accepted";
  plan.changes.push(
    changeOf(
      callback.id,
      quarantine ? "quarantined" : "refused",
      reason,
      { code },
      { failedTicks, quarantine, unaccept },
    ),
  );
}

/**
 * Nobody of this user may be called: an entry that is only waiting must not be offered. An accepted callback that is not
 * due loses its entry with the others, and its acceptance with the entry.
 */
function closeWaiting(desk: Desk, plan: UserPlan, entry: LiveEntry | null, due: DueCallback[]): void {
  if (!entry || entry.callbackId === null) return;
  const isDue = due.some(({ id }) => id === entry.callbackId);
  if (entry.isAccepted && !isDue) giveBack(plan, entry, "The user may not be called");
  if (entry.callSessionId !== null) plan.abandon.push(entry.callSessionId);
  plan.close.push({ entryId: entry.id, reason: "the user may not be called" });
  if (!desk.stuck.has(entry.id)) desk.router.takeFrom(entry.agentId, isWaiting(entry));
}

function keep(plan: UserPlan, entry: LiveEntry, callable: DueCallback[], why: string): void {
  const named = callable.map(({ id }) => id).filter((id) => id !== entry.callbackId);
  for (const { id } of callable) plan.verdicts.push([id, { kind: "alreadyQueued" }]);
  if (!sameIds(named, entry.named)) plan.name = { entryId: entry.id, named };
  cover(plan, entry, named, why);
}

function place(
  desk: Desk,
  plan: UserPlan,
  entry: LiveEntry | null,
  lead: DueCallback,
  callable: DueCallback[],
  found?: Placement,
): void {
  const stuck = entry ? desk.stuck.get(entry.id) : undefined;
  const reused = entry?.callbackId === null ? null : entry;
  if (stuck && entry?.callSessionId) plan.abandon.push(entry.callSessionId);
  if (entry && !reused) plan.close.push({ entryId: entry.id, reason: stuck ?? `gives way to callback ${lead.id}` });
  // Accepted before its time, and its agent is gone: pending again, and its entry serves what is due now.
  if (stuck && reused?.isAccepted && reused.callbackId !== lead.id) giveBack(plan, reused, stuck);
  if (reused && !stuck) desk.router.takeFrom(reused.agentId, isWaiting(reused));

  const isKept = lead.status === "accepted" && !stuck;
  const hours = isKept ? { from: desk.now, until: null } : hoursOf(desk, lead);
  const isAsleep = isNight(desk, hours);
  const placement =
    found ?? (isKept ? keptByAcceptor(lead) : isAsleep ? waiting(hours.from, lead) : desk.router.place(lead));
  const named = callable.map(({ id }) => id).filter((id) => id !== lead.id);
  const isUnchanged =
    reused !== null &&
    !stuck &&
    reused.callbackId === lead.id &&
    reused.agentId === placement.agentId &&
    !isOver(desk, reused) &&
    reused.availableFrom.getTime() === hours.from.getTime() &&
    sameIds(reused.named, named);
  for (const { id } of callable)
    plan.verdicts.push([id, { kind: id === lead.id && !reused ? "newlyQueued" : "alreadyQueued" }]);
  plan.counts.unassigned += placement.agentId === null && !isAsleep ? 1 : 0;
  if (isUnchanged) return;

  const where = {
    callbackId: lead.id,
    score: isKept ? ACCEPTED_SCORE : CALLBACK_SCORE,
    agentId: placement.agentId,
    named,
    availableFrom: hours.from,
    availableUntil: hours.until,
    why: stuck && !found ? `${stuck}. ${placement.why}` : placement.why,
  };
  if (reused) plan.move = { ...where, entryId: reused.id };
  else plan.enqueue = { ...where, userId: plan.userId, queueType: lead.queueType };
  const isReturned = stuck !== undefined && (lead.status === "accepted" || Boolean(entry?.callSessionId));
  const type = isReturned ? "returned" : reused?.callbackId === lead.id ? "rerouted" : "queued";
  const data = { ...placement.data, agentId: placement.agentId };
  plan.changes.push(
    changeOf(lead.id, type, where.why, data, { unaccept: lead.status === "accepted" && stuck !== undefined }),
  );
  cover(plan, entry, named, `Callback ${lead.id} of the same user comes first: one call for both promises.`);
  const isOther =
    lead.preferredAgentId !== null && placement.agentId !== null && placement.agentId !== lead.preferredAgentId;
  plan.counts.routed += isOther ? 1 : 0;
  plan.counts.rerouted += stuck ? 1 : 0;
}

/** When this callback may be offered: in the decent hours of its user, and around the time that the user asked for. */
function hoursOf({ hours, now }: Desk, { scheduledFor, zone, promisedFor }: DueCallback): Hours {
  const at = laterOf(now, scheduledFor);
  const found = hours.ofWish(at, zone, promisedFor);
  return found.from > at ? found : { ...found, from: scheduledFor };
}

/** Nobody is given what cannot be called before the next tick comes. */
function isNight({ now }: Desk, { from }: Pick<Hours, "from">): boolean {
  return from > plusMinutes(now, LEAD_MINUTES);
}

function isOver({ now }: Desk, { availableUntil }: LiveEntry): boolean {
  return availableUntil !== null && availableUntil <= now;
}

function waiting(opening: Date, { zone }: DueCallback): Placement {
  const why = `Waits for ${openingWords(opening, zone)}.`;
  return { agentId: null, why, data: { rule: "hours", results: {}, candidates: [] } };
}

function keptByAcceptor(lead: DueCallback): Placement {
  return {
    agentId: lead.acceptedByAgentId,
    why: "Accepted, and kept by who accepted it.",
    data: { rule: "accepted", results: {}, candidates: [] },
  };
}

function giveUp(plan: UserPlan, entry: LiveEntry, stuck: string): void {
  plan.close.push({ entryId: entry.id, reason: stuck });
  giveBack(plan, entry, stuck);
}

function giveBack(plan: UserPlan, entry: LiveEntry, stuck: string): void {
  if (entry.callbackId === null) return;
  plan.changes.push(
    changeOf(
      entry.callbackId,
      "returned",
      `${stuck}: it waits for its time again.`,
      {},
      { unaccept: entry.isAccepted },
    ),
  );
}

function cover(plan: UserPlan, entry: LiveEntry | null, named: readonly number[], why: string): void {
  for (const id of named) if (!entry?.named.includes(id)) plan.changes.push(changeOf(id, "covered", why));
}

function isWaiting(entry: LiveEntry): boolean {
  return entry.callbackId !== null && entry.callSessionId === null;
}

function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}
