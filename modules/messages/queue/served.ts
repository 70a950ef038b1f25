import type { ReadCtx } from "#lib/base/context";
import { type Sql, sql } from "#lib/database/sql";
import type { Queue } from "./port.ts";

type Name = Queue["name"];

/** The queues from which the workers of a backend take entries. Those of the broker also take what is in the table. */
const SERVED: Readonly<Record<Name, readonly Name[]>> = {
  postgres: ["postgres"],
  rabbitmq: ["rabbitmq", "postgres"],
  memory: ["memory"],
};

/**
 * Whether no worker takes the entry of the accepted message `k`, because QUEUE_BACKEND was changed while it waited. What was fetched from
 * the broker lies in the table, and is served with it.
 */
export function isUnserved({ limits }: Pick<ReadCtx, "limits">): Sql {
  const served = SERVED[limits.queueBackend];
  const isElsewhere = sql`k.queue_backend <> ALL (${[...served]}::text[])`;
  if (!served.includes("postgres")) return isElsewhere;
  return sql`(${isElsewhere} AND NOT EXISTS (SELECT FROM message_queue q WHERE q.id = k.id))`;
}

/** Why such a message waits, and what to do. */
export function unservedWhy({ limits }: Pick<ReadCtx, "limits">, queue: Name): string {
  if (queue === "memory")
    return "It was in the memory of a process that ran with QUEUE_BACKEND=memory, and is lost if that process has ended; it is not sent.";
  return `It is in the queue ${queue}, from which no worker takes anything while QUEUE_BACKEND is ${limits.queueBackend}. Run a worker with QUEUE_BACKEND=${queue} until that queue is empty.`;
}
