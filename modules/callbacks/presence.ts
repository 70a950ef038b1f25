import { clockTime, minusSeconds } from "./rules.ts";
import type { LiveEntry, SnapshotAgent } from "./snapshot.ts";

/** The times that decide whether somebody is here, out of the limits of the desk. */
export type Policy = Readonly<{ agentGraceSeconds: number; acceptedGraceSeconds: number; agentCallbackCap: number }>;

/** Why an agent is not at the desk, or null when they are: inactive, logged out, offline, or silent beyond the grace. */
export function absence(agent: SnapshotAgent, policy: Policy, now: Date): string | null {
  if (agent.goneSince) return `${agent.name} has been away since ${clockTime(agent.goneSince)}`;
  if (agent.lastActivity && agent.lastActivity < minusSeconds(now, policy.agentGraceSeconds)) {
    return `${agent.name} has been silent since ${clockTime(agent.lastActivity)}`;
  }
  return null;
}

/**
 * Why an entry must leave its agent, or null when it stays. A waiting one leaves as soon as the agent is absent. One
 * that was accepted or is in a call is a lease (an accepted one of an agent who works here no longer is not): it leaves when the agent has been absent for the accepted grace, or,
 * in a call, when the agent has been doing something else for the agent grace without recording an outcome.
 */
export function reasonToLeave(
  entry: LiveEntry,
  agent: SnapshotAgent | undefined,
  policy: Policy,
  now: Date,
): string | null {
  if (!agent) return "its agent no longer exists";
  const isClaimed = entry.callSessionId !== null;
  const away = absence(agent, policy, now);
  const isLease = isClaimed || (entry.isAccepted && agent.isActive);
  if (!isLease) return away;
  const lastSeen = agent.goneSince ?? agent.lastActivity;
  if (away && lastSeen && lastSeen <= minusSeconds(now, policy.acceptedGraceSeconds)) return away;
  const isElsewhere =
    agent.status !== "on_call" && (agent.statusSince ?? now) <= minusSeconds(now, policy.agentGraceSeconds);
  if (isClaimed && !away && isElsewhere) {
    return `${agent.name} has been ${agent.status ?? "elsewhere"} since ${clockTime(agent.statusSince ?? now)} without recording an outcome`;
  }
  return null;
}
