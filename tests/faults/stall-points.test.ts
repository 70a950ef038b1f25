/**
 * A statement stalls for longer than every timeout, and the connection comes back to life later: its transaction belongs to no
 * request any more, and no other request may commit it.
 */
import { afterAll, describe, expect, test } from "vitest";
import type { Ctx } from "#lib/base/context";
import { isDatabaseAway, isLockTimeout } from "#lib/database/error";
import { scheduleCallback } from "#modules/callbacks";
import { finishFromRunner, registerTask } from "#modules/cursor-tasks";
import { aUser } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { type Stall, startStallProxy } from "#tests/fakes/stall-proxy";
import { aCtx } from "#tests/setup/ctx";
import { connectTest, databaseUrl, emptyDatabase } from "#tests/setup/database";
import type { PrismaClient } from "#prisma/client";
import { type Case, CASES, keyed, picture, settleDesk } from "./desk-cases.ts";
import { crashPointsOf } from "./failing-pool.ts";

/** Short, because every stall must outlast them; a try in which the machine was too busy for them is repeated. */
const TIMEOUTS = { connect: 500, statement: 450, query: 500, transaction: 30_000 };
const LIMIT_MS = 600_000;
const OTHER_USER = 77n;

const proxy = await startStallProxy(databaseUrl);
let points = 0;
afterAll(async () => {
  process.stdout.write(`stall points tried: ${points}\n`);
  await proxy.stop();
});

const webhook: Case = {
  name: "web hook",
  arrange: async () =>
    registerTask(await aCtx(), {
      taskId: "t",
      conversationId: "c",
      priority: 0,
      deliverAs: "contextual_update",
    }),
  act: (ctx) => finishFromRunner(ctx, { requestId: "t", success: true, output: "done" }),
};

const ofAnother: Case = {
  name: "a promise of another",
  arrange: async () => void (await aUser({ id: OTHER_USER })),
  act: (ctx) => scheduleCallback(ctx, { userId: OTHER_USER, scheduledFor: "2026-03-04T09:00:00Z" }),
};

// With a pool of one the next request certainly gets the same connection.
const WITH_ONE =
  "with a pool of one: stalls at every statement, and no other request commits what was begun; the same key makes it once";
const WITH_THREE =
  "with a pool of three: stalls at every statement, and no other request commits what was begun; the same key makes it once";

describe.each(CASES)("$name", (one) => {
  test(WITH_ONE, () => stallEverywhere(one, (ctx) => keyed(one, ctx), 1), LIMIT_MS);
  test(WITH_THREE, { tags: ["long"], timeout: LIMIT_MS }, () => stallEverywhere(one, (ctx) => keyed(one, ctx), 3));
});

test(
  "a web hook: stalls at every statement, and ends its task once",
  () => stallEverywhere(webhook, webhook.act, 1),
  LIMIT_MS,
);

async function stallEverywhere(one: Case, act: Case["act"], poolSize: number): Promise<void> {
  await prepare(one);
  const undisturbed = connectTest({ poolSize }, proxy.url);
  proxy.watch(null);
  await act(await throughProxy(undisturbed));
  const statements = [...proxy.statements];
  await promiseToOther(undisturbed);
  await undisturbed.$disconnect();
  await settleDesk();
  const expected = await picture();
  for (const { fault, where } of crashPointsOf(statements)) {
    points += 1;
    do await prepare(one);
    while (!(await stallAt(fault, act, poolSize)));
    await expectInvariants();
    await settleDesk();
    expect(await picture(), where).toEqual(expected);
  }
}

async function prepare(one: Case): Promise<void> {
  await emptyDatabase();
  await ofAnother.arrange();
  await one.arrange();
}

/** Whether the stall happened; when an earlier statement was too slow it did not, and the try proves nothing. */
async function stallAt(stall: Stall, act: Case["act"], poolSize: number): Promise<boolean> {
  const handle = connectTest({ poolSize, timeoutsMs: TIMEOUTS }, proxy.url);
  const ctx = await throughProxy(handle);
  proxy.watch(stall);
  const isAnswered = await act(ctx).then(
    () => true,
    () => false,
  );
  const isStalled = proxy.isStalled();
  proxy.thaw();
  expect(isAnswered && isStalled, "a caller whose statement stalled hears of it").toBe(false);
  // The next request of this instance: it must get a connection without an open transaction.
  await insist(() => promiseToOther(handle));
  await expectInvariants();
  await insist(async () => act(await throughProxy(handle)));
  await handle.$disconnect();
  return isStalled;
}

async function throughProxy(handle: PrismaClient): Promise<Ctx> {
  // The instant is read past the proxy, so that it is not one of the statements.
  const { now } = await aCtx();
  return aCtx({ db: handle, now });
}

/** With a key, because a slow machine may lose the answer of a promise that was kept. */
async function promiseToOther(handle: PrismaClient): Promise<void> {
  await keyed(ofAnother, await throughProxy(handle));
}

/** Repeats the request as a client should: while the database is away, or the first request is still under way. */
async function insist(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isDatabaseAway(error) && !isLockTimeout(error)) throw error;
    }
  }
}
