import { expect, test } from "vitest";
import { z } from "zod";
import { violated } from "#lib/database/error";
import { execute, query, sql } from "#lib/database/sql";
import { makeKey } from "#modules/access";
import { recordCall, takeNext } from "#modules/calls";
import { callbackQueue, endConversation, finishFromRunner, pollEvents, registerTask } from "#modules/cursor-tasks";
import { aCallback, anAgent, aRegularEntry, aUser, tick } from "#tests/factories/desk";
import { aText, drainMessages } from "#tests/factories/messages";
import { aRun } from "#tests/factories/runs";
import { aSession, anAccount } from "#tests/factories/staff";
import { aCtx } from "#tests/setup/ctx";
import { db } from "#tests/setup/database";

/** For each unique index of the desk, a row that only this index refuses. */
const INTRUDERS: Record<string, string> = {
  agents_email_is_unique:
    "INSERT INTO agents (first_name, last_name, email, allowed_queues, created_at) SELECT 'A', 'B', email, '{}', now() FROM agents LIMIT 1",
  agent_sessions_one_open_per_agent:
    "INSERT INTO agent_sessions (agent_id, status, status_since, last_activity, login_at) SELECT agent_id, 'break', now(), now(), now() FROM agent_sessions WHERE logout_at IS NULL LIMIT 1",
  callbacks_one_accepted_per_user:
    "UPDATE callbacks SET status = 'accepted', accepted_by_agent_id = 1, accepted_at = now() WHERE id = 3",
  call_queue_one_live_entry_per_user:
    "INSERT INTO call_queue (user_id, queue_type, priority_score, queue_reason, available_from, created_at) SELECT user_id, queue_type, 5, 'intruder', now(), now() FROM call_queue WHERE callback_id = 1 AND status <> 'removed' LIMIT 1",
  // A callback's entries are of one user, so the index above refuses the same row; alone, this one does.
  call_queue_one_live_entry_per_callback:
    "INSERT INTO call_queue (user_id, queue_type, priority_score, queue_reason, callback_id, available_from, created_at) SELECT user_id, queue_type, 5, 'intruder', 1, now(), now() FROM call_queue WHERE callback_id = 1 AND status <> 'removed' LIMIT 1",
  call_sessions_one_open_per_user:
    "INSERT INTO call_sessions (user_id, direction, status, started_at, created_at) SELECT user_id, 'inbound', 'ringing', now(), now() FROM call_sessions WHERE ended_at IS NULL LIMIT 1",
  call_sessions_one_open_per_number:
    "INSERT INTO call_sessions (user_id, number, direction, status, started_at, created_at) SELECT user_id + 5000, number, 'inbound', 'ringing', now(), now() FROM call_sessions WHERE ended_at IS NULL LIMIT 1",
  call_sessions_one_open_per_agent:
    "INSERT INTO call_sessions (user_id, agent_id, direction, status, started_at, created_at) SELECT user_id + 5000, agent_id, 'inbound', 'ringing', now(), now() FROM call_sessions WHERE ended_at IS NULL LIMIT 1",
  call_sessions_twilio_sid_is_unique:
    "INSERT INTO call_sessions (user_id, direction, status, twilio_call_sid, started_at, ended_at, created_at) SELECT user_id, 'inbound', 'missed', twilio_call_sid, now(), now(), now() FROM call_sessions WHERE twilio_call_sid IS NOT NULL LIMIT 1",
  staff_accounts_email_key:
    "INSERT INTO staff_accounts (id, name, email, role, created_at, updated_at) SELECT 'intruder', name, email, 'supervisor', now(), now() FROM staff_accounts LIMIT 1",
  staff_accounts_agent_id_key:
    "INSERT INTO staff_accounts (id, name, email, role, agent_id, created_at, updated_at) SELECT 'intruder', name, 'intruder@example.test', role, agent_id, now(), now() FROM staff_accounts WHERE agent_id IS NOT NULL LIMIT 1",
  staff_sessions_token_key:
    "INSERT INTO staff_sessions (id, token, account_id, expires_at, created_at, updated_at) SELECT 'intruder', token, account_id, now(), now(), now() FROM staff_sessions LIMIT 1",
  cursor_tasks_one_per_cursor_agent: "UPDATE cursor_tasks SET cursor_agent_id = 'bc_1' WHERE task_id = 'second'",
  cursor_tasks_one_per_callback:
    "UPDATE cursor_tasks SET callback_id = (SELECT callback_id FROM cursor_tasks WHERE task_id = 'first') WHERE task_id = 'second'",
  message_conversations_one_each:
    "INSERT INTO message_conversations (id, customer_id, channel, started_at, last_at) SELECT gen_random_uuid(), customer_id, channel, now(), now() FROM message_conversations LIMIT 1",
  message_keys_once:
    "INSERT INTO message_keys (id, caller, key, request_hash, lane, channel, customer_id, accepted_at) SELECT gen_random_uuid(), caller, key, request_hash, lane, channel, customer_id, now() FROM message_keys LIMIT 1",
  message_queue_once:
    "INSERT INTO message_queue (id, event, available_at, queued_at) SELECT id, event, now(), now() FROM message_queue LIMIT 1",
  message_suppressions_once:
    "INSERT INTO message_suppressions (channel, recipient, reason, source, created_by, created_at) SELECT channel, recipient, reason, source, created_by, now() FROM message_suppressions LIMIT 1",
  messages_provider_name:
    "UPDATE messages m SET provider_id = o.provider_id FROM (SELECT id, provider_id FROM messages ORDER BY seq LIMIT 1) o WHERE m.id <> o.id",
  run_items_one_per_cell:
    "INSERT INTO run_items (run_id, place, scenario_place, scenario_id, model_id, repetition, job_id) SELECT run_id, 99, scenario_place, scenario_id, model_id, repetition, gen_random_uuid() FROM run_items LIMIT 1",
  run_items_one_per_job:
    "INSERT INTO run_items (run_id, place, scenario_place, scenario_id, model_id, repetition, job_id) SELECT run_id, 99, scenario_place, scenario_id, model_id, 20, job_id FROM run_items LIMIT 1",
  api_keys_digest_key:
    "INSERT INTO api_keys (name, digest, hint, created_by, created_at) SELECT 'intruder', digest, hint, 'x', now() FROM api_keys LIMIT 1",
};

