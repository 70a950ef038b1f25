import { expect, test } from "vitest";
import { z } from "zod";
import { type Db, inTransaction } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import { peekNext } from "#modules/call-queue";
import { takeNext } from "#modules/calls";
import { atOnce } from "#tests/factories/at-once";
import { aCallback, anAgent, aRegularEntry, aUser, everybodyIsAlive, tick } from "#tests/factories/desk";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, db } from "#tests/setup/database";

/** More pages than a claim needs among ten entries, and a small part of what a walk through ten thousand reads. */
/** Asking each of twenty thousand entries touches more than 160,000; a choice 50, and more where tests before left dead rows. */
const FEW_PAGES = 4_000;

type Crowd = { first: number; count: number; score: number; kind?: string; fromHours?: number; untilHours?: number };

/** Regular entries of so many users, with hours that begin and end so many hours from now. */
async function aCrowd(given: Crowd): Promise<void> {
  const { first, count, score, kind = "outstanding_requests", fromHours = -2, untilHours = 5 } = given;
  await execute(
    db,
    sql`INSERT INTO users (id, first_name, last_name, phone, time_zone, created_at, updated_at)
        SELECT g, 'Uma', 'User', '+15550100', 'UTC', ringback_now(), ringback_now()
        FROM generate_series(${first}::int, ${first + count - 1}::int) g`,
  );
  await execute(
    db,
    sql`INSERT INTO call_queue (user_id, queue_type, priority_score, queue_reason, available_from, available_until, created_at)
        SELECT g, ${kind}, ${score}, 'regular', now + make_interval(hours => ${fromHours}), now + make_interval(hours => ${untilHours}),
               now - interval '2 hours'
        FROM generate_series(${first}::int, ${first + count - 1}::int) g, LATERAL (SELECT ringback_now() AS now) clock`,
  );
}

const plan = z.object({
  "QUERY PLAN": z.tuple([
    z.object({ Plan: z.object({ "Shared Hit Blocks": z.int(), "Shared Read Blocks": z.int() }).loose() }).loose(),
  ]),
});

/** The pages that choosing the next entry touches on a connection that has chosen before. */
async function pagesTouched(agentId: number): Promise<number> {
  const ctx = await aCtx();
  const choose = async (handle: Db): Promise<number> => {
    const [row] = await query(
      handle,
      plan,
      sql`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT next_entry(${agentId}::int, NULL, ${ctx.now}::timestamptz)`,
    );
    const { Plan } = row!["QUERY PLAN"][0];
    return Plan["Shared Hit Blocks"] + Plan["Shared Read Blocks"];
  };
  return inTransaction(ctx, async (tx) => {
    await choose(tx.db);
    return choose(tx.db);
  });
}

test("twenty thousand entries at the front that this agent may not be given now neither hide nor slow the one behind", async () => {
  await aCrowd({ first: 100_001, count: 7_000, score: 1, fromHours: 9, untilHours: 22 });
  await aCrowd({ first: 110_001, count: 7_000, score: 2, untilHours: -2 });
  await aCrowd({ first: 120_001, count: 7_000, score: 3, kind: "unsigned_users" });
  const agentId = await anAgent({ queues: ["outstanding_requests"] });
  expect(await peekNext(db, { agentId, queueType: null, now: (await aCtx()).now })).toBeNull();
  const entryId = await aRegularEntry(await aUser(), { score: 90 });
  expect(await pagesTouched(agentId)).toBeLessThan(FEW_PAGES);
  expect((await takeNext(await aCtx(), { agentId })).next).toMatchObject({ queueEntryId: entryId, priorityScore: 90 });
});

test("the next of twenty thousand is found in a few pages, also when the statistics say that the table is empty", async () => {
  await execute(db, sql`ANALYZE call_queue`);
  await aCrowd({ first: 100_001, count: 20_000, score: 50 });
  const entryId = await aRegularEntry(await aUser(), { score: 10 });
  const agentId = await anAgent();
  expect(await pagesTouched(agentId)).toBeLessThan(FEW_PAGES);
  expect((await takeNext(await aCtx(), { agentId })).next?.queueEntryId).toBe(entryId);
});

test("an entry that begins later takes its place in the calling order at its minute, before and after the next tick", async () => {
  const later = async (score: number): Promise<number> => {
    const id = await aRegularEntry(await aUser(), { score });
    await execute(
      db,
      sql`UPDATE call_queue SET available_from = ringback_now() + interval '30 minutes' WHERE id = ${id}`,
    );
    return id;
  };
  const [second, first] = [await later(6), await later(5)];
  const [early, last] = [
    await aRegularEntry(await aUser(), { score: 8 }),
    await aRegularEntry(await aUser(), { score: 7 }),
  ];
  const next = async (): Promise<number | undefined> =>
    (await takeNext(await aCtx(), { agentId: await anAgent() })).next?.queueEntryId;
  expect(await next()).toBe(last);
  await advance({ minutes: 30 });
  expect(await next()).toBe(first);
  await everybodyIsAlive();
  await tick();
  expect(await next()).toBe(second);
  expect(await next()).toBe(early);
});

test("a user whose number is in a call is passed over, and the next one is called", async () => {
  const [busy, same, other] = [await aUser(), await aUser(), await aUser()];
  await execute(db, sql`INSERT INTO phone_numbers (number, created_at) VALUES ('+442071838750', ringback_now())`);
  await execute(db, sql`UPDATE users SET number = '+442071838750' WHERE id IN (${busy}, ${same})`);
  await aRegularEntry(busy, { score: 1 });
  await aRegularEntry(same, { score: 2 });
  await aRegularEntry(other, { score: 3 });
  const next = async (): Promise<string | undefined> =>
    (await takeNext(await aCtx(), { agentId: await anAgent() })).next?.userId;
  expect(await next()).toBe(String(busy));
  expect(await next()).toBe(String(other));
  expect(await next()).toBeUndefined();
});

test("of the entries without an agent, an AI agent gets only the callbacks that ask for it", async () => {
  const agentId = await anAgent({ isAiAgent: true, status: "break" });
  await aRegularEntry(await aUser(), { score: 1 });
  await aCallback();
  const callbackId = await aCallback({ preferredAgentId: agentId });
  await tick();
  await execute(
    db,
    sql`UPDATE call_queue SET status = 'pending', assigned_to_agent_id = NULL, assigned_at = NULL WHERE status = 'assigned'`,
  );
  expect((await takeNext(await aCtx(), { agentId })).next).toMatchObject({ callbackId });
});

test("thirty agents who ask at once for the last ten entries get one each, and twenty get none", async () => {
  for (let n = 0; n < 10; n += 1) await aRegularEntry(await aUser(), { score: n });
  const agents: number[] = [];
  for (let n = 0; n < 30; n += 1) agents.push(await anAgent());
  const ctx = await aCtx({ db: connectTest({ poolSize: 15 }) });
  const { won, refused } = await atOnce(agents.map((agentId) => () => takeNext(ctx, { agentId })));
  expect(refused).toEqual([]);
  const entries = won.flatMap(({ next }) => (next ? [next.queueEntryId] : []));
  expect(entries).toHaveLength(10);
  expect(new Set(entries).size).toBe(10);
});
