import { setImmediate as turn } from "node:timers/promises";
import { type AsyncMessage, type Channel, Connection, type Publisher } from "rabbitmq-client";
import { z } from "zod";
import type { BrokerAccess } from "./broker-access.ts";
import { pause } from "#lib/time/clock";
import { allDone } from "#lib/base/all-done";
import { isUnstorableText } from "#lib/database/error";
import { QueueError } from "#lib/base/errors";
import { unlessAborted } from "#lib/outbound/deadline";
import { type Envelope, insertEvents } from "../sql/insert-events.ts";
import { type First, FULL_RETRY_SECONDS, type Queue, type Received } from "./port.ts";
import { postgresQueue } from "./postgres.ts";
import { full, roomInQueue } from "./room.ts";

/** The name of the queue at the broker. */
const NAME = "ringback.messages";

/** How often the broker delivers an entry whose receivers die before they acknowledge it. RabbitMQ 3 has no limit of its own. */
export const DELIVERY_LIMIT = 20;

/** Replicated on the nodes of the cluster, and on disk. */
const QUORUM = { "x-queue-type": "quorum" } as const;

type Names = Readonly<{ entries: string; givenUp: string }>;
/** The names of both queues: an entry that the broker has delivered too often moves to `givenUp`, and is fetched from there all the same. */
export const namesOf = (entries: string): Names => ({ entries, givenUp: `${entries}.given-up` });

/** The declarations of both queues. A declaration cannot be changed later. */
const queuesOf = ({ entries, givenUp }: Names) => [
  { queue: givenUp, durable: true, arguments: QUORUM },
  {
    queue: entries,
    durable: true,
    arguments: {
      ...QUORUM,
      "x-delivery-limit": DELIVERY_LIMIT,
      "x-dead-letter-exchange": "",
      "x-dead-letter-routing-key": givenUp,
      // An entry leaves this queue only when the other one has it. RabbitMQ permits that only for a queue that rejects entries when it is full.
      "x-dead-letter-strategy": "at-least-once",
      "x-overflow": "reject-publish" as const,
    },
  },
];

/**
 * The number of unacknowledged entries that the broker hands to one process. When the process dies, they count as delivered; from then on
 * they are in the table before anything is done with them, so that an entry that kills its workers costs no other more than one delivery.
 */
const PREFETCH = 600;
/** The number of entries that are taken at once, and how many such takes there are at a time: as they run, the rest of the prefetch is on its way. */
const TAKEN_TOGETHER = 200;
const TAKES = 2;
/** How many entries one receipt may store at their first delivery: after each receipt the takes stand still for a moment. */
const STORED_AT_ONCE = 1_200;
/** The maximum number of entries of one process that the broker has not confirmed; more are refused. */
const WINDOW = 1_000;

/** In milliseconds. */
const CONFIRM_MS = 5_000;
const ANSWER_MS = 2_000;
const CONNECT_MS = 3_000;
/** The wait for an entry that the broker is about to deliver, and for one that follows those just acknowledged. */
const ARRIVES_MS = 1_000;
const FOLLOWS_MS = 20;
/** A process that fetches nothing for this long, because it is stuck, gives up its consumer, so that other processes get the entries. */
const IDLE_MS = 30_000;

/**
 * A queue that takes entries on nodes of its own: quorum queues of RabbitMQ. An entry is in it when a majority of the nodes has it on
 * disk. An entry is acknowledged to the broker when it is stored at its first delivery, or is in `message_queue`; from there on
 * everything is as with the backend `postgres`: attempts, delays, leases and dead letters are rows, so that RabbitMQ 3.10 and 4 behave
 * alike. An entry that is fetched twice is one row.
 */