/** Indexes that stand in for one another: the second must be away for the first to be tried alone. */
const BESIDE: Record<string, string> = { call_queue_one_live_entry_per_callback: "call_queue_one_live_entry_per_user" };

/** The first task was delivered and then became a callback; the second is registered. */
async function twoTasks(userId: bigint): Promise<void> {
  for (const taskId of ["first", "second"]) {
    const task = { taskId, conversationId: "c", userId, priority: 0, deliverAs: "contextual_update" } as const;
    await registerTask(await aCtx(), task);
  }
  await callbackQueue.update(await aCtx(), "first", { cursorAgentId: "bc_1" });
  await finishFromRunner(await aCtx(), { requestId: "first", success: true });
  await pollEvents(await aCtx(), { conversationId: "c" });
  await endConversation(await aCtx(), { conversationId: "c" });
}

/** One desk on which every index has something to guard. */
async function arrange(): Promise<void> {
  const [ann] = [await anAgent(), await anAgent()];
  const userId = await aUser();
  await aCallback();
  await aCallback({ userId, acceptedBy: ann });
  await aCallback({ userId, inMinutes: 90 });
  await aRegularEntry(await aUser());
  await recordCall(await aCtx(), {
    userId: await aUser(),
    direction: "inbound",
    status: "completed",
    twilioCallSid: "CA1",
  });
  await tick();
  await takeNext(await aCtx(), { agentId: ann });
  await execute(db, sql`UPDATE call_sessions SET number = '+442079460000' WHERE ended_at IS NULL`);
  await aSession((await anAccount({ agentId: ann })).id);
  await twoTasks(userId);
  await aRun({ scenarios: 1 });
  await aText();
  await aText();
  await drainMessages();
  await aText();
  await execute(db, sql`UPDATE messages SET provider_id = id::text`);
  await execute(
    db,
    sql`INSERT INTO message_suppressions (channel, recipient, reason, source, created_by, created_at) VALUES ('sms', '+447700900123', 'stop', 'test', 'x', now())`,
  );
  await makeKey(await aCtx(), { name: "importer", scopes: ["users:write"] });
}

test("every unique index of the desk has an intruder below", async () => {
  const rows = await query(
    db,
    z.object({ name: z.string() }),
    sql`SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE i.indisunique AND NOT i.indisprimary AND n.nspname = 'public' AND c.relname NOT LIKE '\\_prisma%'
          AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.confrelid = i.indrelid AND k.conindid = i.indexrelid)`,
  );
  expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(INTRUDERS).sort());
});

/** Takes an index away, or the constraint that it belongs to. */
function withoutIndex(name: string): string {
  return `DO $$ BEGIN EXECUTE coalesce((SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
    FROM pg_constraint WHERE conname = '${name}'), 'DROP INDEX ${name}'); END $$`;
}

/** The name of the guard that refuses the intruder while these indexes are dropped. A rollback restores everything. */
function refusalOf(intruder: string, dropped: string[]): Promise<string> {
  return db
    .$transaction(async (tx) => {
      for (const name of dropped) await tx.$executeRawUnsafe(withoutIndex(name));
      const changed = await tx.$executeRawUnsafe(intruder);
      throw new Error(changed === 1 ? "it got in" : "the intruder found nothing to copy");
    })
    .catch((error: Error) => violated(error) ?? error.message);
}

test("each unique index refuses its intruder, and nothing else would", async () => {
  await arrange();
  const refusals: Record<string, string[]> = {};
  for (const [index, intruder] of Object.entries(INTRUDERS)) {
    const away = BESIDE[index] ? [BESIDE[index]] : [];
    refusals[index] = [await refusalOf(intruder, away), await refusalOf(intruder, [...away, index])];
  }
  expect(refusals).toEqual(Object.fromEntries(Object.keys(INTRUDERS).map((index) => [index, [index, "it got in"]])));
});
