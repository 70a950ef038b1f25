import type { Sender } from "#declared";
import type { Db } from "#lib/database/db";
import type { Limits } from "#lib/base/env";
import type { Kv } from "#lib/kv";
import type { Logger } from "#lib/base/log";

/** Who asks. Explicit, never ambient; `describeActor` is how events and logs name them. */
export type Actor =
  /** A machine client; `keyId` is missing with the secret of the environment. */
  | { kind: "service"; keyId?: number }
  | { kind: "cron" }
  /** Who reads the metrics, with the token for that and nothing else. */
  | { kind: "scraper" }
  | { kind: "agent"; agentId: number; accountId: string }
  | { kind: "supervisor"; accountId: string }
  /** The sender of a webhook whose signature was right. */
  | { [S in Sender]: { kind: S } }[Sender]
  /** Who holds the socket of one conversation. */
  | { kind: "holder"; conversationId: string }
  | { kind: "anyone" }
  | { kind: "system" };

/** What a single-statement read gets; it reads the clock inside its statement, through `ringback_now()`. */
export type ReadCtx<A extends Actor = Actor> = Readonly<{
  db: Db;
  /** Copies of rows, for fast reading. Never part of a transaction. */
  kv: Kv;
  log: Logger;
  actor: A;
  limits: Limits;
  newId: () => string;
  /** The step of a trace that the caller says this request follows, unchecked. */
  traceparent?: string | null;
  /**
   * Runs `work` once the answer has left, with a context of its own: the transaction of this one may be over by then. Best
   * effort: a kindness, never the only copy of some work.
   */
  afterAnswer: (work: (ctx: Ctx) => Promise<unknown>) => void;
}>;

/** First argument of every operation. */
export type Ctx<A extends Actor = Actor> = ReadCtx<A> &
  Readonly<{
    /** The one instant of this unit of work, read from the database when it began. */
    now: Date;
  }>;

/** What an operation of a browser gets besides: the headers it sent, the network it is in, and a way to set cookies. */
export type Browser = Readonly<{ headers: Headers; address: string; setCookies: (from: Headers) => void }>;

/** "service", "key 3", "cron", "agent 7": the words events, logs and the audit use. */
export function describeActor(actor: Actor): string {
  if (actor.kind === "agent") return `agent ${actor.agentId}`;
  if (actor.kind === "supervisor") return `supervisor ${actor.accountId}`;
  if (actor.kind === "service" && actor.keyId !== undefined) return `key ${actor.keyId}`;
  return actor.kind;
}

/**
 * One event of a stream; the id is what a reader says it has heard last. Or, instead, how long the reader should wait
 * before it opens the stream again.
 */
export type ServerEvent = Readonly<{ id: string; event: string; data: unknown } | { retryMs: number }>;
