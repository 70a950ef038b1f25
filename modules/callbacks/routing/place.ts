import type { Hindered, RoutingReason, Standing } from "../reason-schema.ts";
import { absence, doing, type Measure, type Policy } from "./presence.ts";
import type { DueCallback, SnapshotAgent } from "./snapshot.ts";

/** The result of one rule for one agent and one callback. */
export type RuleResult =
  | "eligible"
  | "away"
  | "not available"
  | "other queues"
  | "full"
  | "gave it back"
  | "let it wait"
  | "ai, not asked for";

/** A routing decision: the agent, the reason, and the data with which it can be checked. */
export type Placement = {
  agentId: number | null;
  reason: RoutingReason;
  data: {
    rule: "accepted" | "preferred" | "least loaded" | "nobody" | "hours";
    preferred?: { agentId: number; result: RuleResult };
    /** The number of agents with each result. */
    results: Partial<Record<RuleResult, number>>;
    /** The best candidates in order, with the values that decided between them. */
    candidates: { agentId: number; live: number; idleSince: string | null }[];
  };
};

/** `idleSince`: written once for each agent, because it stands in the decision of every callback that the agent may get. */
type RoutedAgent = SnapshotAgent & { idleSince: string | null };
/**
 * For one queue type: the agents who are here, available and no AI, by load; how many of them are full; why the others are not in
 * it.
 */
type Pool = { pool: RoutedAgent[]; full: number; results: Partial<Record<RuleResult, number>> };
type Wanted = Pick<DueCallback, "preferredAgentId" | "releasedByAgentId" | "releasedUntil" | "queueType"> & {
  /** The agent whose offer has run out, and why. */
  lapsed?: Hindered & { agentId: number };
};
const SHOWN_CANDIDATES = 3;

/**
 * Assigns callbacks to agents from one snapshot. `place` gives each callback an agent, or a place at the front without one, and
 * adds to the agent's load, so that later placements see earlier ones. The same calls in the same order give the same placements.
 */
export class Router {
  private readonly agents = new Map<number, RoutedAgent>();
  /** Computed once per snapshot, because only the load changes while callbacks are placed. */
  private readonly standing = new Map<number, RuleResult>();
  private readonly measure: Measure;
  private readonly pools = new Map<string, Pool>();

  constructor(agents: readonly SnapshotAgent[], policy: Policy, now: Date) {
    this.measure = { policy, now };
    for (const agent of agents)
      this.agents.set(agent.id, { ...agent, idleSince: agent.statusSince?.toISOString() ?? null });
  }

  agent(id: number | null): RoutedAgent | undefined {
    return id === null ? undefined : this.agents.get(id);
  }

  /** Takes an entry off an agent, so that its load counts as free again. */
  takeFrom(agentId: number | null, isWaiting: boolean): void {
    const agent = this.agent(agentId);
    if (!agent) return;
    this.load(agent, { live: -1, waiting: isWaiting ? -1 : 0 });
  }

  /**
   * Chooses the preferred agent if eligible; else the eligible agent with the fewest live entries, then the longest idle, then
   * the lowest id; else none.
   */
  place(callback: Wanted): Placement {
    const preferred = this.agent(callback.preferredAgentId);
    const preferredResult = preferred ? this.judge(preferred, callback, true) : undefined;
    const named = preferred && preferredResult ? { preferred: { agentId: preferred.id, result: preferredResult } } : {};
    if (preferred && preferredResult === "eligible") {
      return this.give(
        preferred,
        { kind: "preferred", agent: preferred.name },
        {
          rule: "preferred",
          ...named,
          results: {},
          candidates: [],
        },
      );
    }
    const { pool, full, results } = this.poolOf(callback.queueType);
    const best: RoutedAgent[] = [];
    let passedOver = 0;
    // Sorted by load: the first eligible ones are the best. When all are full there is nobody to look for.
    for (const agent of full < pool.length ? pool : []) {
      if (this.judge(agent, callback, false) !== "eligible") passedOver += 1;
      else if (best.push(agent) === SHOWN_CANDIDATES) break;
    }
    const counted = { ...results, ...(full > 0 ? { full } : {}), ...(passedOver > full ? { "gave it back": 1 } : {}) };
    const missed = preferred ? this.askedFor(preferred, preferredResult, callback) : lapsedOf(callback);
    const data = { ...named, results: counted, candidates: best.map(shown) };
    const winner = best[0];
    if (winner) {
      const reason = { kind: "least loaded", agent: winner.name, live: winner.live, ...missed } as const;
      return this.give(winner, reason, { rule: "least loaded", ...data });
    }
    const reason = { kind: "nobody", results: counted, ...missed } as const;
    return { agentId: null, reason, data: { rule: "nobody", ...data } };
  }

