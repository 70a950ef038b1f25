/** The stored form of records, and the reading of a record of any build, perhaps damaged. */
import type { DBSchema } from "idb";
import { NO_TASKS, type Placement, placementOf } from "./rules.ts";
import { LANES, type Lane, type Reason, STATUSES, type Status, type Task } from "./task.ts";

/** The format of the stored records. A page that knows only a lower one reads nothing. */
export const FORMAT = 1;

export type StoredTask = Task & Placement;

/** A record that cannot be read, stored as it is. */
export type Quarantined = { seq: number; record: unknown; reason: string; at: number };

export type LaneState = {
  /** Why the lane begins no task; a person or a sign-in resumes it. */
  paused: Reason | null;
  retryAt: number | null;
  retryMs: number;
  failures: number;
  counts: Record<Status, number>;
  /**
   * When a claim last read the indexes of times, and a time before which no waiting task becomes due or too late, or null; so most
   * claims need not read them. Absent: no claim has read them yet.
   */
  look?: { at: number; due: number | null };
};

/** One row with the facts about all tasks, so that they need not be read. It changes in the transaction of the task. */
export type State = { key: "state"; format: number; quarantined: number; lanes: Record<Lane, LaneState> };

export interface Schema extends DBSchema {
  tasks: {
    key: number;
    value: StoredTask;
    indexes: {
      id: string;
      status: [Status, number];
      ready: [Lane, number, number];
      wakeAt: [Lane, number];
      backsOffUntil: [Lane, number];
      expiresAt: [Lane, number];
      group: [string, number];
      waitsFor: string;
    };
  };
  quarantine: { key: number; value: Quarantined };
  state: { key: string; value: State };
}

export function emptyState(): State {
  const lane = (): LaneState => ({
    paused: null,
    retryAt: null,
    retryMs: 0,
    failures: 0,
    counts: { ...NO_TASKS },
  });
  return { key: "state", format: FORMAT, quarantined: 0, lanes: { send: lane(), memory: lane() } };
}

/** The record of a task at its place. */
export function stored(task: Task, at: Parameters<typeof placementOf>[1]): StoredTask;
export function stored(task: Omit<Task, "seq">, at: Parameters<typeof placementOf>[1]): Omit<StoredTask, "seq">;
export function stored(task: Omit<Task, "seq">, at: Parameters<typeof placementOf>[1]): Omit<StoredTask, "seq"> {
  return { ...task, ...placementOf(task, at) };
}

const PLACEMENT = ["ready", "rank", "wakeAt", "backsOffUntil", "expiresAt", "group", "waitsFor"] as const;

/** The task of a record, or the fault of the record as a sentence. */
export function readTask(record: unknown): Task | string {
  if (typeof record !== "object" || record === null) return "is no object";
  const task = record as StoredTask;
  const fault = CHECKS.find(([, check]) => !check(task));
  if (fault) return `has no readable ${fault[0]}`;
  // A record from before this field has none.
  const fields = { ...task, retriedAt: task.retriedAt ?? null };
  for (const name of PLACEMENT) delete (fields as Partial<StoredTask>)[name];
  return fields;
}

const isTime = (value: unknown): boolean => value === null || Number.isFinite(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const CHECKS: [string, (task: StoredTask) => boolean][] = [
  ["number", ({ seq }) => isCount(seq)],
  ["id", ({ id }) => typeof id === "string" && id !== ""],
  ["type", ({ type }) => typeof type === "string"],
  ["version", ({ version }) => isCount(version)],
  ["lane", ({ lane }) => LANES.includes(lane)],
  ["status", ({ status }) => STATUSES.includes(status)],
  ["priority", ({ priority }) => Number.isFinite(priority)],
  ["person", ({ userId }) => typeof userId === "string"],
  ["group", ({ groupKey }) => groupKey === null || typeof groupKey === "string"],
  ["dependencies", ({ dependsOn }) => Array.isArray(dependsOn) && dependsOn.every((id) => typeof id === "string")],
  [
    "attempts",
    (task) =>
      [task.attempts, task.spent, task.failures, task.maxAttempts, task.retryMs].every((value) => isCount(value)),
  ],
  [
    "times",
    (task) =>
      [task.executeAt, task.validUntil, task.claimedAt, task.settledAt, task.retryAt, task.retriedAt ?? null].every(
        isTime,
      ),
  ],
  ["time of arrival", ({ createdAt }) => Number.isFinite(createdAt)],
  ["owner", ({ owner }) => owner === null || typeof owner === "string"],
];
