import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { once } from "#lib/database/once";
import { countAttempt } from "#lib/database/rate-limit";
import { execute, query, sql } from "#lib/database/sql";
import { recordCall, recordOutcome, runTick, takeNext } from "#modules/calls";
import { cancelCallback } from "#modules/callbacks";
import { takeInbound, takeStatusReport } from "#modules/messages";
import { sweep } from "#modules/personal-data";
import { deleteDefinition, pauseRun, resumeRun } from "#modules/runs";
import type { SweepAnswer } from "#schema/personal-data";
import { aCallback, anAgent, aRegularEntry, aUser, everybodyIsAlive, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aProvider, aText, drainMessages, failedWith, messageStates } from "#tests/factories/messages";
import { aRun, work } from "#tests/factories/runs";
import { anAccount } from "#tests/factories/staff";
import { SPENT } from "#tests/factories/until";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, db, emptyDatabase, START, setClock } from "#tests/setup/database";
import { crashPointsOf, type Fault, failingPool, type Watch } from "../../tests/faults/failing-pool.ts";

const DAY = 86_400_000;
const NOTHING = {
  callbacks: 0,
  events: 0,
  notifications: 0,
  queueEntries: 0,
  calls: 0,
  tickRuns: 0,
  idempotencyKeys: 0,
  cursorTasks: 0,
  parkedResults: 0,
  endedConversations: 0,
  messages: 0,
  messageConversations: 0,
  unreadableMessages: 0,
  providerEvents: 0,
  suppressions: 0,
  runs: 0,
  runDefinitions: 0,
  runPauses: 0,
  sessions: 0,
  verifications: 0,
  rateLimits: 0,
};
type Options = Parameters<typeof sweep>[1];
const run = async (options: Options = {}, retentionDays = 365): Promise<SweepAnswer> =>
  sweep(await aCtx({ actor: { kind: "cron" }, limits: { retentionDays } }), options);

/** A callback that was called and completed at START by its own call. Returns its id and the call's. */
async function completed(outcome: Partial<Parameters<typeof recordOutcome>[1]> = {}): Promise<[number, bigint]> {
  const ann = await anAgent();
  const id = await aCallback({ acceptedBy: ann });
  const callSessionId = BigInt((await takeNext(await aCtx(), { agentId: ann })).next?.callSessionId ?? 0);
  await recordOutcome(await aCtx(), { callSessionId, outcomeType: "answered", notes: "long ago", ...outcome });
  return [id, callSessionId];
}

async function cancelled(count: number): Promise<void> {
  for (let made = 0; made < count; made += 1)
    await cancelCallback(await aCtx(), { callbackId: await aCallback({ inMinutes: 60 }), reason: "not needed" });
}

/** The numbers of remaining rows, and of orphans among them. */
async function left(): Promise<Record<string, number>> {
  const [row] = await query(
    db,
    z.record(z.string(), z.int()),
    sql`SELECT (SELECT count(*)::int FROM callbacks) AS callbacks, (SELECT count(*)::int FROM callback_events) AS events,
               (SELECT count(*)::int FROM call_queue) AS entries, (SELECT count(*)::int FROM call_sessions) AS calls,
               (SELECT count(*)::int FROM callback_events e WHERE NOT EXISTS (SELECT FROM callbacks c WHERE c.id = e.callback_id))
             + (SELECT count(*)::int FROM callback_notifications n WHERE NOT EXISTS (SELECT FROM callbacks c WHERE c.id = n.callback_id))
             + (SELECT count(*)::int FROM call_queue q WHERE q.callback_id IS NOT NULL AND NOT EXISTS (SELECT FROM callbacks c WHERE c.id = q.callback_id)) AS orphans`,
  );
  return row!;
}

test.each([
  ["a millisecond before the limit it stays", -1, 1],
  ["at the limit it stays", 0, 1],
  ["a millisecond after the limit it is gone", 1, 0],
])("a callback that ended is deleted after RETENTION_DAYS: %s", async (_title, milliseconds, callbacks) => {
  await completed();
  await setClock(new Date(START.getTime() + 365 * DAY + milliseconds));
  expect(await run()).toMatchObject({ success: true, done: true });
  expect(await left()).toMatchObject({ callbacks, calls: callbacks, entries: callbacks, orphans: 0 });
  await expectInvariants();
});

