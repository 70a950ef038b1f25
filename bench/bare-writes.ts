import type { PrismaClient } from "../prisma/generated/client.ts";

const WHY = "Agent 17 is available with the fewest waiting (1).";
const REASON = '{"kind":"least loaded","agent":"Agent 17","live":1}';
const DECISION = `{"rule":"least loaded","agentId":17,"results":{},"candidates":[{"agentId":17,"live":1,"idleSince":"2026-01-01T08:00:00.000Z"}],"reason":${REASON}}`;

/**
 * The floor: the rows that queueing a callback leaves behind (its entry, its notification, its changed row and event),
 * made inside the database by three statements in one transaction. Nothing is read into the app, locked, decided or sent. Every
 * tick that keeps the constraints and the history needs at least this time; the loop keeps no history.
 */
export async function bareWrites(db: PrismaClient): Promise<void> {
  await db.$transaction([
    db.$executeRaw`INSERT INTO call_queue (user_id, queue_type, priority_score, status, queue_reason, reason, assigned_to_agent_id,
        assigned_at, callback_id, available_from, created_at)
      SELECT user_id, 'outstanding_requests', -1000, 'assigned', ${WHY}, ${REASON}::jsonb, 1 + id % 500, now(), id, scheduled_for, now()
      FROM callbacks WHERE status = 'pending' AND scheduled_for < now() + interval '6 minutes' ON CONFLICT DO NOTHING`,
    db.$executeRaw`INSERT INTO callback_notifications (callback_id, queue_entry_id, agent_id, notified_at, why, reason)
      SELECT callback_id, id, assigned_to_agent_id, now(), queue_reason, reason FROM call_queue WHERE assigned_at = now()::timestamptz(3)`,
    db.$executeRaw`UPDATE callbacks SET first_queued_at = now(), event_type = 'queued', event_at = now(),
        event_actor = 'bench', event_why = ${WHY}, event_data = ${DECISION}::jsonb
      WHERE status = 'pending' AND first_queued_at IS NULL AND scheduled_for < now() + interval '6 minutes'`,
  ]);
}