  private give(agent: RoutedAgent, reason: RoutingReason, data: Placement["data"]): Placement {
    this.load(agent, { live: 1, waiting: 1 });
    return { agentId: agent.id, reason, data };
  }

  private judge(agent: SnapshotAgent, callback: Wanted, isAskedFor: boolean): RuleResult {
    const standing = this.standingOf(agent);
    if (standing !== "eligible" && !(standing === "ai, not asked for" && isAskedFor)) return standing;
    if (!agent.allowedQueues.includes(callback.queueType)) return "other queues";
    if (callback.lapsed?.agentId === agent.id) return "let it wait";
    const staysAway =
      callback.releasedByAgentId === agent.id && callback.releasedUntil && callback.releasedUntil > this.measure.now;
    if (staysAway) return "gave it back";
    return this.isFull(agent) ? "full" : "eligible";
  }

  private isFull(agent: SnapshotAgent): boolean {
    return agent.waiting >= this.measure.policy.agentCallbackCap;
  }

  private standingOf(agent: SnapshotAgent): RuleResult {
    const known = this.standing.get(agent.id);
    if (known) return known;
    const result = absence(agent, this.measure)
      ? "away"
      : agent.status !== "available"
        ? "not available"
        : agent.isAiAgent
          ? "ai, not asked for"
          : "eligible";
    this.standing.set(agent.id, result);
    return result;
  }

  private poolOf(queueType: string): Pool {
    const known = this.pools.get(queueType);
    if (known) return known;
    const made: Pool = { pool: [], full: 0, results: {} };
    for (const agent of this.agents.values()) {
      const standing = this.standingOf(agent);
      const result = standing === "eligible" && !agent.allowedQueues.includes(queueType) ? "other queues" : standing;
      if (result === "eligible") made.pool.push(agent);
      // Agents who logged out explain nothing; a callback that waits is explained by the agents who are logged in.
      else if (agent.goneSince === null) made.results[result] = (made.results[result] ?? 0) + 1;
    }
    made.pool.sort(byLoad);
    made.full = made.pool.filter((agent) => this.isFull(agent)).length;
    this.pools.set(queueType, made);
    return made;
  }

  /** Changes the load of an agent and moves the agent to the right place in every pool. */
  private load(agent: RoutedAgent, by: { live: number; waiting: number }): void {
    const wasFull = this.isFull(agent);
    agent.live += by.live;
    agent.waiting += by.waiting;
    for (const made of this.pools.values()) {
      const at = made.pool.indexOf(agent);
      if (at === -1) continue;
      made.full += Number(this.isFull(agent)) - Number(wasFull);
      made.pool.splice(at, 1);
      made.pool.splice(placeOf(agent, made.pool), 0, agent);
    }
  }

  /** The preferred agent who is passed over, and why. */
  private askedFor(agent: SnapshotAgent, result: RuleResult | undefined, { lapsed }: Wanted): Missed {
    const standing = absence(agent, this.measure) ?? standingBy(agent, result, lapsed?.standing);
    return { missed: { agent: agent.name, standing, wasAskedFor: true } };
  }
}

type Missed = Pick<Extract<RoutingReason, { kind: "nobody" }>, "missed">;

function standingBy(agent: SnapshotAgent, result: RuleResult | undefined, lapsed: Standing | undefined): Standing {
  if (result === "not available") return doing(agent);
  if (result === "let it wait" && lapsed) return lapsed;
  if (result === "other queues") return { is: "in other queues" };
  if (result === "full") return { is: "full", waiting: agent.waiting };
  return { is: result === "gave it back" ? "gave it back" : "not eligible" };
}

function lapsedOf({ lapsed }: Wanted): Missed {
  return lapsed ? { missed: { agent: lapsed.agent, standing: lapsed.standing, wasAskedFor: false } } : {};
}

/** Finds the place of an agent in a sorted pool by binary search. */
function placeOf(agent: RoutedAgent, pool: readonly RoutedAgent[]): number {
  let [low, high] = [0, pool.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byLoad(pool[middle]!, agent) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byLoad(a: SnapshotAgent, b: SnapshotAgent): number {
  return a.live - b.live || (a.statusSince?.getTime() ?? 0) - (b.statusSince?.getTime() ?? 0) || a.id - b.id;
}

function shown({ id, live, idleSince }: RoutedAgent): Placement["data"]["candidates"][number] {
  return { agentId: id, live, idleSince };
}
