import type { Ctx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import type { Sql } from "#lib/database/sql";
import type { Batch } from "../../module.ts";

/** An entry of the queue: the id of the message, and the event as JSON, which nothing between the two ends reads. */
export type Entry = Readonly<{ id: string; event: unknown }>;

/**
 * An entry in the hands of one worker, until its lease is over. `attempt` counts how often it was given out, from 1 on; with
 * `receipt` it is the fence: an operation with an older one changes nothing.
 */
export type Received = Entry & Readonly<{ attempt: number; receipt: string; queuedAt: Date }>;

export type Depth = Readonly<{
  /** The number of entries that may be received now. */
  ready: number;
  /** The number of entries that a nack has put off. */
  delayed: number;
  /** The number of entries that a worker has leased. */
  leased: number;
  dead: number;
  /** The age of the oldest entry that is not dead. */
  oldestSeconds: number | null;
}>;

export type DeadLetter = Entry & Readonly<{ why: string; attempt: number; queuedAt: Date; deadAt: Date }>;

/** Does with entries what they are for, and returns the ids of those for which it is done; it never throws. */
export type First = (entries: readonly Entry[]) => Promise<ReadonlySet<string>>;

type QueueCtx = Pick<Ctx, "db" | "now" | "limits" | "log">;

/**
 * The queue between accepting a message and storing it. It delivers at least once: a published entry is received until it is
 * acknowledged or becomes a dead letter, and may be received twice; the tables of messages ensure that it has its effect once.
 * Entries come in the order of publishing, except redelivered ones. Every backend passes `queue.test.ts`.
 */
export type Queue = Readonly<{
  name: "postgres" | "memory" | "rabbitmq";
  /**
   * For a queue in the database, whose `publish` is part of the transaction of `ctx.db`: a statement that puts one entry into the queue if
   * its id is in the relation `reserved`, for the one that accepts the message. Refuses like `publish`. Null for another queue: an entry is
   * in it when `publish` resolves.
   */
  queueing: ((ctx: QueueCtx, entry: Entry) => Promise<Sql>) | null;
  /**
   * Resolves when all are durably in the queue, as far as the backend keeps anything. An id that is in the queue is not put in a
   * second time. Refuses `unavailable` with `retryAfterSeconds` when there is no room or the backend does not answer; nothing was queued then.
   */
  publish: (ctx: QueueCtx, entries: readonly Entry[]) => Promise<void>;
  /**
   * At most `limit` entries, oldest first; each is the caller's for `leaseMs`. Empty when there is nothing to do. A broker hands entries that it
   * delivers for the first time to `first` instead, if that is given; those that it was done with are acknowledged, not received, and not limited.
   */
  receive: (ctx: QueueCtx, ask: Readonly<{ limit: number; leaseMs: number; first?: First }>) => Promise<Received[]>;
  /** Acknowledges entries, and returns how many of them were still the caller's. */
  ack: (ctx: QueueCtx, received: readonly Received[]) => Promise<number>;
  /**
   * For a queue in the database: a statement that acknowledges the entries of the relation `done`, with their `receipt` and `attempt`, for
   * the one that does what they are for. Null for another queue.
   */
  acknowledging: Sql | null;
  /** Gives an entry back, to be received again after `delayMs`. False when it was not the caller's any more. */
  nack: (ctx: QueueCtx, received: Received, delayMs: number) => Promise<boolean>;
  /** Extends the lease to `leaseMs` from now. False when it was not the caller's any more. */
  extend: (ctx: QueueCtx, received: Received, leaseMs: number) => Promise<boolean>;
  /** Makes an entry a dead letter with the reason; it is not received until it is redriven. False when it was not the caller's any more. */
  bury: (ctx: QueueCtx, received: Received, why: string) => Promise<boolean>;
  depth: (ctx: QueueCtx) => Promise<Depth>;
  /** The dead letters, oldest first. */
  deadLetters: (ctx: QueueCtx, limit: number) => Promise<DeadLetter[]>;
  /** Forgets dead letters that died before, oldest first, and returns their ids. Letters that another transaction holds are passed over. */
  retire: (db: Db, batch: Batch) => Promise<string[]>;
  /** Returns dead letters to the queue with no attempt counted, and returns their number: of two redrives of a letter one counts it. */
  redrive: (ctx: QueueCtx, ids: readonly string[]) => Promise<number>;
  /** Ends receiving until the next `receive`: entries that the backend has handed to this process ahead go to other receivers at once. */
  rest: () => Promise<void>;
  /** Closes connections; nothing is received afterwards. */
  close: () => Promise<void>;
}>;

/** The wait in seconds for a caller whose message did not fit into a full queue. */
export const FULL_RETRY_SECONDS = 5;
