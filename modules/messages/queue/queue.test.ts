/** The conformance suite of the queue: every backend passes all of it. */
import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { Connection } from "rabbitmq-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { execute, type Sql, sql } from "#lib/database/sql";
import { problemHeaders, problemOf } from "#lib/http/problem";
import { readNodes } from "./broker-access.ts";
import { hasRabbit, type RabbitCluster, startRabbit } from "#tests/fakes/rabbitmq";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";
import { freePort } from "../../../scripts/ports.ts";
import { memoryQueue } from "./memory.ts";
import type { Entry, First, Queue, Received } from "./port.ts";
import { postgresQueue } from "./postgres.ts";
import { DELIVERY_LIMIT, namesOf, rabbitQueue } from "./rabbitmq.ts";

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const entry = (n: number): Entry => ({ id: id(n), event: { n } });
type Ask = Parameters<Queue["receive"]>[1];
const ALL = { limit: 100, leaseMs: 30_000 };

let cluster: RabbitCluster;
let direct: Connection;
const opened: Queue[] = [];
// The nodes agree a moment later that a queue is deleted: each test has one of its own.
let names = namesOf("");
const rabbit = (): Queue => {
  const queue = rabbitQueue(readNodes(cluster.url.split(",")), names.entries);
  opened.push(queue);
  return queue;
};

/** So many entries, as they come: from a broker the next may take a moment. */
async function receive(queue: Queue, expected: number, ask: Ask = ALL): Promise<Received[]> {
  const received = await queue.receive(await aCtx(), ask);
  while (received.length < expected) received.push(...(await queue.receive(await aCtx(), ask)));
  return received;
}

