import type { Ctx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import type { Batch } from "../../module.ts";

/** An entry of the queue: the id of the message, and the event as JSON, which nothing between the two ends reads. */
export type Entry = Readonly<{ id: string; event: unknown }>;

/**
 * An entry in the hands of one worker, until its lease is over. `attempt` counts how often it was given out, from 1 on; with
 * `receipt` it is the fence: an operation with an older one changes nothing.
 */
export type Received = Entry & Readonly<{ attempt: number; receipt: string; queuedAt: Date }>;

export type Depth = Readonly<{
  /** May be received now. */
  ready: number;
  /** Are put off by a nack. */
  delayed: number;
  /** Are in the hands of a worker. */
  leased: number;
  dead: number;
  /** How long the oldest that is not dead has been in the queue. */
  oldestSeconds: number | null;
}>;

export type DeadLetter = Entry & Readonly<{ why: string; attempt: number; queuedAt: Date; deadAt: Date }>;

type QueueCtx = Pick<Ctx, "db" | "now" | "limits" | "log">;

/**
 * The queue between accepting a message and storing it. At least once: an entry that was published is received until it is
 * acknowledged or put to the dead letters, and may be received twice; that it has its effect once is held by the tables of messages.
 * In the order of publishing, except for what is given out again. Every backend passes `queue.test.ts`.
 */
export type Queue = Readonly<{
  name: "postgres" | "memory" | "rabbitmq";
  /** Whether `publish` is part of the transaction of `ctx.db`; else an entry is in the queue when `publish` resolves. */
  joinsTransaction: boolean;
  /**
   * Resolves when all are durably in the queue, as far as the backend keeps anything. An id that is in the queue is not put in a
   * second time. Refuses `unavailable` with `retryAfterSeconds` when there is no room or the backend does not answer; nothing was queued then.
   */
  publish: (ctx: QueueCtx, entries: readonly Entry[]) => Promise<void>;
  /** At most `limit` entries, oldest first; each is the caller's for `leaseMs`. Empty when there is nothing to do. */
  receive: (ctx: QueueCtx, ask: Readonly<{ limit: number; leaseMs: number }>) => Promise<Received[]>;
  /** They are done. How many of them were still the caller's. */
  ack: (ctx: QueueCtx, received: readonly Received[]) => Promise<number>;
  /** Gives one back, to be received again after `delayMs`. False when it was not the caller's any more. */
  nack: (ctx: QueueCtx, received: Received, delayMs: number) => Promise<boolean>;
  /** The lease goes on for `leaseMs` from now. False when it was not the caller's any more. */
  extend: (ctx: QueueCtx, received: Received, leaseMs: number) => Promise<boolean>;
  /** Puts one aside with the reason; it is received no more until it is redriven. False when it was not the caller's any more. */
  bury: (ctx: QueueCtx, received: Received, why: string) => Promise<boolean>;
  depth: (ctx: QueueCtx) => Promise<Depth>;
  /** The dead letters, oldest first. */
  deadLetters: (ctx: QueueCtx, limit: number) => Promise<DeadLetter[]>;
  /** Forgets dead letters that died before, oldest first, and returns their ids. Letters that another transaction holds are passed over. */
  retire: (db: Db, batch: Batch) => Promise<string[]>;
  /** Dead letters go back into the queue, with no attempt counted. How many: one that is redriven twice moves once. */
  redrive: (ctx: QueueCtx, ids: readonly string[]) => Promise<number>;
  /** Lets go of connections; nothing is received afterwards. */
  close: () => Promise<void>;
}>;

/** In seconds: so long a caller should wait who met a full queue. */
export const FULL_RETRY_SECONDS = 5;
