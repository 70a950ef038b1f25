import { expect, test } from "vitest";
import { connect } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import { recordCall, recordOutcome, takeNext } from "#modules/calls";
import { acceptCallback, snoozeCallback } from "#modules/callbacks";
import { endConversation, finishFromRunner, registerTask } from "#modules/cursor-tasks";
import { pauseRun } from "#modules/runs";
import { callbackMonitoring, debugCallbacks, health, investigate } from "#modules/monitoring";
import { invariants } from "../all.ts";
import { aCallback, anAgent, aUser, everybodyIsAlive, tick } from "#tests/factories/desk";
import { violations } from "#tests/factories/invariants";
import { aText, drainMessages } from "#tests/factories/messages";
import { aRun, work } from "#tests/factories/runs";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";

const monitor = async (hours = 24) => callbackMonitoring(await aCtx(), { hours });
const inbound = async (given: { outcome?: boolean; seconds?: number } = {}): Promise<bigint> => {
  const { id } = await recordCall(await aCtx(), {
    userId: await aUser(),
    direction: "inbound",
    status: "completed",
    durationSeconds: given.seconds ?? 3,
  });
  if (given.outcome)
    await recordOutcome(await aCtx(), { callSessionId: BigInt(id as string), outcomeType: "answered" });
  return BigInt(id as string);
};

test("a quiet desk with fresh ticks has health 100 and no alerts", async () => {
  await tick();
  const { healthMetrics, alerts } = await monitor();
  expect(healthMetrics).toMatchObject({
    healthScore: 100,
    healthReasons: [],
    onTimeRate: 100,
    callbackConversionRate: 100,
  });
  expect(alerts).toEqual([]);
});

test("health is inbound calls with an outcome over inbound calls, and warns below 80", async () => {
  await tick();
  for (const outcome of [true, true, true, false]) await inbound({ outcome });
  const { healthMetrics, alerts } = await monitor();
  expect(healthMetrics).toMatchObject({ healthScore: 75, totalInboundCalls: 4, inboundWithOutcomes: 3 });
  expect(alerts).toMatchObject([{ level: "warning" }]);
});

test.each([
  ["exactly 5 s is no problem", 5, 0],
  ["longer than 5 s is one", 6, 1],
])("a completed call without an outcome: %s", async (_title, seconds, problems) => {
  await tick();
  const id = await inbound({ seconds });
  const { healthMetrics, alerts } = await monitor();
  expect(healthMetrics.problematicSessions).toBe(problems);
  expect(alerts.filter(({ level }) => level === "error")).toMatchObject(problems ? [{ ids: [String(id)] }] : []);
});

test("a stopped cron turns health red by itself, and a tick turns it back", async () => {
  await tick();
  await advance({ minutes: 2 });
  expect((await monitor()).healthMetrics.healthScore).toBe(100);
  await advance({ seconds: 1 });
  const red = await monitor();
  expect(red.healthMetrics).toMatchObject({ healthScore: 50, healthReasons: ["The last tick was 121 seconds ago."] });
  expect(red.alerts).toMatchObject([{ level: "warning" }, { level: "error" }]);
  await tick();
  expect((await monitor()).healthMetrics.healthScore).toBe(100);
});

test("a ledger that does not close caps health at 50 and names the tick", async () => {
  await aCallback();
  await tick();
  await execute(db, sql`UPDATE tick_runs SET due = due + 1`);
  const { healthMetrics, alerts, metrics } = await monitor();
  expect(healthMetrics.healthScore).toBe(50);
  expect(metrics.tick.ledgerDifferences).toBe(1);
  expect(alerts).toContainEqual({ level: "error", message: "Ticks whose ledger does not close.", ids: ["1"] });
});

test("an overdue callback without an entry for two minutes caps health at 79", async () => {
  const id = await aCallback();
  await tick();
  await advance({ minutes: 2 });
  await execute(
    db,
    sql`UPDATE call_queue SET status = 'removed', closed_at = ringback_now(), closed_reason = 'lost by a test'`,
  );
  const { healthMetrics, metrics, alerts } = await monitor();
  expect(healthMetrics.healthScore).toBe(79);
  expect(metrics).toMatchObject({ overdueNow: 1, overdueWithoutEntry: 1, oldestOverdueMinutes: 2 });
  expect(alerts).toContainEqual({
    level: "error",
    message: "Overdue callbacks without a queue entry.",
    ids: [String(id)],
  });
});