/** From now on this port leads to that node, until the test has ended. */
async function relayTo(node: string, port: number): Promise<void> {
  const [host, nodePort] = node.split(":");
  const sockets = new Set<Socket>();
  const server = createServer((here) => {
    const there = createConnection(Number(nodePort), host);
    for (const [one, other] of [
      [here, there],
      [there, here],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy()).pipe(other);
    }
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
}

/** What every backend promises. */
function conforms(name: string, open: () => Queue): void {
  test("a published entry is received once, in order, until it is acknowledged", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [entry(1), entry(2)]);
    await queue.publish(await aCtx(), [entry(3)]);
    const received = await receive(queue, 3);
    expect(received.map(({ event, attempt }) => [event, attempt])).toEqual([1, 2, 3].map((n) => [{ n }, 1]));
    expect(await queue.receive(await aCtx(), ALL)).toEqual([]);
    expect(await queue.ack(await aCtx(), received)).toBe(3);
    await advance({ hours: 1 });
    expect(await queue.receive(await aCtx(), ALL)).toEqual([]);
  });

  test("an id that is in the queue is not put in a second time", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [entry(1)]);
    await queue.publish(await aCtx(), [entry(1)]);
    expect(await receive(queue, 1)).toHaveLength(1);
    expect(await queue.receive(await aCtx(), ALL)).toEqual([]);
  });

  test("no more are received than were asked for", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [entry(1), entry(2), entry(3)]);
    expect(await queue.receive(await aCtx(), { ...ALL, limit: 2 })).toHaveLength(2);
    expect(await receive(queue, 1, { ...ALL, limit: 2 })).toHaveLength(1);
  });

  test("an unacknowledged entry is received again when its lease is over, and the first receiver can do nothing with it any more", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [entry(1)]);
    const [zombie] = await receive(queue, 1);
    await advance({ seconds: 31 });
    const [again] = await queue.receive(await aCtx(), ALL);
    expect(again).toMatchObject({ attempt: 2 });
    const ctx = await aCtx();
    expect(await queue.ack(ctx, [zombie!])).toBe(0);
    expect(await queue.nack(ctx, zombie!, 0)).toBe(false);
    expect(await queue.extend(ctx, zombie!, 1_000)).toBe(false);
    expect(await queue.bury(ctx, zombie!, "too late")).toBe(false);
    expect(await queue.ack(ctx, [again!])).toBe(1);
  });

  test("a lease that is extended goes on", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [entry(1)]);
    const [held] = await receive(queue, 1);
    await advance({ seconds: 20 });
    expect(await queue.extend(await aCtx(), held!, 30_000)).toBe(true);
    await advance({ seconds: 20 });
    expect(await queue.receive(await aCtx(), ALL)).toEqual([]);
    expect(await queue.ack(await aCtx(), [held!])).toBe(1);
  });

  test("an entry that is given back is received after its delay and not before, with its attempts counted", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [entry(1)]);
    const [held] = await receive(queue, 1);
    expect(await queue.nack(await aCtx(), held!, 10_000)).toBe(true);
    await advance({ seconds: 9 });
    expect(await queue.receive(await aCtx(), ALL)).toEqual([]);
    await advance({ seconds: 1 });
    expect(await queue.receive(await aCtx(), ALL)).toMatchObject([{ attempt: 2 }]);
    expect(await queue.ack(await aCtx(), [held!])).toBe(0);
  });

  test("a dead letter is kept with its reason, received no more, and redriven once", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [entry(1), entry(2)]);
    const [bad] = await receive(queue, 1, { ...ALL, limit: 1 });
    expect(await queue.bury(await aCtx(), bad!, "It cannot be read.")).toBe(true);
    await advance({ hours: 1 });
    expect((await receive(queue, 1)).map((one) => one.id)).toEqual([id(2)]);
    expect(await queue.deadLetters(await aCtx(), 10)).toMatchObject([
      { id: id(1), event: { n: 1 }, why: "It cannot be read.", attempt: 1 },
    ]);
    expect(await queue.redrive(await aCtx(), [id(1), id(2)])).toBe(1);
    expect(await queue.redrive(await aCtx(), [id(1)])).toBe(0);
    expect(await queue.receive(await aCtx(), ALL)).toMatchObject([{ id: id(1), attempt: 1 }]);
    expect(await queue.deadLetters(await aCtx(), 10)).toEqual([]);
  });

  test("dead letters that died before are forgotten, oldest first, and nothing else is", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [1, 2, 3, 4].map(entry));
    const received = await receive(queue, 4);
    for (const one of received.slice(0, 3)) {
      await queue.bury(await aCtx(), one, "It cannot be read.");
      await advance({ seconds: 5 });
    }
    const { now: before } = await aCtx();
    expect(await queue.retire(db, { before: new Date(before.getTime() - 7_500), limit: 10 })).toEqual([id(1), id(2)]);
    expect(await queue.retire(db, { before: new Date(before.getTime() - 5_000), limit: 10 })).toEqual([]);
    expect((await queue.deadLetters(await aCtx(), 10)).map((one) => one.id)).toEqual([id(3)]);
    expect(await queue.retire(db, { before, limit: 10 })).toEqual([id(3)]);
    expect(await queue.redrive(await aCtx(), [id(1)])).toBe(0);
    expect(await queue.depth(await aCtx())).toMatchObject({ dead: 0, leased: 1 });
    // The name of what is forgotten is free again.
    await queue.publish(await aCtx(), [entry(1)]);
    expect(await receive(queue, 1)).toMatchObject([{ id: id(1), attempt: 1 }]);
  });

  test("the depth says what may be received, is put off, is in hand and is dead, and how old the oldest is", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [1, 2, 3, 4].map(entry));
    const [first, second] = await receive(queue, 3, { ...ALL, limit: 3 });
    await queue.nack(await aCtx(), first!, 60_000);
    await queue.bury(await aCtx(), second!, "It cannot be read.");
    await advance({ seconds: 10 });
    expect(await queue.depth(await aCtx())).toEqual({ ready: 1, delayed: 1, leased: 1, dead: 1, oldestSeconds: 10 });
  });

  test("a full queue refuses and says when to come again; no refused entry is in it", async () => {
    const queue = open();
    const ctx = await aCtx({ limits: { messageQueueDepth: 2 } });
    await queue.publish(ctx, [entry(1), entry(2)]);
    // Another process knows nothing yet of what this one has looked at.
    const refusing = name === "memory" ? queue : open();
    await expect(refusing.publish(ctx, [entry(3)])).rejects.toMatchObject({
      code: "unavailable",
      details: { retryAfterSeconds: 5 },
    });
    expect(await receive(queue, 2)).toHaveLength(2);
    expect(await queue.receive(await aCtx(), ALL)).toEqual([]);
  });

  test("of entries that are published at the same moment, and soon after, as many get in as there is room for", async () => {
    const queue = open();
    const ctx = await aCtx({ limits: { messageQueueDepth: 3 } });
    const publish = (from: number) =>
      Promise.allSettled(Array.from({ length: 4 }, (_, n) => queue.publish(ctx, [entry(from + n)])));
    const all = [...(await publish(1)), ...(await publish(5))];
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(await receive(queue, 3)).toHaveLength(3);
    expect(await queue.receive(await aCtx(), ALL)).toEqual([]);
  });

  test("of receivers at once each entry has one", async () => {
    const queue = open();
    await queue.publish(
      await aCtx(),
      Array.from({ length: 40 }, (_, n) => entry(n + 1)),
    );
    const ctx = await aCtx();
    const batches = await Promise.all(Array.from({ length: 8 }, () => queue.receive(ctx, { ...ALL, limit: 10 })));
    const ids = batches.flat().map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    const rest = await receive(queue, 40 - ids.length);
    expect([...ids, ...rest.map((one) => one.id)].sort()).toEqual(Array.from({ length: 40 }, (_, n) => id(n + 1)));
  });
}

