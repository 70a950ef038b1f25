import type { PrismaClient } from "../prisma/generated/client.ts";

/** Agents at their desks, and callbacks: a fifth still to come and promised by the agents, the rest kept in half a year. */
export async function makeDesks(db: PrismaClient, agents: number, callbacks: number): Promise<void> {
  await db.$executeRaw`INSERT INTO agents (first_name, last_name, email, allowed_queues, created_at)
    SELECT 'Agent', g::text, 'agent' || g || '@example.test', ARRAY['unsigned_users', 'outstanding_requests'], now()
    FROM generate_series(1, ${agents}::int) g`;
  await db.$executeRaw`INSERT INTO agent_sessions (agent_id, status, status_since, last_activity, login_at)
    SELECT id, 'available', now(), now() + interval '1 hour', now() FROM agents`;
  await db.$executeRaw`INSERT INTO users (id, first_name, last_name, phone, created_at, updated_at)
    SELECT g, 'User', g::text, '+15550100', now(), now() FROM generate_series(1, ${callbacks}::int) g`;
  await db.$executeRaw`INSERT INTO callbacks (user_id, status, scheduled_for, promised_for, promised_local, promised_zone, preferred_agent_id,
      max_attempts, created_at, event_at, event_type, event_actor, event_why, first_queued_at, first_taken_at, completed_at, completed_call_session_id)
    SELECT g, CASE WHEN past THEN 'completed' ELSE 'pending' END, t, t, t, 'UTC', 1 + g % ${agents}::int, 3, t - interval '1 day', now(), 'created',
           'bench', 'bench', CASE WHEN past THEN t END, CASE WHEN past THEN t END, CASE WHEN past THEN t END, CASE WHEN past THEN g END
    FROM generate_series(1, ${callbacks}::int) g, LATERAL (SELECT g % 5 > 0 AS past) p,
         LATERAL (SELECT CASE WHEN past THEN now() - interval '1 hour' - g * interval '150 seconds'
                         ELSE now() + interval '1 hour' + g * interval '150 seconds' END AS t) s`;
  // Young enough for as long as the bench runs: the one tick that counts is the bench's own.
  await db.$executeRaw`INSERT INTO tick_runs (source, started_at, finished_at, due, newly_queued, already_queued, deferred, refused, quarantined,
      upcoming, overdue, routed, unassigned, rerouted, failures)
    SELECT 'cron', t, t, 0, 0, 0, '[]', '[]', 0, 0, 0, 0, 0, 0, '[]'
    FROM generate_series(now() - interval '30 days', now() + interval '1 hour', interval '1 minute') t`;
  await db.$executeRawUnsafe("VACUUM ANALYZE");
}

/** `count` more promises that are due now, spread evenly over the agents, each of a user of its own. */
export async function addDue(db: PrismaClient, agents: number, count: number): Promise<void> {
  await db.$executeRaw`WITH made AS (
      INSERT INTO users (id, first_name, last_name, phone, created_at, updated_at)
      SELECT first + g, 'Due', g::text, '+15550100', now(), now()
      FROM (SELECT max(id) AS first FROM users) u, generate_series(1, ${count}::int) g RETURNING id
    )
    INSERT INTO callbacks (user_id, scheduled_for, promised_for, promised_local, promised_zone, preferred_agent_id, max_attempts,
      created_at, event_at, event_type, event_actor, event_why)
    SELECT id, now(), now(), now(), 'UTC', 1 + id % ${agents}::int, 3, now(), now(), 'created', 'bench', 'bench' FROM made`;
}