test("conversion counts the scheduled follow-ups that exist, and warns below 50", async () => {
  await tick();
  for (let n = 0; n < 3; n += 1) {
    const id = await inbound();
    await recordOutcome(await aCtx(), {
      callSessionId: id,
      outcomeType: "call_back",
      callback: { scheduledFor: "2026-03-02T15:00:00Z" },
    });
  }
  expect((await monitor()).healthMetrics).toMatchObject({
    callbackConversionRate: 100,
    inboundWithCallbacksScheduled: 3,
    matchedCallbacks: 3,
  });
  await execute(db, sql`UPDATE callbacks SET original_call_session_id = NULL WHERE id < 3`);
  const low = await monitor();
  expect(low.healthMetrics.callbackConversionRate).toBe(33.3);
  expect(low.alerts).toMatchObject([
    { level: "warning", message: "Only 33.3 % of the callbacks scheduled in calls exist." },
  ]);
});

test("on time means taken within five minutes of the promised time, cancelled ones aside", async () => {
  const ann = await anAgent();
  const inTime = await aCallback({ inMinutes: 0 });
  const late = await aCallback({ inMinutes: -6 });
  await aCallback({ inMinutes: 60 });
  for (const callbackId of [inTime, late]) await acceptCallback(await aCtx(), { callbackId, agentId: ann });
  await tick();
  expect((await monitor()).healthMetrics).toMatchObject({ onTimeRate: 50, totalCallbacksCreated: 3 });
  expect((await monitor()).metrics).toMatchObject({ dueInPeriod: 2, keptOnTime: 1 });
});

test("only the asked-for hours count", async () => {
  await inbound();
  await advance({ hours: 2 });
  await tick();
  expect((await monitor(1)).healthMetrics.totalInboundCalls).toBe(0);
  expect((await monitor(3)).healthMetrics.totalInboundCalls).toBe(1);
});

test("health says what is wrong: missing migrations, no database; a stopped cron is noted", async () => {
  expect(await health(await aCtx())).toMatchObject({ ok: true, notes: ["No tick has run yet."] });
  await tick();
  await advance({ seconds: 180 });
  expect(await health(await aCtx())).toMatchObject({ ok: true, lastTick: { ageSeconds: 180 } });
  await advance({ seconds: 1 });
  expect(await health(await aCtx())).toMatchObject({
    ok: true,
    notes: ["The last tick was 181 seconds ago; is the cron running?"],
  });
  await tick();
  await execute(db, sql`UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name LIKE '%invariants'`);
  expect(await health(await aCtx())).toMatchObject({
    ok: false,
    migrations: { missing: ["20261123080100_base_invariants"] },
  });
  await execute(db, sql`UPDATE _prisma_migrations SET rolled_back_at = NULL`);
  const nowhere = connect("postgresql://nobody:x@127.0.0.1:9/none");
  expect(await health(await aCtx({ db: nowhere, now: (await aCtx()).now }))).toMatchObject({
    ok: false,
    database: "down",
  });
});

test("health names a schema that is newer than the code, and stays healthy, as during a deployment", async () => {
  await execute(
    db,
    sql`INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at)
        VALUES ('newer', 'x', now(), '29991231000000_newer', now())`,
  );
  const said = await health(await aCtx());
  await execute(db, sql`DELETE FROM _prisma_migrations WHERE id = 'newer'`);
  expect(said).toMatchObject({ ok: true, migrations: { missing: [] } });
  expect(said.notes.filter((note) => note.includes("29991231000000_newer"))).toHaveLength(1);
});

test("an investigation shows the whole story, and that nothing is wrong", async () => {
  const ann = await anAgent({ name: "Ann" });
  const id = await aCallback({ preferredAgentId: ann });
  await tick();
  await acceptCallback(await aCtx(), { callbackId: id, agentId: ann });
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  const callSessionId = BigInt((next?.callSessionId as string) ?? 0);
  await recordOutcome(await aCtx(), { callSessionId, outcomeType: "answered" });
  const story = await investigate(await aCtx(), { callbackId: id });
  expect(story.verdict).toBe(`Nothing is wrong with callback ${id}; it is completed.`);
  expect(story.events.map(({ type }) => type)).toEqual(["created", "queued", "accepted", "call_started", "completed"]);
  expect([story.queueEntries.length, story.notifications.length, story.calls.length]).toEqual([2, 1, 1]);
  expect(await investigate(await aCtx(), { callSessionId })).toEqual(story);
  await expect(investigate(await aCtx(), { callbackId: 99 })).rejects.toMatchObject({ code: "not_found" });
  await expect(investigate(await aCtx(), { callSessionId: 99n })).rejects.toMatchObject({ code: "not_found" });
});

