import type pg from "pg";

/** A statement with its values, and a name under which each connection keeps its plan. */
const run = (client: pg.ClientBase, name: string, text: string, values: unknown[]): Promise<pg.QueryResult> =>
  client.query({ name, text, values });

/**
 * Work in a transaction of its own on a connection of the pool; with a key, also the two rows that a request of the desk leaves:
 * its key with the answer, and the action.
 */
async function transaction<T>(
  pool: pg.Pool,
  key: string | undefined,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    if (key !== undefined) await fromDesk(client, key);
    const answer = await work(client);
    await client.query("COMMIT");
    return answer;
  } finally {
    client.release();
  }
}

const ANSWER = JSON.stringify({ status: 200, body: { success: true, message: "Done.", data: { callbackId: 1 } } });

async function fromDesk(client: pg.ClientBase, key: string): Promise<void> {
  await run(
    client,
    "key",
    "INSERT INTO idempotency_keys (scope, key, request_hash, answer, created_at) VALUES ('bare', $1, md5($1), $2, now())",
    [key, ANSWER],
  );
  await run(
    client,
    "action",
    "INSERT INTO desk_actions (id, actor, request, done_at, applied_at) VALUES ($1, 'bench', 'bench', now(), now())",
    [key],
  );
}

const CLAIM = `UPDATE call_queue SET status = 'assigned', assigned_to_agent_id = $1, assigned_at = now(), claimed_at = now(), fence = fence + 1
  WHERE id = (SELECT id FROM call_queue WHERE status = 'pending' ORDER BY priority_score, available_from, id LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING id, user_id, callback_id, queue_type`;

/** The claim alone: one row of the queue and nothing else. */
export async function bareClaim(pool: pg.Pool, agentId: number): Promise<void> {
  await pool.query({ name: "bare-claim", text: CLAIM, values: [agentId] });
}

/** The rows that taking a call leaves (entry, call, agent, event), and no rule. */
export async function bareTake(pool: pg.Pool, agentId: number): Promise<void> {
  await transaction(pool, undefined, async (client) => {
    const { rows } = await run(client, "claim", CLAIM, [agentId]);
    const { id, user_id, callback_id, queue_type } = rows[0];
    const opened = await run(
      client,
      "open",
      `INSERT INTO call_sessions (user_id, agent_id, callback_id, queue_entry_id, fence, queue_type, direction, status, started_at, created_at)
       VALUES ($1, $2, $3, $4, 1, $5, 'outbound', 'in_progress', now(), now()) RETURNING id`,
      [user_id, agentId, callback_id, id, queue_type],
    );
    await run(client, "mark", "UPDATE call_queue SET call_session_id = $2 WHERE id = $1", [id, opened.rows[0].id]);
    await run(
      client,
      "event",
      `UPDATE callbacks SET first_taken_at = now(), event_type = 'call_started', event_at = now(), event_actor = 'bench', event_why = 'bench' WHERE id = $1`,
      [callback_id],
    );
    await run(
      client,
      "agent",
      "UPDATE agent_sessions SET status = 'on_call', status_since = now(), last_activity = now() WHERE agent_id = $1 AND logout_at IS NULL",
      [agentId],
    );
  });
}

/** The rows of an accept: another entry in place of the one that waits, the callback with its event, the agent's sign of life. */
export async function bareAccept(pool: pg.Pool, callbackId: number, agentId: number, key?: string): Promise<void> {
  await transaction(pool, key, async (client) => {
    const { rows } = await run(
      client,
      "give-way",
      "UPDATE call_queue SET status = 'removed', closed_at = now(), closed_reason = 'bench' WHERE callback_id = $1 AND status = 'pending' RETURNING user_id",
      [callbackId],
    );
    await run(
      client,
      "accepted-entry",
      `INSERT INTO call_queue (user_id, queue_type, priority_score, status, queue_reason, assigned_to_agent_id, assigned_at, callback_id, available_from, created_at)
       VALUES ($1, 'outstanding_requests', -2000, 'assigned', 'bench', $2, now(), $3, now(), now())`,
      [rows[0].user_id, agentId, callbackId],
    );
    await run(
      client,
      "accepted",
      `UPDATE callbacks SET status = 'accepted', accepted_by_agent_id = $2, accepted_at = now(), first_queued_at = now(), first_taken_at = now(),
              event_type = 'accepted', event_at = now(), event_actor = 'bench', event_why = 'bench' WHERE id = $1`,
      [callbackId, agentId],
    );
    await run(
      client,
      "alive",
      "UPDATE agent_sessions SET last_activity = now() WHERE agent_id = $1 AND logout_at IS NULL",
      [agentId],
    );
  });
}

/** The rows of a snooze: the entry goes, the callback has another time, and its event. */
export async function bareSnooze(pool: pg.Pool, callbackId: number, key?: string): Promise<void> {
  await transaction(pool, key, async (client) => {
    await run(
      client,
      "take-out",
      "UPDATE call_queue SET status = 'removed', closed_at = now(), closed_reason = 'bench' WHERE callback_id = $1 AND status IN ('pending', 'assigned')",
      [callbackId],
    );
    await run(
      client,
      "snoozed",
      `UPDATE callbacks SET scheduled_for = now() + interval '10 minutes', snoozes = snoozes + 1, snoozed_at = snoozed_at || now(),
              event_type = 'snoozed', event_at = now(), event_actor = 'bench', event_why = 'bench' WHERE id = $1`,
      [callbackId],
    );
  });
}

/** The rows of an outcome: the callback with its event, entry and call closed, the agent free, and the user's score. */
export async function bareOutcome(pool: pg.Pool, callSessionId: string, key?: string): Promise<void> {
  await transaction(pool, key, async (client) => {
    const { rows } = await run(
      client,
      "ended",
      `UPDATE call_sessions SET status = 'completed', ended_at = now(), duration_seconds = 1, last_outcome_type = 'answered', outcome_at = now(),
              outcome = '{}' WHERE id = $1 RETURNING user_id, agent_id, callback_id, queue_entry_id`,
      [callSessionId],
    );
    const { user_id, agent_id, callback_id, queue_entry_id } = rows[0];
    await run(
      client,
      "completed",
      `UPDATE callbacks SET status = 'completed', completed_at = now(), completed_call_session_id = $2, completed_by_agent_id = $3,
              event_type = 'completed', event_at = now(), event_actor = 'bench', event_why = 'bench' WHERE id = $1`,
      [callback_id, callSessionId, agent_id],
    );
    await run(
      client,
      "closed",
      "UPDATE call_queue SET status = 'completed', closed_at = now(), closed_reason = 'bench' WHERE id = $1",
      [queue_entry_id],
    );
    await run(
      client,
      "free",
      "UPDATE agent_sessions SET status = 'available', status_since = now(), last_activity = now() WHERE agent_id = $1 AND logout_at IS NULL",
      [agent_id],
    );
    await run(
      client,
      "learnt",
      `INSERT INTO user_call_scores (user_id, next_call_after, total_attempts, last_outcome, updated_at) VALUES ($1, now(), 1, 'answered', now())
       ON CONFLICT (user_id) DO UPDATE SET next_call_after = now(), total_attempts = 1, last_outcome = 'answered', updated_at = now()`,
      [user_id],
    );
  });
}