export function rabbitQueue(access: BrokerAccess, name = NAME): Queue {
  const rows = postgresQueue();
  const broker = openBroker(access, namesOf(name));
  const room = roomInQueue();
  let isAway = false;

  return {
    ...rows,
    name: "rabbitmq",
    queueing: null,

    async publish({ limits, now, log }, entries) {
      try {
        if (broker.unconfirmed() >= WINDOW) throw full();
        await room.take(entries.length, async () => limits.messageQueueDepth - (await broker.waiting()));
        const queuedAt = now.toISOString();
        await Promise.all(entries.map((entry) => broker.publish({ ...entry, queuedAt })));
      } catch (error) {
        if (error instanceof QueueError) throw error;
        log.warn({ reason: String(error) }, "the broker of messages did not confirm");
        throw new QueueError("The queue of messages does not answer; nothing was queued. Send it again in a moment.", {
          retryAfterSeconds: FULL_RETRY_SECONDS,
        });
      }
    },

    async receive(ctx, ask) {
      const received = await rows.receive(ctx, ask);
      try {
        let room = ask.limit - received.length;
        let rest = STORED_AT_ONCE;
        /** Returns how many are left for the caller. */
        const take = async (some: Fetched[]) => {
          const done = await doneAtOnce(some, ask.first);
          const left = some.flatMap(({ entry }) => (entry && done.has(entry.id) ? [] : [entry]));
          if (left.length > 0) received.push(...(await keep(ctx, left, ask.leaseMs)));
          return left.length;
        };
        // An acknowledged entry makes room for another delivery, so that a batch may be larger than the prefetch.
        const takeAll = async () => {
          for (let more = 1; more > 0 && room > 0 && rest > 0; ) {
            const most = Math.min(room, rest, TAKEN_TOGETHER);
            room -= most;
            rest -= most;
            let left = 0;
            more = await broker.fetch(most, async (some) => {
              left = await take(some);
            });
            room += most - left;
          }
        };
        // Only takes one after the other keep the order of what is received.
        await allDone(Array.from({ length: ask.first ? TAKES : 1 }, takeAll));
        isAway = false;
      } catch (error) {
        // Work goes on with the entries that were fetched before; the client reconnects without help.
        if (!isAway) ctx.log.warn({ reason: String(error) }, "nothing can be fetched from the broker of messages");
        isAway = true;
      }
      return received;
    },

    /**
     * The depth without the entries that other processes have at hand, at most 600 each. The broker does not tell the age of its
     * oldest entry, so `oldestSeconds` covers only the fetched ones.
     */
    async depth(ctx) {
      const depth = await rows.depth(ctx);
      return { ...depth, ready: depth.ready + (await broker.waiting()) + broker.atHand() };
    },

    rest: () => broker.rest(),
    close: () => broker.close(),
  };
}

const envelope = z.object({ id: z.uuid(), event: z.unknown(), queuedAt: z.iso.datetime() });

/**
 * Hands entries that the broker delivers for the first time to `first`, so that most are never rows of the queue, and returns the ids of
 * those that are done with. An entry whose receiver died comes again, and is then counted and put off in the table as with the backend
 * `postgres`.
 */
async function doneAtOnce(fetched: readonly Fetched[], first: First | undefined): Promise<ReadonlySet<string>> {
  const fresh = fetched.flatMap(({ entry, isFirst }) => (entry && isFirst ? [entry] : []));
  return first && fresh.length > 0 ? first(fresh) : new Set();
}

/**
 * Inserts entries into the table, each once, and leases them to the caller in the same statement; returns those that were not
 * there before. An entry that cannot be kept there becomes a dead letter without its text, and holds up no other.
 */
async function keep(
  ctx: Parameters<Queue["receive"]>[0],
  entries: readonly (Envelope | null)[],
  leaseMs: number,
): Promise<Received[]> {
  try {
    return await insertEvents(ctx, entries, { leaseMs });
  } catch (error) {
    if (!isUnstorableText(error)) throw error;
    const kept: Received[] = [];
    for (const one of entries) {
      const alone = await insertEvents(ctx, [one], { leaseMs }).catch((fault: unknown) => {
        if (!isUnstorableText(fault)) throw fault;
        return insertEvents(ctx, [one && { ...one, event: null }], {
          leaseMs,
          why: "It holds a character that cannot be stored.",
        });
      });
      kept.push(...alone);
    }
    return kept;
  }
}