test("an investigation says what is wrong", async () => {
  const ann = await anAgent({ name: "Ann" });
  const userId = await aUser();
  const id = await aCallback({ userId, preferredAgentId: ann });
  await tick();
  await advance({ minutes: 5 });
  expect((await investigate(await aCtx(), { callbackId: id })).findings).toEqual([
    "The last tick was 300 seconds ago; is the cron running?",
    "It waits with Ann Able, who is away.",
  ]);
  await execute(db, sql`UPDATE users SET do_not_call = true WHERE id = ${userId}`);
  for (let n = 0; n < 3; n += 1) await tick();
  const { findings } = await investigate(await aCtx(), { callbackId: id });
  expect(findings[0]).toContain("It was set aside at 09:05 UTC");
  expect(findings[1]).toBe("Its number asked not to be called; cancel it or lift the mark.");
});

test("the newest callbacks come with the minutes until they are due", async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann, inMinutes: -3 });
  await aCallback({ preferredAgentId: ann, inMinutes: 7 });
  await aCallback();
  const { callbacks } = await debugCallbacks(await aCtx(), { agentId: ann, limit: 10 });
  expect(callbacks.map(({ minutesToDue }) => minutesToDue)).toEqual([7, -3]);
});

test("no invariant is violated on a busy desk", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  for (let n = 0; n < 6; n += 1) await aCallback({ inMinutes: n - 3 });
  await tick();
  await acceptCallback(await aCtx(), { callbackId: 1, agentId: ann });
  await snoozeCallback(await aCtx(), { callbackId: 2, snoozeMinutes: 5 });
  for (const agentId of [ann, ben]) {
    const { next } = await takeNext(await aCtx(), { agentId });
    await recordOutcome(await aCtx(), {
      callSessionId: BigInt((next?.callSessionId as string) ?? 0),
      outcomeType: agentId === ann ? "answered" : "busy",
    });
  }
  await advance({ minutes: 20 });
  await everybodyIsAlive();
  await tick();
  expect(await violations()).toEqual([]);
});