test("a callback goes with its events, notifications, entries and calls, and the answer counts them", async () => {
  const ann = await anAgent();
  const id = await aCallback({ preferredAgentId: ann });
  await tick();
  const callSessionId = BigInt((await takeNext(await aCtx(), { agentId: ann })).next?.callSessionId ?? 0);
  await recordOutcome(await aCtx(), { callSessionId, outcomeType: "answered" });
  expect(id).toBe(1);
  await advance({ days: 366 });
  const { deleted, message } = await run();
  expect(deleted).toEqual({ ...NOTHING, callbacks: 1, events: 4, notifications: 1, queueEntries: 1, calls: 1 });
  expect(message).toBe("8 rows deleted; nothing older is left.");
  expect(await left()).toEqual({ callbacks: 0, events: 0, entries: 0, calls: 0, orphans: 0 });
});

test("all three ends count: completed, cancelled and failed", async () => {
  await completed();
  await cancelled(1);
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann, maxAttempts: 1 });
  const call = BigInt((await takeNext(await aCtx(), { agentId: ann })).next?.callSessionId ?? 0);
  await recordOutcome(await aCtx(), { callSessionId: call, outcomeType: "no_answer" });
  await advance({ days: 2 });
  expect((await run({}, 1)).deleted).toMatchObject({ callbacks: 3, calls: 2 });
});

test("an open callback stays however old it is, with its entry, events and every call that was tried for it", async () => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  const call = BigInt((await takeNext(await aCtx(), { agentId: ann })).next?.callSessionId ?? 0);
  await recordOutcome(await aCtx(), { callSessionId: call, outcomeType: "no_answer" });
  await advance({ days: 800 });
  await everybodyIsAlive();
  await tick();
  const before = await left();
  expect((await run()).deleted).toEqual(NOTHING);
  expect(await left()).toEqual(before);
  await expectInvariants();
});

test("the call in which an open callback was promised stays, though the callback it completed goes", async () => {
  const scheduledFor = "2026-03-04T09:00:00Z";
  const [first, call] = await completed({ outcomeType: "call_back", callback: { scheduledFor } });
  await advance({ days: 400 });
  expect((await run()).deleted).toMatchObject({ callbacks: 1, calls: 0 });
  const [open] = await query(
    db,
    z.object({ id: z.int(), call: z.bigint() }),
    sql`SELECT c.id, s.id AS call FROM callbacks c JOIN call_sessions s ON s.id = c.original_call_session_id`,
  );
  expect(open).toEqual({ id: first + 1, call });
  await cancelCallback(await aCtx(), { callbackId: first + 1, reason: "not needed" });
  await advance({ days: 400 });
  expect((await run()).deleted).toMatchObject({ callbacks: 1, calls: 1 });
});

test("calls and queue entries without a callback are deleted by their own end; live and open ones stay", async () => {
  const userId = await aUser();
  await recordCall(await aCtx(), { userId, direction: "inbound", status: "completed" });
  await recordCall(await aCtx(), { userId: await aUser(), direction: "inbound", status: "in_progress" });
  await execute(
    db,
    sql`UPDATE call_queue SET status = 'removed', closed_at = ringback_now(), closed_reason = 'x' WHERE id = ${await aRegularEntry(userId)}`,
  );
  await aRegularEntry(userId);
  await setClock(new Date(START.getTime() + 365 * DAY));
  expect((await run()).deleted).toEqual(NOTHING);
  await advance({ milliseconds: 1 });
  expect((await run()).deleted).toEqual({ ...NOTHING, calls: 1, queueEntries: 1 });
  expect(await left()).toMatchObject({ calls: 1, entries: 1 });
});

test("ticks go after 30 days but for the last one, idempotency keys after 7 days", async () => {
  await tick();
  await tick();
  await once(await aCtx(), { scope: "s", key: "k", request: 1 }, async () => 1);
  await setClock(new Date(START.getTime() + 7 * DAY));
  expect((await run()).deleted).toEqual(NOTHING);
  await advance({ milliseconds: 1 });
  expect((await run()).deleted).toEqual({ ...NOTHING, idempotencyKeys: 1 });
  await setClock(new Date(START.getTime() + 30 * DAY));
  expect((await run()).deleted).toEqual(NOTHING);
  await advance({ milliseconds: 1 });
  expect((await run()).deleted).toEqual({ ...NOTHING, tickRuns: 1 });
});

test("sessions and invitations go when they have run out, counts of requests after a day", async () => {
  const later = new Date(START.getTime() + 3_600_000);
  const { id } = await anAccount();
  await db.staffSession.create({
    data: { id: "s", token: "t", accountId: id, expiresAt: later, createdAt: START, updatedAt: START },
  });
  await db.staffVerification.create({
    data: { id: "v", identifier: "i", value: id, expiresAt: later, createdAt: START, updatedAt: START },
  });
  await countAttempt(db, "somebody", 1);
  expect((await run()).deleted).toEqual(NOTHING);
  await setClock(new Date(later.getTime() + 1));
  expect((await run()).deleted).toEqual({ ...NOTHING, sessions: 1, verifications: 1 });
  await setClock(new Date(START.getTime() + DAY + 1));
  expect((await run()).deleted).toEqual({ ...NOTHING, rateLimits: 1 });
});

