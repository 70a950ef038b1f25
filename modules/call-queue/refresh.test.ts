import { expect, test } from "vitest";
import { z } from "zod";
import { execute, query, sql } from "#lib/database/sql";
import { refreshQueue } from "#modules/call-queue";
import { recordCall, recordOutcome, takeNext } from "#modules/calls";
import { cancelCallback, scheduleCallback } from "#modules/callbacks";
import { anAgent, aUser, liveEntries } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, db } from "#tests/setup/database";

const refresh = async () => refreshQueue(await aCtx({ actor: { kind: "cron" } }));
let claims = 0;

/** A user with a claim: unsigned for so many days, or signed with an open requirement. */
async function aClaimant(given: { unsignedDays?: number; openDays?: number } = {}): Promise<bigint> {
  const userId = await aUser();
  claims += 1;
  const since = (days: number | undefined) => (days === undefined ? null : days);
  await execute(
    db,
    sql`INSERT INTO claims (id, user_id, status, signature_missing_since)
        VALUES (${BigInt(claims)}, ${userId}, 'open', ringback_now() - make_interval(days => ${since(given.unsignedDays)}::int))`,
  );
  if (given.openDays !== undefined) {
    await execute(
      db,
      sql`INSERT INTO requirements (claim_id, type, status, created_at)
          VALUES (${BigInt(claims)}, 'passport', 'open', ringback_now() - make_interval(days => ${given.openDays}::int))`,
    );
  }
  return userId;
}

test("each eligible user has one entry in one queue: the missing signature before the open requirement", async () => {
  const unsigned = await aClaimant({ unsignedDays: 3, openDays: 9 });
  const open = await aClaimant({ openDays: 2 });
  await aClaimant();
  expect((await refresh()).results).toEqual({
    queued: 2,
    updated: 0,
    removed: 0,
    eligible: { unsigned_users: 1, outstanding_requests: 1 },
  });
  const entries = await liveEntries();
  expect(entries.map(({ userId, score }) => [userId, score])).toEqual([
    [unsigned, 97],
    [open, 98],
  ]);
});

test("the user who has waited longest is called first, and 0 is the lowest score", async () => {
  const recent = await aClaimant({ unsignedDays: 1 });
  const ancient = await aClaimant({ unsignedDays: 400 });
  const old = await aClaimant({ unsignedDays: 50 });
  await refresh();
  expect((await liveEntries()).map(({ score }) => score)).toEqual([0, 50, 99]);
  const order: unknown[] = [];
  for (let n = 0; n < 3; n += 1) {
    const { next } = await takeNext(await aCtx(), { agentId: await anAgent() });
    order.push(next?.userId);
  }
  expect(order).toEqual([ancient, old, recent].map(String));
});

test("a second refresh with nothing new writes nothing", async () => {
  for (let n = 0; n < 5; n += 1) await aClaimant({ unsignedDays: n });
  await refresh();
  const before = await liveEntries();
  expect((await refresh()).results).toMatchObject({ queued: 0, updated: 0, removed: 0 });
  expect(await liveEntries()).toEqual(before);
});

test("ten refreshes at once leave one entry for each user", async () => {
  for (let n = 0; n < 30; n += 1) await aClaimant({ unsignedDays: n });
  const ctx = await aCtx({ db: connectTest(), actor: { kind: "cron" } });
  await Promise.all(Array.from({ length: 10 }, () => refreshQueue(ctx)));
  expect(await liveEntries()).toHaveLength(30);
  await expectInvariants();
});

test.each<[string, (userId: bigint) => Promise<unknown>]>([
  ["asked not to be called", (userId) => execute(db, sql`UPDATE users SET do_not_call = true WHERE id = ${userId}`)],
  ["signed", (userId) => execute(db, sql`UPDATE claims SET signature_missing_since = NULL WHERE user_id = ${userId}`)],
  ["has a closed claim", (userId) => execute(db, sql`UPDATE claims SET status = 'closed' WHERE user_id = ${userId}`)],
  [
    "is promised a callback",
    async (userId) => scheduleCallback(await aCtx(), { userId, scheduledFor: "2026-03-05T09:00:00Z" }),
  ],
  [
    "is on the phone",
    async (userId) => recordCall(await aCtx(), { userId, direction: "inbound", status: "in_progress" }),
  ],
  [
    "was reached today",
    async (userId) => {
      const { id } = await recordCall(await aCtx(), { userId, direction: "inbound", status: "completed" });
      return recordOutcome(await aCtx(), { callSessionId: BigInt(id as string), outcomeType: "answered" });
    },
  ],
])("a user who %s is not in the regular queue, and leaves it", async (_title, happen) => {
  const userId = await aClaimant({ unsignedDays: 5 });
  await refresh();
  expect(await liveEntries()).toHaveLength(1);
  await happen(userId);
  expect((await refresh()).results).toMatchObject({ queued: 0, removed: 1 });
  expect(await liveEntries()).toEqual([]);
});

test("a user rests after a call and comes back, later in line for each try", async () => {
  await aClaimant({ unsignedDays: 10 });
  const ann = await anAgent();
  await refresh();
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  await recordOutcome(await aCtx(), {
    callSessionId: BigInt((next?.callSessionId as string) ?? 0),
    outcomeType: "no_answer",
  });
  await advance({ minutes: 119 });
  expect((await refresh()).results.queued).toBe(0);
  await advance({ minutes: 1 });
  expect((await refresh()).results.queued).toBe(1);
  expect(await liveEntries()).toMatchObject([{ score: 90 + 5 + 5 }]);
});

test("once the promise is withdrawn the user is back in the regular queue", async () => {
  const userId = await aClaimant({ unsignedDays: 5 });
  const { id } = await scheduleCallback(await aCtx(), { userId, scheduledFor: "2026-03-05T09:00:00Z" });
  expect((await refresh()).results.queued).toBe(0);
  await cancelCallback(await aCtx(), { callbackId: id, reason: "not needed" });
  expect((await refresh()).results.queued).toBe(1);
});

test("an entry that an agent has claimed is left alone", async () => {
  const userId = await aClaimant({ unsignedDays: 5 });
  await refresh();
  await takeNext(await aCtx(), { agentId: await anAgent() });
  await execute(db, sql`UPDATE users SET do_not_call = true WHERE id = ${userId}`);
  expect((await refresh()).results).toMatchObject({ queued: 0, updated: 0, removed: 0 });
  expect(await liveEntries()).toHaveLength(1);
});

test("a user with several open requests waits since the oldest of them, and the reason says that it is the oldest", async () => {
  const userId = await aClaimant({ openDays: 2 });
  await execute(
    db,
    sql`INSERT INTO requirements (claim_id, type, status, created_at)
        VALUES (${BigInt(claims)}, 'address', 'open', ringback_now() - interval '9 days')`,
  );
  await refresh();
  const [entry] = await query(
    db,
    z.object({ why: z.string() }),
    sql`SELECT queue_reason AS why FROM call_queue WHERE user_id = ${userId}`,
  );
  expect(entry!.why).toBe("The oldest request has been open since 2026-02-21.");
});
