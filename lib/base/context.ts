import type { Sender } from "#declared";
import type { Db } from "#lib/database/db";
import type { Limits } from "#lib/base/env";
import type { Kv } from "#lib/kv";
import type { Logger } from "#lib/base/log";

/** The caller. Always passed explicitly; `describeActor` is its name in events and logs. */
export type Actor =
  /** A machine client; `keyId` is missing when it uses the secret of the environment. */
  | { kind: "service"; keyId?: number }
  | { kind: "cron" }
  /** The scraper of the metrics, whose token opens nothing else. */
  | { kind: "scraper" }
  | { kind: "agent"; agentId: number; accountId: string }
  | { kind: "supervisor"; accountId: string }
  /** The sender of a webhook with a valid signature. */
  | { [S in Sender]: { kind: S } }[Sender]
  /** The bearer of a conversation token. */
  | { kind: "subscriber"; conversationId: string }
  | { kind: "anyone" }
  | { kind: "system" };

/** The context of a read in a single statement, which reads the clock itself, through `ringback_now()`. */
export type ReadCtx<A extends Actor = Actor> = Readonly<{
  db: Db;
  /** Copies of rows, for fast reading. Never part of a transaction. */
  kv: Kv;
  log: Logger;
  actor: A;
  limits: Limits;
  newId: () => string;
  /** The `traceparent` header of the caller, unchecked. */
  traceparent?: string | null;
  /**
   * Runs `work` after the answer has been sent, with a context of its own, because the transaction of this one may have ended.
   * Best effort: work that must not be lost needs a row as well.
   */
  afterAnswer: (work: (ctx: Ctx) => Promise<unknown>) => void;
}>;

/** First argument of every operation. */
export type Ctx<A extends Actor = Actor> = ReadCtx<A> &
  Readonly<{
    /** The one instant of this unit of work, read from the database when it began. */
    now: Date;
  }>;

/** The further arguments of an operation for a browser: its headers, its network, and a function that sets cookies. */
export type Browser = Readonly<{ headers: Headers; address: string; setCookies: (from: Headers) => void }>;

/** "service", "key 3", "cron", "agent 7": the name of an actor in events, logs and the audit. */
export function describeActor(actor: Actor): string {
  if (actor.kind === "agent") return `agent ${actor.agentId}`;
  if (actor.kind === "supervisor") return `supervisor ${actor.accountId}`;
  if (actor.kind === "service" && actor.keyId !== undefined) return `key ${actor.keyId}`;
  return actor.kind;
}

/**
 * One event of a stream, with the id that a reader sends back as the last one it received; or the time after which the reader
 * should open the stream again.
 */
export type ServerEvent = Readonly<{ id: string; event: string; data: unknown } | { retryMs: number }>;
