import type { HoursPolicy } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import type { Hindered, Standing } from "../reason-schema.ts";
import { laterOf, minusSeconds, plusMinutes } from "../rules.ts";
import type { DueCallback, LiveEntry, SnapshotAgent } from "./snapshot.ts";

/** The limits that decide whether an agent is here and takes an offer. */
export type Policy = HoursPolicy &
  Pick<
    Ctx["limits"],
    | "agentGraceSeconds"
    | "acceptedGraceSeconds"
    | "callGraceMinutes"
    | "offerMinutes"
    | "acceptedMinutes"
    | "agentCallbackCap"
  >;

/** What agents and offers are judged by: the limits, and the instant of the tick. */
export type Measure = Readonly<{ policy: Policy; now: Date }>;

/** Why an agent is not at the desk (inactive, logged out, offline, or silent beyond the grace), or null for an agent who is here. */
export function absence(agent: SnapshotAgent, { policy, now }: Measure): Standing | null {
  if (agent.goneSince) return { is: "away", since: agent.goneSince.toISOString() };
  if (agent.lastActivity && agent.lastActivity < minusSeconds(now, policy.agentGraceSeconds)) {
    return { is: "silent", since: agent.lastActivity.toISOString() };
  }
  return null;
}

/**
 * Why an entry must leave its agent, or null when it stays. An accepted entry and an entry in a call are leases: they outlive an
 * absence of the agent by a grace of their own; that of a call is longer than a conversation. An accepted entry that is due leaves
 * an agent who may not work its queue any more, and so could not call. A waiting entry leaves an agent who is absent, who may not
 * work its queue, or who has been busy for the agent grace since the entry is due. `due`: the callback of the entry, once its time
 * has come.
 */
export function reasonToLeave(
  entry: LiveEntry,
  agent: SnapshotAgent | undefined,
  due: DueCallback | null,
  measure: Measure,
): Hindered | null {
  if (!agent) return { agent: null, standing: { is: "deleted" } };
  const standing = standingAway(entry, agent, due, measure);
  return standing && { agent: agent.name, standing };
}

function standingAway(
  entry: LiveEntry,
  agent: SnapshotAgent,
  due: DueCallback | null,
  { policy, now }: Measure,
): Standing | null {
  const isClaimed = entry.callSessionId !== null;
  const away = absence(agent, { policy, now });
  const isOutOfQueue = !agent.allowedQueues.includes(entry.queueType);
  if (entry.isAccepted && !isClaimed && due && isOutOfQueue) return { is: "out of this queue" };
  if (isClaimed || (entry.isAccepted && agent.isActive)) {
    const lastSeen = agent.goneSince ?? agent.lastActivity;
    const grace = isClaimed ? policy.callGraceMinutes * 60 : policy.acceptedGraceSeconds;
    return away && lastSeen && lastSeen <= minusSeconds(now, grace) ? away : null;
  }
  if (away) return away;
  if (isOutOfQueue) return { is: "out of this queue" };
  const isBusy =
    agent.status !== "available" && isSince(agent.statusSince, minusSeconds(now, policy.agentGraceSeconds));
  return isBusy && due && due.scheduledFor <= now ? doing(agent) : null;
}

/** The activity of an agent who is here and takes no calls. */
export function doing({ status, statusSince }: SnapshotAgent): Standing {
  const is = status === "break" ? "on break" : status === "on_call" ? "on a call" : "not available";
  return { is, since: statusSince?.toISOString() ?? null };
}

/**
 * Why an offer has expired, or null: the agent could have taken it and did not, for longer than an offer or an acceptance lasts.
 * The offer stays with the agent when no other agent is free.
 */
export function lapse(
  entry: LiveEntry,
  agent: SnapshotAgent,
  lead: DueCallback,
  { policy, now }: Measure,
): Standing | null {
  if (entry.callSessionId !== null || entry.callbackId !== lead.id) return null;
  const minutes = entry.isAccepted ? policy.acceptedMinutes : policy.offerMinutes;
  const since = laterOf(lead.scheduledFor, entry.assignedAt ?? lead.scheduledFor);
  if (plusMinutes(since, minutes) > now) return null;
  if (agent.status !== "available") return doing(agent);
  return { is: entry.isAccepted ? "did not call" : "did not take it", minutes };
}

function isSince(moment: Date | null, at: Date): boolean {
  return moment !== null && moment <= at;
}
