import type { Task } from "#modules/durable-queue";

/** When the tasks of `aQueueTask` were enqueued. */
export const NOON = Date.parse("2026-03-02T12:00:00Z");

/** A waiting task of the browser's queue, with the given fields. */
export function aQueueTask(task: Partial<Task> = {}): Task {
  return {
    seq: 1,
    id: "a",
    type: "snooze",
    version: 1,
    payload: {},
    lane: "send",
    priority: 50,
    userId: "maya",
    groupKey: null,
    dependsOn: [],
    executeAt: null,
    validUntil: null,
    maxAttempts: 5,
    status: "pending",
    attempts: 0,
    spent: 0,
    failures: 0,
    owner: null,
    createdAt: NOON,
    claimedAt: null,
    settledAt: null,
    retryAt: null,
    retryMs: 0,
    retriedAt: null,
    reason: null,
    output: null,
    ...task,
  };
}