describe("postgres", () => {
  conforms("postgres", postgresQueue);

  test("a statement that acknowledges entries as its part acknowledges those that it names, except one that somebody else has received since", async () => {
    const queue = postgresQueue();
    await queue.publish(await aCtx(), [entry(1), entry(2), entry(3)]);
    const [one, two] = await receive(queue, 3);
    await advance({ seconds: 31 });
    const [again] = await queue.receive(await aCtx(), { ...ALL, limit: 1 });
    expect(again).toMatchObject({ id: id(1), attempt: 2 });
    await execute(
      db,
      sql`WITH done (receipt, attempt) AS (VALUES (${one!.receipt}::bigint, 1), (${two!.receipt}::bigint, 1)) ${queue.acknowledging}`,
    );
    const left = await db.messageQueueEntry.findMany({ select: { id: true }, orderBy: { seq: "asc" } });
    expect(left.map((row) => row.id)).toEqual([id(1), id(3)]);
  });
});
describe("memory", () => conforms("memory", memoryQueue));

test("the memory of a process holds as many dead letters as waiting entries, the newest; acknowledged entries leave it in any order", async () => {
  const queue = memoryQueue();
  const ctx = await aCtx({ limits: { messageQueueDepth: 200 } });
  for (let round = 0; round < 3; round += 1) {
    const numbers = Array.from({ length: 200 }, (_, n) => 1_000 * round + n);
    await queue.publish(ctx, numbers.map(entry));
    const received = await queue.receive(ctx, { ...ALL, limit: 200 });
    expect(received.map((one) => one.id)).toEqual(numbers.map(id));
    await queue.ack(ctx, received.filter((_, n) => n % 2 === 0).reverse());
    for (const one of received.filter((_, n) => n % 2 === 1)) await queue.bury(ctx, one, "It cannot be read.");
  }
  expect(await queue.depth(ctx)).toMatchObject({ ready: 0, leased: 0, dead: 200 });
  expect((await queue.deadLetters(ctx, 1)).map((one) => one.id)).toEqual([id(1_001)]);
});

test("neither a lease nor an acknowledgement waits for the disk; what a crash of the database undid is done again", async () => {
  const queue = postgresQueue();
  await queue.publish(await aCtx(), [entry(1)]);
  /** A crash leaves of a statement what a rollback leaves of it. */
  const undone = async (work: (ctx: Awaited<ReturnType<typeof aCtx>>) => Promise<void>) => {
    const crash = new Error("the database has crashed");
    const ctx = await aCtx();
    const working = db.$transaction(async (tx) => {
      await work({ ...ctx, db: tx });
      expect(await tx.$queryRaw`SHOW synchronous_commit`).toEqual([{ synchronous_commit: "off" }]);
      throw crash;
    });
    await expect(working).rejects.toBe(crash);
  };
  await undone(async (ctx) => expect(await queue.receive(ctx, ALL)).toHaveLength(1));
  const [held] = await queue.receive(await aCtx(), ALL);
  expect(held).toMatchObject({ id: id(1), attempt: 1 });
  await undone(async (ctx) => expect(await queue.ack(ctx, [held!])).toBe(1));
  await advance({ seconds: 31 });
  const [again] = await queue.receive(await aCtx(), ALL);
  expect(again).toMatchObject({ id: id(1), attempt: 2 });
  expect(await queue.ack(await aCtx(), [again!])).toBe(1);
});

