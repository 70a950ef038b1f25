import { brokerAccess } from "./broker-access.ts";
import type { Ctx } from "#lib/base/context";
import { memoryQueue } from "./memory.ts";
import type { Queue } from "./port.ts";
import { postgresQueue } from "./postgres.ts";
import { rabbitQueue } from "./rabbitmq.ts";

const BACKENDS = {
  postgres: postgresQueue,
  memory: memoryQueue,
  rabbitmq: () => rabbitQueue(brokerAccess()),
} as const satisfies Record<Queue["name"], () => Queue>;

const opened: Partial<Record<Queue["name"], Queue>> = {};

/** The queue of this process: the one that QUEUE_BACKEND names, opened when it is first asked for. */
export function openQueue({ limits }: Pick<Ctx, "limits">): Queue {
  const { queueBackend } = limits;
  opened[queueBackend] ??= BACKENDS[queueBackend]();
  return opened[queueBackend];
}

/**
 * The queue for messages that are accepted as part of a change of ours: a rollback of the change undoes them, and they do not go
 * out before its commit. Receivers of the broker receive these rows, too; only receivers of the memory queue do not.
 */
export function openQueueOfChange({ limits }: Pick<Ctx, "limits">): Queue {
  return limits.queueBackend === "rabbitmq" ? postgresQueue() : openQueue({ limits });
}
