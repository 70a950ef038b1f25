import { expect, test } from "vitest";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { once } from "#lib/database/once";
import { execute, sql } from "#lib/database/sql";
import { pause } from "#lib/time/clock";
import { stayAlive } from "#modules/agents";
import { recordCall, recordOutcome, runTick, takeNext } from "#modules/calls";
import {
  acceptCallback,
  cancelCallback,
  checkIn,
  getCallback,
  importUsers,
  releaseCallback,
  skipNext,
  snoozeCallback,
} from "#modules/callbacks";
import { importUsersInput } from "#schema/call-queue";
import { atOnce, waitingForLocks } from "#tests/factories/at-once";
import { aCallback, anAgent, aRegularEntry, aUser, liveEntries, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { connectTest, db } from "#tests/setup/database";

/** Many connections, so that simultaneous calls run simultaneously. */
const crowd = connectTest({ poolSize: 20 });
const inCrowd = (): Promise<Ctx> => aCtx({ db: crowd, actor: { kind: "service" } });

test("ten ticks at once leave the rows of one", async () => {
  for (let n = 0; n < 5; n += 1) await anAgent();
  for (let n = 0; n < 30; n += 1) await aCallback();
  const ctx = await inCrowd();
  const { won, refused } = await atOnce(Array.from({ length: 10 }, () => () => runTick(ctx, { source: "cron" })));
  expect(refused).toEqual([]);
  expect(won.reduce((sum, answer) => sum + answer.results.notified, 0)).toBe(30);
  expect(won.some((answer) => answer.skipped)).toBe(true);
  expect(await liveEntries()).toHaveLength(30);
  await expectInvariants();
});

test("ten ticks at once leave the rows of one even when the advisory lock stops none of them", async () => {
  await execute(db, sql`CREATE SCHEMA lockless`);
  await execute(
    db,
    sql`CREATE FUNCTION lockless.pg_try_advisory_xact_lock(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
  );
  const [{ name }] = (await db.$queryRaw`SELECT current_database() AS name`) as [{ name: string }];
  await db.$executeRawUnsafe(`ALTER DATABASE ${name} SET search_path = lockless, pg_catalog, public`);
  try {
    const lockless = connectTest({ poolSize: 10 });
    for (let n = 0; n < 5; n += 1) await anAgent();
    for (let n = 0; n < 30; n += 1) await aCallback();
    const ctx = await aCtx({ db: lockless });
    const { won, refused } = await atOnce(Array.from({ length: 10 }, () => () => runTick(ctx, { source: "cron" })));
    expect(refused).toEqual([]);
    expect(won.filter((answer) => answer.skipped)).toEqual([]);
    expect(won.reduce((sum, answer) => sum + answer.results.notified, 0)).toBe(30);
    expect(await liveEntries()).toHaveLength(30);
    await expectInvariants();
  } finally {
    await db.$executeRawUnsafe(`ALTER DATABASE ${name} RESET search_path`);
  }
});

/** A claim that begins while another transaction holds every callback and entry; these are free again once it has looked. */
async function takeWhileHeld(agentId: number): Promise<Awaited<ReturnType<typeof takeNext>>> {
  const own = connectTest({ poolSize: 1 });
  const [{ pid }] = (await own.$queryRaw`SELECT pg_backend_pid() AS pid`) as [{ pid: number }];
  const hasLooked = async () => {
    const [{ n }] =
      (await db.$queryRaw`SELECT count(*)::int AS n FROM pg_stat_activity WHERE pid = ${pid} AND state = 'idle'
      AND query NOT LIKE '%pg_backend_pid%'`) as [{ n: number }];
    return n > 0;
  };
  const { taking } = await inTransaction({ db }, async (held) => {
    await execute(held.db, sql`SELECT FROM callbacks FOR UPDATE`);
    await execute(held.db, sql`SELECT FROM call_queue WHERE callback_id IS NOT NULL FOR UPDATE`);
    const ctx = await aCtx({ db: own });
    const taking = takeNext(ctx, { agentId });
    while (!(await hasLooked())) await pause(5);
    return { taking };
  });
  return taking;
}

test("an agent whose next call a tick holds at this moment gets it, instead of the answer that nobody waits", async () => {
  const agentId = await anAgent();
  const callbackId = await aCallback();
  await tick();
  expect(await takeWhileHeld(agentId)).toMatchObject({ next: { callbackId } });
  await expectInvariants();
});

test("an agent whose due promise a tick holds at this moment gets it before anybody of the regular queue", async () => {
  const agentId = await anAgent();
  const callbackId = await aCallback();
  await tick();
  await aRegularEntry(await aUser());
  expect(await takeWhileHeld(agentId)).toMatchObject({ next: { callbackId } });
  await expectInvariants();
});

test("a promise of another agent that is held at this moment keeps nobody from the regular queue", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  await aCallback({ preferredAgentId: ann });
  await tick();
  await aRegularEntry(await aUser());
  expect(await takeWhileHeld(ben)).toMatchObject({ next: { callbackId: null } });
  await expectInvariants();
});

test("of twenty simultaneous accepts exactly one wins, and the entry is the winner's", async () => {
  const agents: number[] = [];
  for (let n = 0; n < 20; n += 1) agents.push(await anAgent());
  const callbackId = await aCallback();
  await tick();
  const ctx = await inCrowd();
  const { won, refused } = await atOnce(
    agents.map((agentId) => async () => ({ agentId, answer: await acceptCallback(ctx, { callbackId, agentId }) })),
  );
  expect(won).toHaveLength(1);
  expect(refused).toEqual(Array(19).fill("already_accepted"));
  expect(await liveEntries()).toMatchObject([{ callbackId, agentId: won[0]?.agentId, score: -2000 }]);
  await expectInvariants();
});

test("of two agents accepting two callbacks of one user exactly one wins", async () => {
  for (let round = 0; round < 10; round += 1) {
    const [ann, ben] = [await anAgent(), await anAgent()];
    const userId = await aUser();
    const [first, second] = [await aCallback({ userId }), await aCallback({ userId })];
    const ctx = await inCrowd();
    const { won } = await atOnce([
      () => acceptCallback(ctx, { callbackId: first, agentId: ann }),
      () => acceptCallback(ctx, { callbackId: second, agentId: ben }),
    ]);
    expect(won).toHaveLength(1);
  }
  await expectInvariants();
});

test("fifty agents claim 500 entries, each exactly once", async () => {
  const agents: number[] = [];
  for (let n = 0; n < 50; n += 1) agents.push(await anAgent());
  for (let n = 0; n < 500; n += 1) await aRegularEntry(await aUser(), { score: n % 7 });
  const taken: number[] = [];
  await Promise.all(
    agents.map(async (agentId) => {
      for (;;) {
        const { next } = await takeNext(await inCrowd(), { agentId });
        if (!next) return;
        taken.push(next.queueEntryId);
        await recordOutcome(await inCrowd(), {
          callSessionId: BigInt(next.callSessionId as string),
          outcomeType: "answered",
        });
      }
    }),
  );
  expect(taken).toHaveLength(500);
  expect(new Set(taken).size).toBe(500);
  expect(await liveEntries()).toEqual([]);
  await expectInvariants();
});

test("an agent who asks twice at the same moment gets one call", async () => {
  const ann = await anAgent();
  for (let n = 0; n < 5; n += 1) await aCallback();
  await tick();
  const ctx = await inCrowd();
  const { won } = await atOnce(Array.from({ length: 8 }, () => () => takeNext(ctx, { agentId: ann })));
  expect(won).toHaveLength(8);
  expect(new Set(won.map(({ next }) => next?.callSessionId)).size).toBe(1);
  await expectInvariants();
});

test("a sign of life never puts an agent back on call after the call was saved: sent before it, after it, or at the same moment", async () => {
  const ann = await anAgent();
  const ctx = await inCrowd();
  const signs = Array.from({ length: 4 }, () => () => stayAlive(ctx, { agentId: ann }));
  for (let n = 0; n < 10; n += 1) {
    await aCallback({ acceptedBy: ann });
    const { next } = await takeNext(ctx, { agentId: ann });
    const save = () => recordOutcome(ctx, { callSessionId: BigInt(next!.callSessionId), outcomeType: "answered" });
    expect((await atOnce<unknown>([...signs, save, ...signs])).refused).toEqual([]);
    expect((await stayAlive(ctx, { agentId: ann })).status).toBe("available");
  }
  await expectInvariants();
});

test("agents who arrive together are handed different callbacks, none more than the cap", async () => {
  for (let n = 0; n < 35; n += 1) await aCallback();
  await tick();
  const agents: number[] = [];
  for (let n = 0; n < 5; n += 1) agents.push(await anAgent({ status: "break" }));
  const ctx = await inCrowd();
  await Promise.all(agents.map((agentId) => checkIn(ctx, { agentId, status: "available" })));
  const counts = Map.groupBy(await liveEntries(), (entry) => entry.agentId);
  for (const agentId of agents) expect(counts.get(agentId)?.length ?? 0).toBeLessThanOrEqual(10);
  await tick();
  expect((await liveEntries()).filter((entry) => entry.agentId === null)).toEqual([]);
  await expectInvariants();
});

test("of snooze and accept at the same moment the story has one order, and nothing is left over", async () => {
  for (let round = 0; round < 15; round += 1) {
    const ann = await anAgent();
    const callbackId = await aCallback();
    await tick();
    const ctx = await inCrowd();
    await atOnce<unknown>([
      () => snoozeCallback(ctx, { callbackId, snoozeMinutes: 30 }),
      () => acceptCallback(ctx, { callbackId, agentId: ann }),
    ]);
    const { status } = await getCallback(ctx, { id: callbackId });
    const live = (await liveEntries()).filter((entry) => entry.callbackId === callbackId);
    expect(live).toHaveLength(status === "accepted" ? 1 : 0);
  }
  await expectInvariants();
});

/** Runs `first` in a transaction that commits once `second` waits for it, and returns both results. */
async function oneAfterTheOther<A, B>(first: (ctx: Ctx) => Promise<A>, second: (ctx: Ctx) => Promise<B>) {
  const ctx = await inCrowd();
  let other: Promise<PromiseSettledResult<B>[]> | undefined;
  const won = await inTransaction(ctx, async (tx) => {
    const done = await first(tx);
    other = Promise.allSettled([second(ctx)]);
    await expect.poll(() => waitingForLocks(db)).toBe(1);
    return done;
  });
  const [lost] = await other!;
  return { won, lost: lost! };
}

test("a claim that loses the number of its person to another call takes the next person, with a key as without", async () => {
  const [first, second] = ["+442079460001", "+442079460002"];
  const people = [first, first, second, first, first, second].map((phone, n) => ({
    id: n + 1,
    firstName: "Uma",
    lastName: "User",
    phone,
  }));
  for (const isKeyed of [false, true]) {
    const three = people.splice(0, 3);
    await importUsers(await aCtx(), importUsersInput.parse({ users: three }));
    const [here, busy, other] = three.map(({ id }) => BigInt(id)) as [bigint, bigint, bigint];
    const [ann, ben] = [await anAgent(), await anAgent()];
    await aRegularEntry(here, { score: 1 });
    await aRegularEntry(other, { score: 2 });
    const rings = (ctx: Ctx) =>
      recordCall(ctx, { userId: busy, agentId: ben, direction: "inbound", status: "in_progress" });
    const claim = (ctx: Ctx) => takeNext(ctx, { agentId: ann });
    const keyed = async (ctx: Ctx) => (await once(ctx, { scope: "test", key: "claim", request: {} }, claim)).answer;
    const { won, lost } = await oneAfterTheOther(rings, isKeyed ? keyed : claim);
    expect(lost).toMatchObject({ value: { next: { userId: String(other) } } });
    const { next } = (lost as PromiseFulfilledResult<Awaited<ReturnType<typeof claim>>>).value;
    for (const id of [won.id, next!.callSessionId])
      await recordOutcome(await aCtx(), { callSessionId: BigInt(id), outcomeType: "answered" });
    await execute(
      db,
      sql`UPDATE call_queue SET status = 'removed', closed_at = ringback_now(), closed_reason = 'test' WHERE user_id = ${here}`,
    );
  }
  await expectInvariants();
});

test("an agent who skipped a person does not keep a colleague from that person, not even for the moment of a claim", async () => {
  const [ann, ben, userId] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben" }), await aUser()];
  const queueEntryId = await aRegularEntry(userId);
  await skipNext(await aCtx(), { agentId: ann, queueEntryId, reason: "speaks Dutch only" });
  await inTransaction(await aCtx(), async (tx) => {
    expect((await takeNext(tx, { agentId: ann })).next).toBeNull();
    // Ann's claim has not ended yet.
    expect((await takeNext(await aCtx(), { agentId: ben })).next).toMatchObject({ queueEntryId });
  });
  await expectInvariants();
});

test("a snooze that meets another one counts from where that left off", async () => {
  const callbackId = await aCallback();
  const snooze = (snoozeMinutes: number) => (ctx: Ctx) => snoozeCallback(ctx, { callbackId, snoozeMinutes });
  const { won, lost } = await oneAfterTheOther(snooze(30), snooze(10));
  const until = Date.parse(won.data.newScheduledTime) + 10 * 60_000;
  expect(lost).toMatchObject({ value: { data: { newScheduledTime: new Date(until).toISOString() } } });
  await expectInvariants();
});

test("of two outcomes at the same moment the second is decided about what the first left", async () => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  const { next } = await takeNext(await inCrowd(), { agentId: ann });
  const callSessionId = BigInt(next!.callSessionId);
  const { lost } = await oneAfterTheOther(
    (ctx) => recordOutcome(ctx, { callSessionId, outcomeType: "answered" }),
    (ctx) => recordOutcome(ctx, { callSessionId, outcomeType: "no_answer" }),
  );
  expect(lost).toMatchObject({ reason: { code: "outcome_differs" } });
  await expectInvariants();
});

test("a tick at the same moment as accept, snooze, release, cancel, next and outcome breaks no invariant", async () => {
  for (let round = 0; round < 12; round += 1) {
    const agents = [await anAgent(), await anAgent(), await anAgent(), await anAgent()] as const;
    const held = await aCallback({ acceptedBy: agents[0] });
    const inCall = await aCallback({ acceptedBy: agents[1] });
    const { next } = await takeNext(await inCrowd(), { agentId: agents[1] });
    const [a, b, c, d] = [await aCallback(), await aCallback(), await aCallback({ inMinutes: -3 }), await aCallback()];
    if (round % 2 === 0) await tick();
    const ctx = await inCrowd();
    const { refused } = await atOnce<unknown>([
      () => runTick(ctx, { source: "cron" }),
      () => acceptCallback(ctx, { callbackId: a, agentId: agents[2] }),
      () => snoozeCallback(ctx, { callbackId: b, snoozeMinutes: 10 }),
      () => releaseCallback(ctx, { callbackId: held, agentId: agents[0] }),
      () => cancelCallback(ctx, { callbackId: d, reason: "not needed" }),
      () => takeNext(ctx, { agentId: agents[3] }),
      () =>
        recordOutcome(ctx, {
          callSessionId: BigInt((next?.callSessionId as string) ?? 0),
          outcomeType: round % 3 === 0 ? "no_answer" : "answered",
        }),
      () => runTick(ctx, { source: "catch-up" }),
    ]);
    // The only permitted refusal: the callback was taken into a call at this very moment.
    expect(refused.filter((code) => !["user_on_call", "wrong_state", "already_accepted"].includes(code))).toEqual([]);
    await tick();
    await expectInvariants();
    expect([inCall, c].length).toBe(2);
  }
});

test("the same outcome recorded ten times at once is recorded once", async () => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  const { next } = await takeNext(await inCrowd(), { agentId: ann });
  const callSessionId = BigInt((next?.callSessionId as string) ?? 0);
  const ctx = await inCrowd();
  const { won, refused } = await atOnce(
    Array.from(
      { length: 10 },
      () => () =>
        recordOutcome(ctx, {
          callSessionId,
          outcomeType: "call_back",
          callback: { scheduledFor: "2026-03-03T09:00:00Z" },
        }),
    ),
  );
  expect(refused).toEqual([]);
  expect(new Set(won.map(({ newCallbackId }) => newCallbackId)).size).toBe(1);
  await expectInvariants();
});

test("of ten calls of one user that begin at once one is recorded", async () => {
  const userId = await aUser();
  const ctx = await inCrowd();
  const { won, refused } = await atOnce(
    Array.from({ length: 10 }, () => () => recordCall(ctx, { userId, direction: "inbound", status: "in_progress" })),
  );
  expect(won).toHaveLength(1);
  expect(refused).toEqual(Array(9).fill("user_on_call"));
});