test("a sweep works in batches, oldest first, until nothing is left", async () => {
  await cancelled(7);
  await advance({ days: 366 });
  expect(await run({ batch: 3 })).toMatchObject({ done: true, deleted: { callbacks: 7, events: 14 } });
  expect(await left()).toMatchObject({ callbacks: 0, events: 0, orphans: 0 });
});

test("a sweep whose time is up says that it is not done, and the next one goes on", async () => {
  await cancelled(2);
  await advance({ days: 366 });
  expect(await run({ until: SPENT })).toMatchObject({ done: false, deleted: NOTHING });
  expect(await left()).toMatchObject({ callbacks: 2 });
  expect(await run()).toMatchObject({ done: true, deleted: { callbacks: 2 } });
  expect(await run()).toMatchObject({ done: true, deleted: NOTHING });
});

test("sweeps at once delete each row once, and a tick beside them does its work", async () => {
  await cancelled(20);
  for (let made = 0; made < 4; made += 1) await completed();
  await advance({ days: 366 });
  await anAgent();
  for (let made = 0; made < 3; made += 1) await aCallback();
  const ctxs = await Promise.all([1, 2, 3].map(() => aCtx({ db: connectTest({ timeouts: "batch" }) })));
  const ticking = await aCtx({ db: connectTest({ timeouts: "batch" }), actor: { kind: "cron" } });
  const [ticked, ...swept] = await Promise.all([
    runTick(ticking, { source: "cron" }),
    ...ctxs.map((ctx) => sweep(ctx, { batch: 4 })),
  ]);
  const total = (name: keyof typeof NOTHING): number => swept.reduce((sum, { deleted }) => sum + deleted[name], 0);
  const last = (await run()).deleted;
  expect(total("callbacks") + last.callbacks).toBe(24);
  expect(total("calls") + last.calls).toBe(4);
  expect(ticked.ledger).toMatchObject({ due: 3, newlyQueued: 3 });
  expect(await left()).toMatchObject({ callbacks: 3, calls: 0, orphans: 0 });
  await expectInvariants();
});

test("a locked row is passed over without waiting, and found by the next sweep", async () => {
  await cancelled(2);
  await advance({ days: 366 });
  await connectTest().$transaction(async (tx) => {
    await query(tx, z.object({ id: z.int() }), sql`SELECT id FROM callbacks WHERE id = 1 FOR UPDATE`);
    expect((await run()).deleted.callbacks).toBe(1);
  });
  expect((await run()).deleted.callbacks).toBe(1);
});

let points = 0;
afterAll(() => process.stdout.write(`crash points of the sweep tried: ${points}\n`));

test("a sweep that dies at any statement leaves whole batches, and the next one finishes", {
  tags: ["long"],
}, async () => {
  const arrange = async (): Promise<void> => {
    await emptyDatabase();
    await cancelled(3);
    await completed();
    await aCallback({ inMinutes: 60 });
    await advance({ days: 366 });
  };
  const crash = async (fault: Fault | null): Promise<Watch> => {
    const watch: Watch = { statements: [], fault };
    const failing = connectTest({ Pool: failingPool(watch), timeouts: "batch" });
    const ctx = await aCtx({ db: failing, now: (await aCtx()).now });
    const outcome = await sweep(ctx, { batch: 2 }).catch((error: unknown) => error);
    if (fault) expect(outcome).toBeInstanceOf(Error);
    await failing.$disconnect();
    return watch;
  };
  await arrange();
  const { statements } = await crash(null);
  for (const { fault, where } of crashPointsOf(statements)) {
    points += 1;
    await arrange();
    await crash(fault);
    expect((await left()).orphans, where).toBe(0);
    await expectInvariants();
    await finish();
    expect(await left()).toEqual({ callbacks: 1, events: 1, entries: 0, calls: 0, orphans: 0 });
  }
});

/** A backend whose client died holds its locks until it notices, and a sweep passes over locked rows; so this repeats it. */
async function finish(): Promise<void> {
  while ((await left()).callbacks! > 1 || (await left()).calls! > 0) await run();
}

