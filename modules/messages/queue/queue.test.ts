/** What every backend of the queue promises; each is put to all of it. */
import { describe, expect, test } from "vitest";
import { aCtx } from "#tests/setup/ctx";
import { advance } from "#tests/setup/database";
import { memoryQueue } from "./memory.ts";
import type { Queue } from "./port.ts";
import { postgresQueue } from "./postgres.ts";

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const entry = (n: number) => ({ id: id(n), event: { n } });
const ALL = { limit: 100, leaseMs: 30_000 };

describe.each([
  ["postgres", postgresQueue],
  ["memory", memoryQueue],
])("%s", (_name, open: () => Queue) => {
  test("what was published is received once, in order, until it is acknowledged", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [entry(1), entry(2)]);
    await queue.publish(await aCtx(), [entry(3)]);
    const received = await queue.receive(await aCtx(), ALL);
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
    expect(await queue.receive(await aCtx(), ALL)).toHaveLength(1);
  });

  test("no more are received than were asked for", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [entry(1), entry(2), entry(3)]);
    expect(await queue.receive(await aCtx(), { ...ALL, limit: 2 })).toHaveLength(2);
    expect(await queue.receive(await aCtx(), { ...ALL, limit: 2 })).toHaveLength(1);
  });

  test("what is not acknowledged is received again when its lease is over, and the first receiver can do nothing with it any more", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [entry(1)]);
    const [zombie] = await queue.receive(await aCtx(), ALL);
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
    const [held] = await queue.receive(await aCtx(), ALL);
    await advance({ seconds: 20 });
    expect(await queue.extend(await aCtx(), held!, 30_000)).toBe(true);
    await advance({ seconds: 20 });
    expect(await queue.receive(await aCtx(), ALL)).toEqual([]);
    expect(await queue.ack(await aCtx(), [held!])).toBe(1);
  });

  test("what is given back is received after its delay and not before, with its attempts counted", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [entry(1)]);
    const [held] = await queue.receive(await aCtx(), ALL);
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
    const [bad] = await queue.receive(await aCtx(), { ...ALL, limit: 1 });
    expect(await queue.bury(await aCtx(), bad!, "It cannot be read.")).toBe(true);
    await advance({ hours: 1 });
    expect((await queue.receive(await aCtx(), ALL)).map((one) => one.id)).toEqual([id(2)]);
    expect(await queue.deadLetters(await aCtx(), 10)).toMatchObject([
      { id: id(1), event: { n: 1 }, why: "It cannot be read.", attempt: 1 },
    ]);
    expect(await queue.redrive(await aCtx(), [id(1), id(2)])).toBe(1);
    expect(await queue.redrive(await aCtx(), [id(1)])).toBe(0);
    expect(await queue.receive(await aCtx(), ALL)).toMatchObject([{ id: id(1), attempt: 1 }]);
    expect(await queue.deadLetters(await aCtx(), 10)).toEqual([]);
  });

  test("the depth says what may be received, is put off, is in hand and is dead, and how old the oldest is", async () => {
    const queue = open();
    await queue.publish(await aCtx(), [1, 2, 3, 4].map(entry));
    const [first, second] = await queue.receive(await aCtx(), { ...ALL, limit: 3 });
    await queue.nack(await aCtx(), first!, 60_000);
    await queue.bury(await aCtx(), second!, "It cannot be read.");
    await advance({ seconds: 10 });
    expect(await queue.depth(await aCtx())).toEqual({ ready: 1, delayed: 1, leased: 1, dead: 1, oldestSeconds: 10 });
  });

  test("a full queue refuses and says when to come again; nothing of what was refused is in it", async () => {
    const queue = open();
    const ctx = await aCtx({ limits: { messageQueueDepth: 2 } });
    await queue.publish(ctx, [entry(1), entry(2)]);
    // Another process knows nothing yet of what this one has looked at.
    const refusing = open === memoryQueue ? queue : open();
    await expect(refusing.publish(ctx, [entry(3)])).rejects.toMatchObject({
      code: "unavailable",
      details: { retryAfterSeconds: 5 },
    });
    expect(await queue.receive(await aCtx(), ALL)).toHaveLength(2);
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
    const rest = await queue.receive(ctx, ALL);
    expect([...ids, ...rest.map((one) => one.id)].sort()).toEqual(Array.from({ length: 40 }, (_, n) => id(n + 1)));
  });
});