/** The statements that break each invariant; they first drop the constraint or trigger that guards it, where there is one. */
const BREAKS: Record<string, string[]> = {
  "one-live-entry-per-callback": [
    "DROP INDEX call_queue_one_live_entry_per_callback",
    "DROP INDEX call_queue_one_live_entry_per_user",
    copyEntry(),
  ],
  "one-live-entry-per-user": [
    "DROP INDEX call_queue_one_live_entry_per_callback",
    "DROP INDEX call_queue_one_live_entry_per_user",
    copyEntry(),
  ],
  "live-entry-of-open-callback": ["UPDATE callbacks SET status = 'failed', failed_at = now() WHERE id = 1"],
  "accepted-has-its-entry": ["UPDATE call_queue SET priority_score = -1 WHERE callback_id = 2 AND status = 'assigned'"],
  "due-is-covered": ["DELETE FROM call_queue WHERE callback_id = 1"],
  "closed-entry-says-why": [
    "ALTER TABLE call_queue DROP CONSTRAINT call_queue_closed_has_when_and_why",
    "UPDATE call_queue SET status = 'removed' WHERE id = 1",
  ],
  "assigned-entry-has-agent": [
    "ALTER TABLE call_queue DROP CONSTRAINT call_queue_assigned_has_agent",
    "UPDATE call_queue SET assigned_to_agent_id = NULL WHERE status = 'assigned'",
  ],
  "claim-has-open-call": ["UPDATE call_queue SET fence = fence + 1 WHERE call_session_id IS NOT NULL"],
  "call-within-its-hours": ["UPDATE call_queue SET available_until = claimed_at WHERE call_session_id IS NOT NULL"],
  "one-open-call-per-user": ["DROP INDEX call_sessions_one_open_per_user", copyCall("user_id, NULL")],
  "one-open-call-per-number": [
    "UPDATE call_sessions SET number = '+442079460001'",
    "DROP INDEX call_sessions_one_open_per_number",
    "INSERT INTO call_sessions (user_id, number, direction, status, started_at, created_at) SELECT user_id + 1000, number, direction, status, started_at, created_at FROM call_sessions",
  ],
  "users-marked-as-their-number": [
    "INSERT INTO phone_numbers (number, created_at) VALUES ('+442079460001', now())",
    "UPDATE users SET number = '+442079460001', wrong_number = true",
  ],
  "do-not-call-ends-promises": [
    "INSERT INTO phone_numbers (number, created_at) VALUES ('+442079460001', now())",
    "UPDATE users SET number = '+442079460001', do_not_call = true",
  ],
  "one-open-call-per-agent": ["DROP INDEX call_sessions_one_open_per_agent", copyCall("user_id + 1000, agent_id")],
  "on-call-is-in-a-call": ["UPDATE agent_sessions SET status = 'on_call'"],
  "one-open-session-per-agent": [
    "DROP INDEX agent_sessions_one_open_per_agent",
    "INSERT INTO agent_sessions (agent_id, status, status_since, last_activity, login_at) SELECT agent_id, status, status_since, last_activity, login_at FROM agent_sessions LIMIT 1",
  ],
  "attempts-within-max": [
    "ALTER TABLE callbacks DROP CONSTRAINT callbacks_attempts_within_max",
    "UPDATE callbacks SET attempts = 9 WHERE id = 1",
  ],
  "attempts-only-by-outcome": ["UPDATE callbacks SET attempts = 1, event_type = 'queued' WHERE id = 1"],
  "snoozes-match-times": [
    "ALTER TABLE callbacks DROP CONSTRAINT callbacks_snoozes_match_times",
    "UPDATE callbacks SET snoozes = 1 WHERE id = 1",
  ],
  "no-snooze-goes-back": [
    "UPDATE callbacks SET scheduled_for = scheduled_for - interval '1 hour', snoozes = 1, snoozed_at = ARRAY[now()], event_type = 'snoozed' WHERE id = 3",
  ],
  "one-accepted-per-user": [
    "DROP INDEX callbacks_one_accepted_per_user",
    "ALTER TABLE callbacks DISABLE TRIGGER USER",
    "UPDATE callbacks SET user_id = (SELECT user_id FROM callbacks WHERE id = 2), status = 'accepted', accepted_at = now(), accepted_by_agent_id = 1 WHERE id = 3",
  ],
  "terminal-says-when": [
    "ALTER TABLE callbacks DROP CONSTRAINT callbacks_failed_has_when",
    "UPDATE callbacks SET status = 'failed' WHERE id = 3",
  ],
  "completed-by-its-call": [
    "UPDATE callbacks SET status = 'completed', completed_at = now(), completed_call_session_id = 99 WHERE id = 3",
  ],
  "events-without-gap": [
    "ALTER TABLE callback_events DISABLE TRIGGER USER",
    "DELETE FROM callback_events WHERE callback_id = 1 AND seq = 1",
  ],
  "event-times-never-go-back": [
    "ALTER TABLE callback_events DISABLE TRIGGER USER",
    "UPDATE callback_events SET at = at - interval '1 hour' WHERE callback_id = 1 AND seq = 2",
  ],
  "events-replay": [
    "ALTER TABLE callbacks DISABLE TRIGGER USER",
    "UPDATE callbacks SET callback_reason = 'changed behind the back' WHERE id = 1",
  ],
  "task-finished-once": [
    "ALTER TABLE cursor_tasks DISABLE TRIGGER USER",
    "UPDATE cursor_tasks SET state = 'pending', finished_at = NULL, undelivered_since = NULL, delivered_at = NULL, result = NULL, error = NULL",
  ],
  "task-story-is-its-state": [
    "ALTER TABLE cursor_tasks DISABLE TRIGGER USER",
    "UPDATE cursor_tasks SET event_seq = event_seq + 1",
  ],
  "task-becomes-one-callback": ["UPDATE cursor_tasks SET callback_id = 99"],
  "run-ends-with-its-items": [
    "INSERT INTO run_items (run_id, place, scenario_place, scenario_id, model_id, repetition, job_id) VALUES (1, 9, 0, 'other', 'm', 1, gen_random_uuid())",
  ],
  "run-has-failed-with-all-its-items": ["DELETE FROM run_items"],
  "run-is-filled-as-it-says": ["DELETE FROM run_items"],
  "run-counts-are-its-items": ["UPDATE run_counts SET completed = completed + 1"],
  "accepted-is-somewhere": ["UPDATE message_keys SET settled_at = NULL, queued_at = NULL"],
  "sent-messages-were-accepted": ["DELETE FROM message_keys"],
  "stored-as-accepted": ["UPDATE messages SET body = 'another text'"],
  "erased-users-have-no-messages": [
    "UPDATE message_conversations SET user_id = (SELECT min(id) FROM users)",
    "UPDATE users SET do_not_call = true, erased_at = now()",
  ],
  "message-events-without-gap": ["DELETE FROM message_events WHERE seq = 1"],
  "no-attempt-after-silence": [messageEvent("sending", "sending")],
  "no-attempt-before-its-time": [
    messageEvent("retry", "stored", { notBefore: "2999-01-01T00:00:00Z" }),
    messageEvent("sending", "sending"),
  ],
  "message-ends-its-workers-thrice": ["UPDATE messages SET crashes = 4"],
  "receipts-stand": [messageEvent("delivered", "delivered"), messageEvent("failed", "failed")],
  "conversations-count": ["UPDATE message_conversations SET sent_messages = sent_messages + 1"],
  "item-has-its-one-result": ["DELETE FROM run_transcripts"],
  "nothing-begins-while-paused": [
    "UPDATE pgboss.job_common SET state = 'active', started_on = ringback_now() + interval '1 hour' WHERE state = 'created'",
  ],
  "no-more-attempts-than-allowed": ["UPDATE pgboss.job_common SET retry_count = retry_limit + 1"],
  "key-has-its-answer": [
    "INSERT INTO idempotency_keys (scope, key, request_hash, created_at) VALUES ('s', 'k', 'h', now())",
  ],
  "ledger-closes": ["UPDATE tick_runs SET due = due + 1"],
};

