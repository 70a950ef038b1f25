/** The fields of a task, the definition of a type of task, and the outcomes of an attempt. */

/** `send` talks to the server and continues while the page is hidden; `memory` is local work that pauses then. */
export const LANES = ["send", "memory"] as const;
export type Lane = (typeof LANES)[number];

/** Higher first. Any number is allowed; these have names. */
export const PRIORITY = { critical: 100, high: 75, normal: 50, low: 25 } as const;

export const STATUSES = ["pending", "processing", "completed", "failed", "parked", "expired"] as const;
export type Status = (typeof STATUSES)[number];

/** Why a task is where it is: a code for programs, a sentence for people. */
export type Reason = { code: string; sentence: string };

/** A task as it is stored. Times are milliseconds since 1970 by the queue's clock. */
export type Task = {
  /** The place in the order of arrival; given by the store, never by a clock. */
  seq: number;
  id: string;
  type: string;
  /** The version of the payload's shape. */
  version: number;
  payload: unknown;
  lane: Lane;
  priority: number;
  userId: string;
  /** Tasks of one group run one after the other, in the order of their arrival. */
  groupKey: string | null;
  /** Tasks that must have been completed before. */
  dependsOn: string[];
  /** Not before this. */
  executeAt: number | null;
  /** Not after this: a task that has not begun by then expires. */
  validUntil: number | null;
  maxAttempts: number;
  status: Status;
  /** The number of attempts so far. The number of an attempt is its fence: a result under an older number is refused. */
  attempts: number;
  /** How many of these count against `maxAttempts`. */
  spent: number;
  /** The number of failures in a row; the backoff grows with it. */
  failures: number;
  /** The tab that works on it. */
  owner: string | null;
  createdAt: number;
  claimedAt: number | null;
  settledAt: number | null;
  /** When a person last let it begin again. */
  retriedAt: number | null;
  /** Until when it backs off, and how long that was when it was decided. */
  retryAt: number | null;
  retryMs: number;
  reason: Reason | null;
  output: unknown;
};

/** The input of `enqueue`. */
export type NewTask = {
  type: string;
  payload: unknown;
  /** A name of the caller's own. The same id enqueued twice is one task. */
  id?: string;
  priority?: number;
  groupKey?: string;
  dependsOn?: readonly string[];
  executeAt?: number;
  validUntil?: number;
  maxAttempts?: number;
};

/** How an attempt ended. */
export type Outcome =
  | { kind: "done"; output?: unknown }
  /** Final: another attempt would get the same answer. */
  | { kind: "refused"; reason: Reason }
  /** Not now; `retryAfterMs` is the wait that the server asked for. */
  | { kind: "later"; reason: Reason; retryAfterMs?: number }
  /** No server was reached: the whole lane backs off, and one task at a time tries to reach it again. */
  | { kind: "unreachable"; reason: Reason; retryAfterMs?: number }
  /** Nothing of this lane can go out until a person has done something, such as sign in. */
  | { kind: "held"; reason: Reason }
  /** This task waits for a person or for another build. */
  | { kind: "parked"; reason: Reason };

export type RunContext = {
  taskId: string;
  attempt: number;
  userId: string;
  createdAt: number;
  /** When a person last let it begin again, or null. */
  retriedAt: number | null;
  /** Aborts when the attempt has taken longer than its type allows. */
  signal: AbortSignal;
};

/** Returns its input in the parsed shape, or throws; a zod schema is a parser. */
export type Parser = { parse(input: unknown): unknown };

export type TaskType = {
  lane: Lane;
  /** Goes up when the shape of the payload changes. */
  version: number;
  payload: Parser;
  /** Brings a payload of an older version to the present one; a type without it parks older tasks. */
  upcast?: (payload: unknown, version: number) => unknown;
  maxAttempts?: number;
  /** How long after it was enqueued a task may still begin, and the sentence for one that did not. */
  validForMs?: number;
  expiredSentence?: string;
  /** How long one attempt may take. */
  limitMs?: number;
  /** Does the work. An error that it throws counts as `later`. */
  run(payload: never, context: RunContext): Promise<Outcome>;
};

export type TaskTypes = Readonly<Record<string, TaskType>>;
