/** The rules of the queue, pure: states, order, backoff, limits. */
import type { Lane, NewTask, Status, Task } from "./task.ts";

/** The events of a task, and the states that they lead between. `gone`: its record is deleted. */
export const TRANSITIONS = {
  enqueued: { from: [], to: ["pending"] },
  claimed: { from: ["pending"], to: ["processing"] },
  completed: { from: ["processing"], to: ["completed"] },
  refused: { from: ["processing"], to: ["failed"] },
  exhausted: { from: ["processing"], to: ["failed", "parked"] },
  put_off: { from: ["processing"], to: ["pending"] },
  interrupted: { from: ["processing"], to: ["pending"] },
  parked: { from: ["pending", "processing"], to: ["parked"] },
  freed: { from: ["parked"], to: ["pending"] },
  expired: { from: ["pending"], to: ["expired"] },
  retried: { from: ["failed", "parked", "expired"], to: ["pending"] },
  cancelled: { from: ["pending", "failed", "parked", "expired"], to: ["gone"] },
  cleared: { from: ["completed"], to: ["gone"] },
} as const satisfies Record<string, { from: readonly Status[]; to: readonly (Status | "gone")[] }>;

/** The counts of a lane without a task. */
export const NO_TASKS: Readonly<Record<Status, number>> = {
  pending: 0,
  processing: 0,
  completed: 0,
  failed: 0,
  parked: 0,
  expired: 0,
};

export type Event = keyof typeof TRANSITIONS;

/** Whether this event is allowed in this state. */
export function may(event: Event, status: Status): boolean {
  return (TRANSITIONS[event].from as readonly Status[]).includes(status);
}

export const BACKOFF_MS = { first: 1_000, cap: 60_000, retryAfterCap: 15 * 60_000 };
export const DEFAULT_MAX_ATTEMPTS = 5;
/** Longer than the minute between two timers of a page that has been hidden for five. */
export const DEFAULT_LIMIT_MS = 90_000;
export const KEEP_COMPLETED_MS = 24 * 60 * 60_000;
/** After this time a claim looks again for tasks that have become due although it knows of none: a page of another build may have added one. */
export const LOOK_AGAIN_MS = 1_000;
/** Maximum records that one transaction moves or deletes. */
export const SLICE = 500;
/** Maximum size of a task, and maximum tasks of a day, so that neither fills the disk. */
export const LIMITS = {
  payloadBytes: 64 * 1024,
  open: { send: 20_000, memory: 200_000 } satisfies Record<Lane, number>,
};
/** How many attempts of a lane run concurrently. */
export const CONCURRENCY: Record<Lane, number> = { send: 3, memory: 1 };

/**
 * The backoff in milliseconds after consecutive failures: 1 s, doubling up to 60 s, of which `chance` (0 to 1) takes up to half as jitter,
 * so that tabs do not retry simultaneously. A longer wait that the server asked for wins, up to 15 minutes.
 */
export function backoffMs(failures: number, chance: number, retryAfterMs = 0): number {
  const whole = Math.min(BACKOFF_MS.cap, BACKOFF_MS.first * 2 ** (Math.max(1, failures) - 1));
  return Math.max(Math.round(whole * (1 - chance / 2)), Math.min(retryAfterMs, BACKOFF_MS.retryAfterCap));
}

/**
 * Whether a wait of `ms` until `until` has ended. It has also ended when `until` is further ahead than the whole wait, because
 * the clock went back.
 */
export function isOver({ until, ms }: { until: number; ms: number }, now: number): boolean {
  return now >= until || until - now > ms;
}

/** Whether a task in this state makes the others of its group wait. */
export function holdsGroup(status: Status): boolean {
  return status !== "completed";
}

/**
 * The properties that place a record in the indexes; a property that is left out keeps it out of that index. Only tasks that can
 * begin now are in `ready`, so the next task is the first of that index, however many wait.
 */
export type Placement = {
  /** In the index of order: lane, then `rank`, then seq. */
  ready?: Lane;
  rank: number;
  /** Waits for its time. */
  wakeAt?: number;
  /** Waits for the end of its backoff. */
  backsOffUntil?: number;
  /** Expires unless it begins before. */
  expiresAt?: number;
  /** Open in its group. */
  group?: string;
  /** Waits for these tasks. */
  waitsFor?: string[];
};

/** The place of a task. `isHead`: it is the first of its group. `waitsFor`: its dependencies that are not completed. */
export function placementOf(
  task: Omit<Task, "seq">,
  { isHead, waitsFor, now }: { isHead: boolean; waitsFor: readonly string[]; now: number },
): Placement {
  const placement: Placement = { rank: -task.priority };
  if (task.groupKey !== null && holdsGroup(task.status)) placement.group = task.groupKey;
  if (waitsFor.length > 0) placement.waitsFor = [...waitsFor];
  if (task.status !== "pending") return placement;
  if (task.validUntil !== null) placement.expiresAt = task.validUntil;
  if (!isHead || waitsFor.length > 0) return placement;
  if (task.executeAt !== null && task.executeAt > now) placement.wakeAt = task.executeAt;
  else if (task.retryAt !== null && !isOver({ until: task.retryAt, ms: task.retryMs }, now)) {
    placement.backsOffUntil = task.retryAt;
  } else placement.ready = task.lane;
  return placement;
}

/** When a task at this place becomes due or too late by itself, or null. */
export function dueAt({ wakeAt, backsOffUntil, expiresAt }: Placement): number | null {
  const times = [wakeAt, backsOffUntil, expiresAt].filter((time) => time !== undefined);
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * The ids of tasks of a batch that would wait for each other for ever, or none. A task waits for its dependencies, and for the
 * task before it in its group.
 */
export function cycleIn(batch: readonly (Pick<NewTask, "groupKey" | "dependsOn"> & { id: string })[]): string[] {
  const lastOfGroup = new Map<string, string>();
  const waits = new Map<string, Set<string>>();
  for (const { id, groupKey, dependsOn = [] } of batch) {
    const before = groupKey === undefined ? undefined : lastOfGroup.get(groupKey);
    waits.set(id, new Set(before === undefined ? dependsOn : [...dependsOn, before]));
    if (groupKey !== undefined) lastOfGroup.set(groupKey, id);
  }
  // Repeatedly removes tasks that depend on no task of the batch; the rest is a cycle.
  const waiters = new Map<string, string[]>();
  for (const [id, others] of waits) {
    for (const other of others) {
      if (waits.has(other)) waiters.set(other, [...(waiters.get(other) ?? []), id]);
      else others.delete(other);
    }
  }
  const free = [...waits].filter(([, others]) => others.size === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    waits.delete(id);
    for (const waiter of waiters.get(id) ?? []) {
      const others = waits.get(waiter);
      others?.delete(id);
      if (others?.size === 0) free.push(waiter);
    }
  }
  return [...waits.keys()];
}