/** An entry, null for a body that Ringback did not publish, and whether the broker delivers it for the first time. */
type Fetched = Readonly<{ entry: Envelope | null; isFirst: boolean }>;

type Broker = Readonly<{
  /** Resolves when a majority of the nodes has the entry. */
  publish: (entry: Envelope) => Promise<void>;
  unconfirmed: () => number;
  /**
   * Hands up to `limit` entries to `take`, acknowledges them when `take` has resolved, and returns their number. Entries that
   * `take` refuses stay at hand.
   */
  fetch: (limit: number, take: (fetched: Fetched[]) => Promise<void>) => Promise<number>;
  /** The number of entries that this process has not stored yet. */
  atHand: () => number;
  /** The number of entries that no process has fetched. */
  waiting: () => Promise<number>;
  /** Gives up the consumer; the broker hands what is at hand to other consumers. */
  rest: () => Promise<void>;
  close: () => Promise<void>;
}>;

/** The channel for entries from the broker, those at hand that nobody takes, the wait for the next, and the way to acknowledge. */
type Inlet = Readonly<{
  channel: Channel;
  stash: AsyncMessage[];
  arrival: () => Promise<void>;
  acknowledge: (done: readonly AsyncMessage[]) => void;
}>;

/** A channel for published entries, and the number that is not confirmed. */
type Line = { readonly publisher: Publisher; underWay: number };

function openBroker(access: BrokerAccess, names: Names): Broker {
  const queues = queuesOf(names);
  const connection = new Connection({
    ...access,
    connectionName: "ringback",
    acquireTimeout: CONNECT_MS,
    connectionTimeout: CONNECT_MS,
    retryLow: 250,
    retryHigh: 2_000,
    heartbeat: 10,
    noDelay: true,
  });
  // Every failure also reaches the operation that waits, so this listener does nothing; the client reconnects to the next node.
  connection.on("error", () => undefined);
  const returned = new Set<string>();
  let unconfirmed = 0;
  let opening: Promise<void> | undefined = connection.onConnect(CONNECT_MS, true).finally(() => {
    opening = undefined;
  });
  opening.catch(() => undefined);
  let line: Line | undefined;
  const channels = new Set<Channel>();
  let stash: AsyncMessage[] = [];
  let receiving: Channel | undefined;
  let idle: NodeJS.Timeout | undefined;

  const openChannel = async (): Promise<Channel> => {
    const channel = await connection.acquire({ emitErrorsFromChannel: true });
    channel.on("error", () => undefined);
    channels.add(channel);
    channel.on("close", () => void channels.delete(channel));
    await ask(channel, async () => {
      for (const queue of queues) await channel.queueDeclare(queue);
    });
    return channel;
  };
  const asking = lasting(openChannel, (channel) => channel.active);

  /** Opens the consumer; fails at once while the cluster is away, because workers have other work to do. */
  const openInlet = async (): Promise<Inlet> => {
    await opening;
    if (!connection.ready) throw new Error("No node of the cluster can be reached.");
    const channel = await openChannel();
    const mine: AsyncMessage[] = [];
    let { promise: next, resolve: arrive } = Promise.withResolvers<void>();
    const take = (message: AsyncMessage): void => {
      mine.push(message);
      arrive();
      ({ promise: next, resolve: arrive } = Promise.withResolvers<void>());
    };
    channel.on("basic.cancel", () => void channel.close());
    await ask(channel, async () => {
      await channel.basicQos({ prefetchCount: PREFETCH });
      for (const { queue } of queues) await channel.basicConsume({ queue }, take);
    });
    stash = mine;
    receiving = channel;
    return { channel, stash: mine, arrival: () => next, acknowledge: inOrder(channel) };
  };
  const inlet = lasting(openInlet, ({ channel }) => channel.active);

  const openLine = (): Line => {
    const publisher = connection.createPublisher({ confirm: true });
    publisher.on("basic.return", ({ messageId }) => void returned.add(String(messageId)));
    return { publisher, underWay: 0 };
  };

  const countIn = (channel: Channel): Promise<number> =>
    ask(channel, async () => {
      const found = await Promise.all(queues.map(({ queue }) => channel.queueDeclare({ queue, passive: true })));
      return found.reduce((sum, { messageCount }) => sum + messageCount, 0);
    });

  return {
    async publish(entry) {
      line ??= openLine();
      const on = line;
      on.underWay += 1;
      unconfirmed += 1;
      try {
        const envelope = { routingKey: names.entries, durable: true, mandatory: true, messageId: entry.id };
        await inTime(on.publisher.send(envelope, entry), CONFIRM_MS);
        // The broker returns an entry that no queue takes before it confirms it; the client reports that one turn later.
        await turn();
        if (returned.has(entry.id)) throw new Error("No queue takes it.");
      } catch (error) {
        // A channel that was opened during an election of a leader rejects everything for ever, so the next entry gets a new one.
        if (line === on) line = undefined;
        throw error;
      } finally {
        returned.delete(entry.id);
        unconfirmed -= 1;
        on.underWay -= 1;
        if (line !== on && on.underWay === 0) void on.publisher.close().catch(() => undefined);
      }
    },

    unconfirmed: () => unconfirmed,

    async fetch(limit, take) {
      const { channel, stash, arrival, acknowledge } = await inlet();
      clearTimeout(idle);
      idle = setTimeout(() => void channel.close(), IDLE_MS).unref();
      // Asking for the number costs more than the next entries do while there are many.
      if (stash.length === 0) await Promise.race([arrival(), pause(FOLLOWS_MS)]);
      if (stash.length === 0) {
        const isMore = (await countIn(channel)) > 0;
        if (isMore && stash.length === 0) await Promise.race([arrival(), pause(ARRIVES_MS)]);
      }
      const some = stash.splice(0, limit);
      if (some.length === 0) return 0;
      try {
        await take(
          some.map(({ body, redelivered, routingKey }) => ({
            entry: envelope.safeParse(body).data ?? null,
            isFirst: !redelivered && routingKey === names.entries,
          })),
        );
      } catch (error) {
        // Entries that were given back to the broker would soon exceed the delivery limit.
        stash.unshift(...some);
        throw error;
      }
      acknowledge(some);
      return some.length;
    },

    atHand: () => stash.length,

    waiting: async () => countIn(await asking()),

    async rest() {
      clearTimeout(idle);
      await receiving?.close().catch(() => undefined);
    },

    async close() {
      clearTimeout(idle);
      if (!connection.ready) return connection.unsafeDestroy();
      for (const channel of channels) await channel.close();
      await line?.publisher.close();
      await connection.close();
    },
  };
}

