import { randomUUID } from "node:crypto";
import type { ReadCtx } from "../lib/base/context.ts";
import { DEFAULT_LIMITS } from "../lib/base/env.ts";
import { openKv } from "../lib/kv/open.ts";
import { log } from "../lib/base/log.ts";
import { wallboard } from "../modules/monitoring/index.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import { median, withDatabase } from "./database.ts";

const CALLBACKS = 100_000;
const AGENTS = 100;
const WAITING = 2_000;
const ROUNDS = 101;

/** The wallboard with half a year behind it, as a screen asks for it every five seconds. Milliseconds. */
export default async function bench(): Promise<void> {
  await withDatabase(async (db, statements) => {
    await makeDesk(db);
    const ctx: ReadCtx = {
      db,
      kv: openKv(),
      log,
      limits: DEFAULT_LIMITS,
      actor: { kind: "system" },
      newId: randomUUID,
      afterAnswer: () => {},
    };
    await wallboard(ctx, { timeZone: "Europe/London" });
    const before = statements();
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now();
      await wallboard(ctx, { timeZone: "Europe/London" });
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const p95 = times[Math.floor(ROUNDS * 0.95)] ?? Number.NaN;
    const each = (statements() - before) / ROUNDS;
    console.log(
      `wallboard at ${CALLBACKS.toLocaleString("en")} callbacks: median ${median(times).toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, ${each} statements`,
    );
  });
}

/** Callbacks of 180 days and the next 20, 500 a day; a tick a minute for 30 days; agents at their desks, and a queue. */
async function makeDesk(db: PrismaClient): Promise<void> {
  await db.$executeRaw`INSERT INTO agents (first_name, last_name, email, allowed_queues, created_at)
    SELECT 'Agent', g::text, 'agent' || g || '@example.test', ARRAY['unsigned_users', 'outstanding_requests'], now() FROM generate_series(1, ${AGENTS}::int) g`;
  await db.$executeRaw`INSERT INTO agent_sessions (agent_id, status, status_since, last_activity, login_at)
    SELECT id, 'available', now(), now() + interval '1 hour', now() FROM agents`;
  await db.$executeRaw`INSERT INTO callbacks (user_id, status, scheduled_for, promised_for, promised_local, promised_zone, preferred_agent_id,
      max_attempts, created_at, event_at, event_type, event_actor, event_why, first_queued_at, first_taken_at, completed_at, completed_call_session_id)
    SELECT g, CASE WHEN past THEN 'completed' ELSE 'pending' END, t, t, t, 'UTC', 1 + g % ${AGENTS}::int, 3, t - interval '1 day', now(), 'created',
           'bench', 'bench', CASE WHEN past THEN t - interval '5 minutes' END, CASE WHEN past THEN t + make_interval(secs => g % 320) END,
           CASE WHEN past THEN t + interval '9 minutes' END, CASE WHEN past THEN g END
    FROM generate_series(1, ${CALLBACKS}::int) g,
         LATERAL (SELECT now() - interval '180 days' + g * interval '172.8 seconds' AS t) s, LATERAL (SELECT t < now() - interval '1 hour' AS past) p`;
  await db.$executeRaw`INSERT INTO call_queue (user_id, queue_type, priority_score, queue_reason, available_from, created_at)
    SELECT ${CALLBACKS}::int + g, 'unsigned_users', 50, 'regular', now(), now() FROM generate_series(1, ${WAITING}::int) g`;
  await db.$executeRaw`INSERT INTO tick_runs (source, started_at, finished_at, due, newly_queued, already_queued, deferred, refused, quarantined,
      upcoming, overdue, routed, unassigned, rerouted, failures)
    SELECT 'cron', t, t + interval '40 milliseconds', 3, 1, 2, '{}', '{}', 0, 0, 0, 1, 0, 0, '[]'
    FROM generate_series(now() - interval '30 days', now(), interval '1 minute') t`;
  await db.$executeRawUnsafe("VACUUM ANALYZE");
}
