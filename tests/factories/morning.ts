import { execute, sql } from "#lib/database/sql";
import { decideStatus } from "#modules/agents";
import { takeNext } from "#modules/calls";
import { snoozeCallback } from "#modules/callbacks";
import { demoAgents, demoUsers } from "../../prisma/demo.ts";
import { importDemoUsers } from "../../scripts/demo.ts";
import { aCtx } from "../setup/ctx.ts";
import { db, setClock } from "../setup/database.ts";
import { aName, REASONS } from "./cast.ts";
import { aCallback, anAgent, aRegularEntry, aUser, everybodyIsAlive, tick } from "./desk.ts";

const at = (time: string) => setClock(`2026-03-02T${time}Z`);

const [maya, jonas] = demoAgents;
const oneOf = (n: number) => {
  const { firstName: name, lastName } = aName(n);
  return { name, lastName };
};

/**
 * A desk at twenty to twelve: four weeks behind it, most promises of the morning kept, three late, one snoozed four times,
 * two calls without an outcome, agents in every state, and both queues filled. The same each time, with the people of
 * the demo. Returns Maya, whose desk is the fullest.
 */
export async function aBusyMorning(): Promise<{ maya: number }> {
  await importDemoUsers(await aCtx());
  await thePast();
  await theirUsers();
  await theTicks();
  await at("11:02:00");
  const away = await anAgent(oneOf(10));
  await at("11:12:00");
  await decideStatus(await aCtx(), { agentId: away, status: "offline" });
  for (let n = 0; n < 9; n += 1)
    await aRegularEntry(await aUser(aName(n)), { queueType: n % 3 === 0 ? "unsigned_users" : "outstanding_requests" });
  await at("11:25:00");
  const fullest = await anAgent({ name: maya.firstName, lastName: maya.lastName });
  const other = await anAgent({ name: jonas.firstName, lastName: jonas.lastName });
  await at("11:36:00");
  await anAgent({ ...oneOf(15), status: "break" });
  await anAgent({ name: "Robin", isAiAgent: true, status: null });
  await theCalls(other);
  const snoozed = await aCallback({ preferredAgentId: fullest, userId: await aUser(aName(20)), reason: REASONS[2] });
  await aCallback({ preferredAgentId: other, userId: await aUser(aName(21)), reason: REASONS[3] });
  await everybodyIsAlive();
  await tick();
  await takeNext(await aCtx(), { agentId: other });
  await at("11:40:00");
  await everybodyIsAlive();
  for (const [n, inMinutes] of [-6, -3, 0, 2, 4].entries())
    await aCallback({ inMinutes, preferredAgentId: fullest, userId: BigInt(demoUsers[n]!.id), reason: REASONS[n]! });
  for (const [n, inMinutes] of [1, 1, 2, 3, 4, 5].entries())
    await aCallback({ inMinutes, preferredAgentId: other, userId: await aUser(aName(30 + n)) });
  for (let n = 0; n < 4; n += 1) await snoozeCallback(await aCtx(), { callbackId: snoozed, snoozeMinutes: 20 });
  await tick();
  return { maya: fullest };
}

/** Promises of four weeks and of this morning, taken or not, and those of this afternoon. */
async function thePast(): Promise<void> {
  await execute(
    db,
    sql`
    INSERT INTO callbacks (user_id, status, scheduled_for, promised_for, promised_local, promised_zone, max_attempts, created_at, event_at,
        event_type, event_actor, event_why, first_queued_at, first_taken_at, completed_at, completed_call_session_id)
    SELECT 100000 + row_number() OVER (), CASE WHEN is_past THEN 'completed' ELSE 'pending' END, t, t, t, 'UTC', 3,
           t - interval '1 day', t, 'created', 'service', 'Promised in a call.', CASE WHEN is_past THEN t - interval '5 minutes' END,
           CASE WHEN is_past THEN t + wait END, CASE WHEN is_past THEN t + wait + interval '5 minutes' END, CASE WHEN is_past THEN 1 END
    FROM (
      SELECT t, t < '2026-03-02T11:30Z' AS is_past,
             make_interval(secs => CASE WHEN (q * 31 + n * 17) % 29 = 0 THEN 400 + q * 7 ELSE (q * 13 + n * 29) % 170 - 40 END) AS wait
      FROM generate_series(-27, 0) d, generate_series(0, 39) q,
           LATERAL generate_series(1, (CASE WHEN d = 0 THEN 9 ELSE 2 END + CASE WHEN d = 0 THEN 11 ELSE 3 END * abs(sin(q * 0.21 + 0.3)))::int) n,
           LATERAL (SELECT '2026-03-02T08:00Z'::timestamptz + make_interval(days => d, mins => q * 15) AS t) s
      WHERE extract(isodow FROM t) < 6 AND (t < '2026-03-02T11:30Z' OR t > '2026-03-02T11:46Z')
    ) promises`,
  );
}

/** The users of these promises. */
async function theirUsers(): Promise<void> {
  const names = Array.from({ length: 42 }, (_, n) => aName(n));
  await execute(
    db,
    sql`
    INSERT INTO users (id, first_name, last_name, phone, time_zone, created_at, updated_at)
    SELECT user_id, (${names.map(({ firstName }) => firstName)}::text[])[1 + user_id % 42],
           (${names.map(({ lastName }) => lastName)}::text[])[1 + user_id % 42], '+15550100', 'Europe/London', ringback_now(), ringback_now()
    FROM callbacks WHERE user_id > 100000 ON CONFLICT DO NOTHING`,
  );
}

/** A tick every minute since eight, and none for four minutes at half past nine. */
async function theTicks(): Promise<void> {
  await execute(
    db,
    sql`
    INSERT INTO tick_runs (source, started_at, finished_at, due, newly_queued, already_queued, deferred, refused, quarantined, upcoming,
        overdue, routed, unassigned, rerouted, failures)
    SELECT 'cron', t, t + make_interval(secs => (25 + m * 7 % 23) / 1000.0), 3, 1, 2, '{}', '{}', 0, 0, 0, 1, 0, 0, '[]'
    FROM generate_series(0, 219) m, LATERAL (SELECT '2026-03-02T08:00Z'::timestamptz + make_interval(mins => m) AS t) s
    WHERE m NOT BETWEEN 91 AND 94`,
  );
}

/** Sixty inbound calls, two of them without an outcome; a callback was promised in every third, and nearly all exist. */
async function theCalls(agentId: number): Promise<void> {
  await execute(
    db,
    sql`
    INSERT INTO call_sessions (user_id, agent_id, direction, status, started_at, ended_at, duration_seconds, last_outcome_type, outcome_at,
        callback_scheduled, created_at)
    SELECT 100000 + g, ${agentId}, 'inbound', 'completed', t, t + interval '2 minutes', 120, CASE WHEN g < 59 THEN 'answered' END,
           CASE WHEN g < 59 THEN t + interval '3 minutes' END, g % 3 = 0, t
    FROM generate_series(1, 60) g, LATERAL (SELECT '2026-03-02T08:00Z'::timestamptz + make_interval(mins => g * 3) AS t) s`,
  );
  await execute(
    db,
    sql`UPDATE callbacks SET original_call_session_id = id
        WHERE id IN (SELECT s.id FROM call_sessions s WHERE s.callback_scheduled AND s.id % 9 <> 0)`,
  );
}
