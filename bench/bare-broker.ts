import { Connection } from "rabbitmq-client";
import { readNodes } from "../modules/messages/queue/broker-access.ts";

const BATCH = 100;

/**
 * What the nodes of RabbitMQ take by themselves: a quorum queue of the cluster that this process is given, beside the one of
 * Ringback.
 */
export type BareBroker = Readonly<{
  /** Resolves when most of the nodes have the entry. */
  publish: (body: unknown) => Promise<unknown>;
  /** Receives so many entries, and acknowledges them by the hundred. */
  take: (count: number) => Promise<void>;
  close: () => Promise<void>;
}>;

export function openBareBroker(name: string): BareBroker {
  const connection = new Connection({ ...readNodes(process.env.RABBITMQ_URL!.split(",")), noDelay: true });
  // It connects again by itself.
  connection.on("error", () => {});
  const queue = { queue: name, durable: true, arguments: { "x-queue-type": "quorum" } } as const;
  const publisher = connection.createPublisher({ confirm: true, queues: [queue] });
  return {
    publish: (body) => publisher.send({ routingKey: name, durable: true }, body),

    async take(count) {
      const channel = await connection.acquire();
      const { promise: isDone, resolve: done } = Promise.withResolvers<void>();
      let received = 0;
      await channel.basicQos({ prefetchCount: BATCH });
      await channel.basicConsume({ queue: name }, ({ deliveryTag }) => {
        received += 1;
        if (received % BATCH === 0 || received === count) channel.basicAck({ deliveryTag, multiple: true });
        if (received === count) done();
      });
      await isDone;
      await channel.close();
    },

    async close() {
      await publisher.close();
      await connection.close();
    },
  };
}