/**
 * Acknowledges the entries of a channel, whose tags count from 1, in their order: one acknowledgement covers all up to the first that is not done.
 * The broker redelivers those of a channel that has broken meanwhile.
 */
function inOrder(channel: Channel): (done: readonly AsyncMessage[]) => void {
  let last = 0;
  const ahead = new Set<number>();
  return (done) => {
    const before = last;
    for (const { deliveryTag } of done) ahead.add(deliveryTag);
    while (ahead.delete(last + 1)) last += 1;
    if (last > before && channel.active) channel.basicAck({ deliveryTag: last, multiple: true });
  };
}

/** Makes a resource at its first use, and makes it anew when it is broken; simultaneous callers share one. */
function lasting<T>(make: () => Promise<T>, isWhole: (one: T) => boolean): () => Promise<T> {
  let current: Promise<T> | undefined;
  return async () => {
    const before = current;
    const one = await before?.catch(() => undefined);
    if (one !== undefined && isWhole(one)) return one;
    if (current === before) current = make();
    return current!;
  };
}

/**
 * Sends a request on a channel, within the time that a caller may wait. A channel that does not answer is closed: a node that has
 * just lost the leader of a queue may never answer a request of that moment.
 */
async function ask<T>(channel: Channel, work: () => Promise<T>): Promise<T> {
  try {
    return await inTime(work(), ANSWER_MS);
  } catch (error) {
    void channel.close().catch(() => undefined);
    throw error;
  }
}

function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  return unlessAborted(work, AbortSignal.timeout(milliseconds));
}