// Three nodes take longer to start than the rest of this file.
describe.skipIf(!hasRabbit)("rabbitmq, a cluster", { tags: ["long"] }, () => {
  beforeAll(async () => {
    cluster = await startRabbit();
    direct = new Connection({ ...readNodes(cluster.url.split(",")), retryLow: 100 });
    direct.on("error", () => undefined);
  });
  beforeEach(({ task }) => {
    names = namesOf(task.id);
  });
  afterEach(async () => {
    for (const queue of opened.splice(0)) await queue.close();
  });
  afterAll(async () => {
    direct.unsafeDestroy();
    await cluster.stop();
  });

  conforms("rabbitmq", rabbit);

  test("an entry that no queue takes is refused, and the next finds the queue again", async () => {
    const queue = rabbit();
    await queue.publish(await aCtx(), [entry(1)]);
    await direct.queueDelete({ queue: names.entries });
    const tried = async (n: number) =>
      queue.publish(await aCtx(), [entry(n)]).catch(({ code }: { code: string }) => code);
    await expect.poll(() => tried(2)).toBe("unavailable");
    await expect.poll(() => tried(3)).toBeUndefined();
    expect((await receive(queue, 1)).map(({ event }) => event)).toContainEqual({ n: 3 });
  });

  test("an entry that cannot be read or kept is a dead letter and holds up nothing behind it", async () => {
    const queue = rabbit();
    await queue.publish(await aCtx(), [{ id: id(1), event: { text: "no\u0000thing" } }]);
    const channel = await direct.acquire();
    await channel.basicPublish(names.entries, "of somebody else");
    await channel.close();
    await queue.publish(await aCtx(), [entry(2)]);
    expect(await receive(queue, 1)).toMatchObject([{ event: { n: 2 } }]);
    await expect
      .poll(async () => (await queue.deadLetters(await aCtx(), 10)).map(({ why }) => why).sort())
      .toEqual(["It holds a character that cannot be stored.", "It is no entry of this queue."]);
  });

  test("entries that are done with at their first delivery are acknowledged and never rows of the queue; the others are received", async () => {
    const queue = rabbit();
    await queue.publish(await aCtx(), [entry(1), entry(2), entry(3)]);
    const handed: string[] = [];
    const first: First = async (entries) => {
      handed.push(...entries.map((one) => one.id));
      return new Set([id(1), id(3)]);
    };
    expect(await receive(queue, 1, { ...ALL, first })).toMatchObject([{ id: id(2), attempt: 1 }]);
    await expect
      .poll(() =>
        aCtx()
          .then((ctx) => queue.receive(ctx, { ...ALL, first }))
          .then(() => handed.sort()),
      )
      .toEqual([id(1), id(2), id(3)]);
    expect(await db.messageQueueEntry.findMany({ select: { id: true } })).toEqual([{ id: id(2) }]);
    await queue.close();
    expect(await (await direct.acquire()).queueDeclare({ queue: names.entries, passive: true })).toMatchObject({
      messageCount: 0,
    });
  });

  test("an entry whose receiver died before it was done with it is counted in the table from then on", async () => {
    const queue = rabbit();
    await queue.publish(await aCtx(), [entry(1)]);
    const channel = await direct.acquire();
    expect(await channel.basicGet({ queue: names.entries })).toMatchObject({ body: { id: id(1) } });
    await channel.close();
    const first: First = async (entries) => new Set(entries.map((one) => one.id));
    expect(await receive(queue, 1, { ...ALL, first })).toMatchObject([{ id: id(1), attempt: 1 }]);
  });

  test("a process that rests holds back nothing that comes then: others receive it at its first delivery", async () => {
    const [resting, working] = [rabbit(), rabbit()];
    const taken: string[] = [];
    const first: First = async (entries) => {
      taken.push(...entries.map((one) => one.id));
      return new Set(taken);
    };
    // Both have a consumer, and the broker hands entries to each in turn.
    for (const queue of [resting, working]) expect(await queue.receive(await aCtx(), { ...ALL, first })).toEqual([]);
    await resting.rest();
    const numbers = Array.from({ length: 20 }, (_, n) => n + 1);
    await working.publish(await aCtx(), numbers.map(entry));
    await expect
      .poll(async () => {
        expect(await working.receive(await aCtx(), { ...ALL, first })).toEqual([]);
        return taken.length;
      })
      .toBe(20);
    // After a rest it receives again.
    await working.rest();
    await resting.publish(await aCtx(), [entry(21)]);
    expect((await receive(resting, 1)).map(({ id }) => id)).toEqual([id(21)]);
  });

  test("an entry whose receivers were gone too often is moved by the broker, and received all the same", async () => {
    const queue = rabbit();
    await queue.publish(await aCtx(), [entry(1)]);
    const channel = await direct.acquire();
    for (let time = 0; time <= DELIVERY_LIMIT; time += 1) {
      const given = await channel.basicGet({ queue: names.entries });
      channel.basicNack({ deliveryTag: given!.deliveryTag, requeue: true });
    }
    expect(await channel.basicGet({ queue: names.entries })).toBeUndefined();
    await channel.close();
    expect(await receive(queue, 1)).toMatchObject([{ event: { n: 1 }, attempt: 1 }]);
  });

  test("while the database is away what was fetched is kept at hand, and is not given out again and again", async () => {
    const queue = rabbit();
    await queue.publish(await aCtx(), [entry(1)]);
    const ctx = await aCtx();
    let isAway = true;
    const db = new Proxy(ctx.db, {
      get: (real, name) => {
        if (name !== "$queryRaw") return Reflect.get(real, name) as unknown;
        return (statement: Sql) =>
          isAway && statement.text.includes("INSERT INTO message_queue")
            ? Promise.reject(new Error("away"))
            : real.$queryRaw(statement);
      },
    });
    for (let time = 0; time <= DELIVERY_LIMIT; time += 1) expect(await queue.receive({ ...ctx, db }, ALL)).toEqual([]);
    isAway = false;
    expect(await receive(queue, 1)).toMatchObject([{ event: { n: 1 }, attempt: 1 }]);
  });

  test("of a broker that is not there when the process starts callers get 503 and when to come again, workers go on without it, and both find it when it comes", async () => {
    const { hosts, ...access } = readNodes(cluster.url.split(","));
    const port = await freePort();
    const queue = rabbitQueue({ ...access, hosts: [`127.0.0.1:${port}`] }, names.entries);
    opened.push(queue);
    const refused = await queue.publish(await aCtx(), [entry(1)]).catch((error: unknown) => error);
    const { status, details } = problemOf(refused);
    expect([status, problemHeaders(status, details)]).toEqual([503, { "retry-after": "5" }]);
    expect(await queue.receive(await aCtx(), ALL)).toEqual([]);
    await relayTo(hosts[0]!, port);
    const ctx = await aCtx();
    await expect
      .poll(() =>
        queue.publish(ctx, [entry(2)]).then(
          () => "taken",
          ({ code }: { code: string }) => code,
        ),
      )
      .toBe("taken");
    expect((await receive(queue, 1)).map(({ event }) => event)).toEqual([{ n: 2 }]);
  });

  // The last test: one node is gone afterwards.
  test("the leader is killed in mid-stream: confirmed entries are received, and the queue takes entries again by itself", async () => {
    const queue = rabbit();
    const ctx = await aCtx();
    const [confirmed, received] = [new Set<string>(), new Set<string>()];
    let [n, isKilled, afterKill, refused] = [0, false, 0, 0];
    const publishing = Array.from({ length: 20 }, async () => {
      while (afterKill < 100) {
        n += 1;
        const one = entry(n);
        const wasKilled = isKilled;
        const isTaken = await queue.publish(ctx, [one]).then(
          () => true,
          async (error: unknown) => {
            expect(error).toMatchObject({ code: "unavailable", details: { retryAfterSeconds: 5 } });
            refused += 1;
            // Callers who came again at once would leave this process no moment to find the broker.
            await new Promise(setImmediate);
            return false;
          },
        );
        if (isTaken) confirmed.add(one.id);
        if (isTaken && wasKilled) afterKill += 1;
      }
    });
    await expect.poll(() => confirmed.size).toBeGreaterThan(100);
    await cluster.killLeader(names.entries);
    isKilled = true;
    await Promise.all(publishing);
    const missing = () => [...confirmed].filter((one) => !received.has(one)).length;
    while (missing() > 0) for (const one of await queue.receive(await aCtx(), ALL)) received.add(one.id);
    process.stdout.write(`confirmed: ${confirmed.size}, refused: ${refused}, lost: ${missing()}\n`);
    expect(confirmed.size).toBeGreaterThan(200);
  });
});
