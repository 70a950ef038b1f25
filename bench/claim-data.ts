import type { PrismaClient } from "../prisma/generated/client.ts";

/** No claim of one run may be of an agent with a call, so 10,000 is the minimum. */
export const AGENTS = Number(process.env.CLAIM_BENCH_AGENTS ?? 12_000);

/** Everybody at the desk. */
export async function makeAgents(db: PrismaClient): Promise<void> {
  await db.$executeRaw`INSERT INTO agents (first_name, last_name, email, allowed_queues, created_at)
    SELECT 'Agent', g::text, 'agent' || g || '@example.test', ARRAY['unsigned_users', 'outstanding_requests'], now() FROM generate_series(1, ${AGENTS}::int) g`;
  await db.$executeRaw`INSERT INTO agent_sessions (agent_id, status, status_since, last_activity, login_at)
    SELECT id, 'available', now(), now() + interval '1 hour', now() FROM agents`;
}

/**
 * An empty desk, then `waiting` entries in both queues with the hours of 24 zones, of which a third begins later. The
 * first `promised` of those that may be called are promises, so that every claim writes an event, as most at a desk do.
 */
export async function makeQueue(db: PrismaClient, waiting: number, promised: number): Promise<void> {
  await db.$executeRawUnsafe(
    "TRUNCATE call_queue, callback_events, callbacks, call_sessions, callback_notifications, user_call_scores RESTART IDENTITY CASCADE",
  );
  await db.$executeRawUnsafe(
    "UPDATE agent_sessions SET status = 'available', after_call = NULL WHERE status <> 'available'",
  );
  const [{ users }] = await db.$queryRaw<[{ users: number }]>`SELECT coalesce(max(id), 0)::int AS users FROM users`;
  await inParts(users + 1, waiting + promised, (from, until) => {
    return db.$executeRaw`INSERT INTO users (id, first_name, last_name, phone, created_at, updated_at)
      SELECT g, 'User', g::text, '+15550100', now(), now() FROM generate_series(${from}::int, ${until}::int) g`;
  });
  await inParts(1, waiting, (from, until) => {
    return db.$executeRaw`INSERT INTO call_queue (user_id, queue_type, priority_score, queue_reason, available_from, available_until, created_at)
    SELECT ${promised}::int + g, CASE WHEN g % 2 = 0 THEN 'unsigned_users' ELSE 'outstanding_requests' END, g % 400, 'regular',
           CASE WHEN g % 3 = 0 THEN hour + interval '10 hours' ELSE hour - interval '2 hours' END,
           CASE WHEN g % 3 = 0 THEN hour + interval '23 hours' ELSE hour + make_interval(hours => 3 + g % 8) END, hour
    FROM generate_series(${from}::int, ${until}::int) g, LATERAL (SELECT date_trunc('hour', now()) AS hour) h`;
  });
  await db.$executeRaw`INSERT INTO callbacks (user_id, scheduled_for, promised_for, promised_local, promised_zone, max_attempts, created_at,
      event_at, event_type, event_actor, event_why)
    SELECT g, now(), now(), now(), 'UTC', 3, now(), now(), 'created', 'bench', 'bench' FROM generate_series(1, ${promised}::int) g`;
  await db.$executeRaw`INSERT INTO call_queue (user_id, queue_type, priority_score, queue_reason, callback_id, available_from, available_until, created_at)
    SELECT user_id, 'outstanding_requests', -1000, 'due', id, scheduled_for - interval '1 minute', now() + interval '5 hours', now()
    FROM callbacks ORDER BY id`;
  await db.$executeRawUnsafe(
    "VACUUM (ANALYZE) call_queue, callbacks, callback_events, call_sessions, users, agent_sessions",
  );
  await db.$executeRawUnsafe("CHECKPOINT");
}

/** The number of rows in one statement, which also a busy machine makes in time. */
const PART = 50_000;

async function inParts(
  first: number,
  last: number,
  make: (from: number, until: number) => Promise<unknown>,
): Promise<void> {
  for (let from = first; from <= last; from += PART) await make(from, Math.min(from + PART - 1, last));
}
