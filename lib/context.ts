import type { Db } from "#lib/db";
import type { Limits } from "#lib/env";
import type { Logger } from "#lib/log";

/** Who asks. Explicit, never ambient; `describeActor` is how events and logs name them. */
export type Actor =
  | { kind: "service" }
  | { kind: "cron" }
  | { kind: "agent"; agentId: number }
  | { kind: "supervisor"; accountId: string }
  | { kind: "anyone" }
  | { kind: "system" };

/** What a single-statement read gets; it reads the clock inside its statement, through `ringback_now()`. */
export type ReadCtx<A extends Actor = Actor> = Readonly<{
  db: Db;
  log: Logger;
  actor: A;
  limits: Limits;
  newId: () => string;
  /** Runs `work` once the answer has left. Best effort: a kindness, never the only copy of some work. */
  afterAnswer: (work: () => Promise<unknown>) => void;
}>;

/** First argument of every operation. */
export type Ctx<A extends Actor = Actor> = ReadCtx<A> &
  Readonly<{
    /** The one instant of this unit of work, read from the database when it began. */
    now: Date;
  }>;

/** "service", "cron", "agent 7": the words events and logs use. */
export function describeActor(actor: Actor): string {
  if (actor.kind === "agent") return `agent ${actor.agentId}`;
  if (actor.kind === "supervisor") return `supervisor ${actor.accountId}`;
  return actor.kind;
}
