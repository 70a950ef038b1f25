/** The plan of a soak, drawn from one seed: the actions of people and machines in order, and the faults between them. */
import { chanceOf } from "./chance.ts";

/** The weight of each kind of action. */
const ACTIONS = {
  // Actions of agents.
  available: 10,
  break: 2,
  offline: 1,
  "log out": 1,
  "fall silent": 1,
  "take and end a call": 16,
  accept: 11,
  snooze: 5,
  release: 3,
  look: 4,
  "look for the accepted": 3,
  // Supervisors, or a machine in their place.
  schedule: 12,
  "schedule two": 6,
  reassign: 3,
  reschedule: 3,
  cancel: 2,
  move: 1,
  // Customers, and the system that imports them.
  inbound: 3,
  import: 9,
  // Tasks of conversations.
  task: 4,
  acknowledge: 2,
  "hang up": 1,
  // Crons.
  tick: 9,
  sweep: 2,
  refresh: 1,
} as const;
export type ActionKind = keyof typeof ACTIONS;

/** One action. Its subject is random as well: `pick` chooses among the existing ones when its turn comes. */
export type Action = {
  n: number;
  kind: ActionKind;
  agent: number;
  user: number;
  pick: number;
  coin: number;
  /** Minutes from now until the promised time; negative in the past. */
  minutes: number;
  /** The instance that is asked first: 0 or 1. */
  instance: number;
  /** Sent once more after a 2xx answer. */
  isRepeated: boolean;
};

/** The weight of each fault. Faults of Redis come only where there is one. */
const FAULTS = {
  stall: 5,
  "kill an instance": 3,
  "freeze the database": 1,
  "kill the database": 1,
  "terminate all backends": 2,
  "lock a table": 1,
} as const;
const REDIS_FAULTS = { "freeze Redis": 2, "kill Redis": 2, "empty Redis": 1 } as const;
export type FaultKind = keyof typeof FAULTS | keyof typeof REDIS_FAULTS;

export type Fault = { kind: FaultKind /** Before this action. */; before: number; pick: number; seconds: number };

/** One in this many requests with a 2xx answer is sent again. */
const REPEATED = 12;
/** Actions from one fault to the next. */
const BETWEEN_FAULTS = { least: 60, most: 110 };

/** The faults of a short soak, spread evenly over its actions. */
const SHORT: readonly FaultKind[] = ["stall", "kill an instance", "stall", "freeze the database"];

export type Plan = {
  seed: number;
  agents: number;
  users: number;
  action: (n: number) => Action;
  /** Null when there are no more. */
  fault: (n: number) => Fault | null;
};

/** The plan of a seed, the same every time: as long as wanted, or a short one with this many actions. */
export function planOf(seed: number, { hasRedis, short }: { hasRedis: boolean; short: number | null }): Plan {
  // Streams of their own, so that a longer run begins like a shorter one.
  const [size, acting, failing] = [chanceOf(seed), chanceOf(seed + 1), chanceOf(seed + 2)];
  const [agents, users] = [size.between(16, 24), size.between(12, 18)];
  const actions: Action[] = [];
  const faults: Fault[] = [];
  const weights: Partial<Record<FaultKind, number>> = { ...FAULTS, ...(hasRedis && REDIS_FAULTS) };

  function drawAction(n: number): Action {
    return {
      n,
      kind: acting.weighted(ACTIONS),
      agent: acting.between(0, agents - 1),
      user: acting.between(0, users - 1),
      pick: acting.next(),
      coin: acting.next(),
      minutes: acting.between(-2, 11),
      instance: acting.between(0, 1),
      isRepeated: acting.between(1, REPEATED) === 1,
    };
  }

  function drawFault(n: number): Fault {
    const gap = failing.between(BETWEEN_FAULTS.least, BETWEEN_FAULTS.most);
    const drawn: Fault = {
      kind: failing.weighted(weights),
      before: (faults.at(-1)?.before ?? 0) + gap,
      pick: failing.next(),
      seconds: failing.between(0, 4),
    };
    if (short === null) return drawn;
    return { ...drawn, kind: SHORT[n]!, before: Math.floor(((n + 1) * short) / (SHORT.length + 1)) };
  }

  return {
    seed,
    agents,
    users,
    action(n) {
      while (actions.length <= n) actions.push(drawAction(actions.length));
      return actions[n]!;
    },
    fault(n) {
      if (short !== null && n >= SHORT.length) return null;
      while (faults.length <= n) faults.push(drawFault(faults.length));
      return faults[n]!;
    },
  };
}

/** An action of the plan in one line. */
export function lineOf({ n, kind, agent, user, pick, coin, minutes, instance, isRepeated }: Action): string {
  const drawn = `pick ${pick.toFixed(3)}, coin ${coin.toFixed(3)}, ${minutes} min`;
  return `${String(n).padStart(6)} ${kind} (agent ${agent}, user ${user}, ${drawn}, instance ${instance}${isRepeated ? ", repeated" : ""})`;
}