test("every invariant is broken by some hand below", () => {
  expect(Object.keys(BREAKS).sort()).toEqual(invariants.map(({ id }) => id).sort());
});

/** A desk on which every hand below finds something to break. */
async function aDeskToBreak(): Promise<void> {
  const [ann, ben] = [await anAgent(), await anAgent()];
  await aCallback({ preferredAgentId: ben });
  await aCallback({ acceptedBy: ann });
  await aCallback({ inMinutes: 100 });
  await takeNext(await aCtx(), { agentId: ann });
  const task = { taskId: "t", conversationId: "c", priority: 0, deliverAs: "contextual_update" } as const;
  await registerTask(await aCtx(), task);
  await finishFromRunner(await aCtx(), { requestId: "t", success: true });
  await endConversation(await aCtx(), { conversationId: "c" });
  await aRun({ scenarios: 1 });
  await work();
  await pauseRun(await aCtx(), await aRun({ scenarios: 1 }));
  await aText();
  await drainMessages();
  await advance({ milliseconds: 1 });
  await tick();
  await advance({ milliseconds: 1 });
  await tick();
  expect(await violations()).toEqual([]);
}

test("npm run verify finds each invariant that is broken by its hand", async () => {
  await aDeskToBreak();
  const unseen: string[] = [];
  for (const [id, statements] of Object.entries(BREAKS))
    if ((await brokenBy(id, statements)).length === 0) unseen.push(id);
  expect(unseen).toEqual([]);
  // No hand has left anything to the next.
  expect(await violations()).toEqual([]);
});

/** The rows that the invariant finds after these statements. The rollback restores everything, dropped guards included. */
async function brokenBy(id: string, statements: string[]): Promise<unknown[]> {
  let found: unknown[] = [];
  const rollback = new Error("rollback");
  await db
    .$transaction(async (tx) => {
      for (const statement of statements) await tx.$executeRawUnsafe(statement);
      found = await tx.$queryRaw<unknown[]>(invariants.find((one) => one.id === id)?.statement ?? sql`SELECT`);
      throw rollback;
    })
    .catch((error: unknown) => {
      if (error !== rollback) throw new Error(`The hand that breaks ${id} does not.`, { cause: error });
    });
  return found;
}

/** One more event of every message, in the place of the last. */
function messageEvent(type: string, state: string, data = {}): string {
  return `INSERT INTO message_events (message_id, seq, at, type, actor, from_state, to_state, why, data)
          SELECT DISTINCT ON (message_id) message_id, seq + 1, at, '${type}', actor, to_state, '${state}', 'by hand', '${JSON.stringify(data)}'
          FROM message_events ORDER BY message_id, seq DESC`;
}

function copyEntry(): string {
  return `INSERT INTO call_queue (user_id, queue_type, priority_score, status, queue_reason, callback_id, available_from, created_at)
          SELECT user_id, queue_type, priority_score, 'pending', queue_reason, callback_id, available_from, created_at FROM call_queue WHERE callback_id = 1 LIMIT 1`;
}

function copyCall(columns: string): string {
  return `INSERT INTO call_sessions (user_id, agent_id, direction, status, started_at, created_at)
          SELECT ${columns}, 'inbound', 'ringing', now(), now() FROM call_sessions LIMIT 1`;
}
