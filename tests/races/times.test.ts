/** A request reads its time before it waits for a lock; the later of two events in the rows has the later time all the same. */
import { expect, test } from "vitest";
import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, type Sql, sql } from "#lib/database/sql";
import { logOut, decideStatus } from "#modules/agents";
import { cancelCallback } from "#modules/callbacks";
import { recordCall, recordOutcome } from "#modules/calls";
import { waitingForLocks } from "#tests/factories/at-once";
import { aCallback, anAgent, aUser, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, db } from "#tests/setup/database";

const other = connectTest({ poolSize: 2 });

/**
 * `early` reads the time first, then waits for the uncommitted work of `late`, which commits when PostgreSQL reports that `early`
 * waits.
 */
async function overtaken(early: (ctx: Ctx) => Promise<unknown>, late: (ctx: Ctx) => Promise<unknown>): Promise<void> {
  const before = await aCtx({ db: other });
  await advance({ seconds: 1 });
  const after = await aCtx();
  let waiting: Promise<unknown> | undefined;
  await db.$transaction(async (tx) => {
    await late({ ...after, db: tx });
    waiting = early(before);
    await expect.poll(() => waitingForLocks(connection), { timeout: 20_000 }).toBe(1);
  });
  await waiting;
}

const connection = connectTest({ poolSize: 1 });

async function overlaps(statement: Sql): Promise<number> {
  const [row] = await query(db, z.object({ n: z.int() }), statement);
  return row!.n;
}

const callsOverlap = sql`SELECT count(*)::int AS n FROM call_sessions a JOIN call_sessions b ON b.id > a.id
  AND (b.user_id = a.user_id OR b.agent_id = a.agent_id) WHERE b.started_at < coalesce(a.ended_at, 'infinity')`;

test("a call of a user begins not before the call before it ended", async () => {
  const userId = await aUser();
  const first = await recordCall(await aCtx(), { userId, direction: "inbound", status: "in_progress" });
  await overtaken(
    (ctx) => recordCall(ctx, { userId, direction: "inbound", status: "in_progress" }),
    (ctx) => recordOutcome(ctx, { callSessionId: BigInt(first.id), outcomeType: "answered" }),
  );
  expect(await db.callSession.count()).toBe(2);
  expect(await overlaps(callsOverlap)).toBe(0);
  await expectInvariants();
});

test("a call of an agent begins not before the agent's call before it ended", async () => {
  const agentId = await anAgent();
  const first = await recordCall(await aCtx(), {
    userId: await aUser(),
    agentId,
    direction: "inbound",
    status: "in_progress",
  });
  const userId = await aUser();
  await overtaken(
    (ctx) => recordCall(ctx, { userId, agentId, direction: "inbound", status: "in_progress" }),
    (ctx) => recordOutcome(ctx, { callSessionId: BigInt(first.id), outcomeType: "answered" }),
  );
  expect(await db.callSession.count()).toBe(2);
  expect(await overlaps(callsOverlap)).toBe(0);
  await expectInvariants();
});

test("a start that a telephone system gives is kept as it is", async () => {
  const userId = await aUser();
  const first = await recordCall(await aCtx(), { userId, direction: "inbound", status: "in_progress" });
  await advance({ minutes: 1 });
  await recordOutcome(await aCtx(), { callSessionId: BigInt(first.id), outcomeType: "answered" });
  const startedAt = new Date("2026-03-02T09:00:30Z");
  await recordCall(await aCtx(), {
    userId,
    direction: "inbound",
    status: "in_progress",
    startedAt: startedAt.toISOString(),
  });
  expect(await db.callSession.findFirst({ where: { endedAt: null } })).toMatchObject({ startedAt });
});

test("a session of an agent begins not before the logout before it, and no sign of life goes back", async () => {
  const agentId = await anAgent();
  await overtaken(
    (ctx) => decideStatus(ctx, { agentId, status: "available" }),
    (ctx) => logOut(ctx, { agentId }),
  );
  expect(await db.agentSession.count()).toBe(2);
  expect(
    await overlaps(sql`SELECT count(*)::int AS n FROM agent_sessions a JOIN agent_sessions b ON b.id > a.id
      AND b.agent_id = a.agent_id WHERE least(b.login_at, b.last_activity, b.status_since) < coalesce(a.logout_at, 'infinity')`),
  ).toBe(0);
});

test("an entry is not closed before it was made, given or claimed", async () => {
  await anAgent();
  const early = await aCtx();
  const callbackId = await aCallback();
  await advance({ seconds: 1 });
  await tick();
  await cancelCallback(early, { callbackId, reason: "asked for it" });
  expect(
    await overlaps(
      sql`SELECT count(*)::int AS n FROM call_queue WHERE closed_at < greatest(created_at, assigned_at, claimed_at)`,
    ),
  ).toBe(0);
  expect(await db.callQueue.count({ where: { closedAt: { not: null } } })).toBe(1);
});