/** A text of this customer, sent by a provider that does this, and a STOP that came in. */
async function someMessages(): Promise<void> {
  const delivered = { outcome: "sent", providerId: "SM1" } as const;
  const provider = aProvider(delivered, failedWith("permanent"), { ...delivered, providerId: "SM2" });
  for (const customerId of [1, 2, 1]) {
    await aText({ customerId });
    await drainMessages(provider.transports);
  }
  const twilio = await aCtx({ actor: { kind: "twilio" }, newId: () => crypto.randomUUID() });
  for (const providerId of ["SM1", "SM9"])
    await takeStatusReport(twilio, { named: null, providerId, status: "delivered", errorCode: null });
  await takeInbound(twilio, {
    providerId: "SM7",
    from: "+442079460001",
    to: "+14155550100",
    body: "STOP",
    meaning: "stop",
  });
  // A worker of a newer version has queued it.
  const { id } = await aText({ customerId: 3 });
  await execute(db, sql`UPDATE message_queue SET event = event || '{"schema_version": 9}' WHERE id = ${id}::uuid`);
  await drainMessages();
}

test("dead letters are deleted after DLQ_RETENTION, to the millisecond; other messages after RETENTION_DAYS; waiting messages and suppressions in force never", async () => {
  await someMessages();
  await setClock(new Date(START.getTime() + 720 * 3_600_000));
  expect((await run()).deleted).toMatchObject({ messages: 0, unreadableMessages: 0 });
  await advance({ milliseconds: 1 });
  expect((await run()).deleted).toMatchObject({ messages: 1, messageConversations: 1, unreadableMessages: 1 });
  await expectInvariants();
  // The third text has no receipt and ends as that; a fourth waits, and a suppression is lifted.
  await drainMessages();
  await aText({ customerId: 4, sendAfter: "2027-03-02T09:00:00Z" });
  await drainMessages();
  // As one that was accepted when a time of sending had no limit.
  const far = sql`'2030-03-02T09:00:00Z'::timestamptz`;
  await execute(db, sql`UPDATE messages SET send_after = ${far}, held_until = ${far} WHERE state = 'held'`);
  await advance({ days: 364 });
  expect((await run()).deleted).toMatchObject({
    messages: 2,
    messageConversations: 0,
    providerEvents: 2,
    suppressions: 0,
    runs: 0,
    runDefinitions: 0,
    runPauses: 0,
  });
  await advance({ days: 30 });
  await execute(
    db,
    sql`UPDATE message_suppressions SET removed_at = ringback_now(), removed_by = 'x', removed_why = 'x'`,
  );
  expect((await run()).deleted).toMatchObject({ messages: 1, messageConversations: 1, suppressions: 0 });
  await advance({ days: 366 });
  expect((await run()).deleted).toMatchObject({ messages: 0, suppressions: 1 });
  expect(await messageStates()).toEqual(["held"]);
  await expectInvariants();
});

test("a dead letter goes with RETENTION_DAYS when that is sooner, and sweeps beside a worker lose no count", async () => {
  for (let n = 0; n < 9; n += 1) await aText({ customerId: 1 + (n % 3), to: "+442079460001" });
  await drainMessages(aProvider(failedWith("permanent")).transports);
  await advance({ days: 2 });
  for (let n = 0; n < 6; n += 1) await aText({ customerId: 1 + (n % 3) });
  const ctxs = await Promise.all([1, 2].map(() => aCtx({ db: connectTest(), limits: { retentionDays: 1 } })));
  const [one, other] = await Promise.all([...ctxs.map((ctx) => sweep(ctx, { batch: 2 })), drainMessages()]);
  const last = await run({}, 1);
  const total = [one, other, last].reduce((sum, swept) => sum + (swept as SweepAnswer).deleted.messages, 0);
  expect(total).toBe(9);
  await drainMessages();
  expect(await messageStates()).toHaveLength(6);
  await expectInvariants();
});

test("runs go with their transcripts when they ended too long ago, deleted definitions and pauses that ended after the same time; open ones stay", async () => {
  const old = await aRun({ scenarios: 2 });
  await work();
  const open = await aRun({ scenarios: 1 });
  await pauseRun(await aCtx(), open, { why: "lunch" });
  await resumeRun(await aCtx(), open);
  await deleteDefinition(await aCtx(), 1);
  await setClock(new Date(START.getTime() + 365 * DAY));
  expect((await run()).deleted).toMatchObject({ runs: 0, runDefinitions: 0, runPauses: 0 });
  await advance({ seconds: 1 });
  expect((await run()).deleted).toMatchObject({ runs: 1, runDefinitions: 1, runPauses: 1 });
  const rows = z.object({ runs: z.array(z.int()), transcripts: z.int(), definitions: z.array(z.int()) });
  expect(
    await query(
      db,
      rows,
      sql`SELECT ARRAY(SELECT id FROM runs) AS runs, (SELECT count(*)::int FROM run_transcripts) AS transcripts,
                 ARRAY(SELECT id FROM run_definitions) AS definitions`,
    ),
  ).toEqual([{ runs: [open], transcripts: 0, definitions: [2] }]);
  expect(old).not.toBe(open);
  await expectInvariants();
});
