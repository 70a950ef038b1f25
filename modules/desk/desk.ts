import type { z } from "zod";
import { peekNext } from "#modules/call-queue";
import { fateAt } from "#modules/callbacks";
import type { Ctx } from "#lib/base/context";
import { DecentHours, nightWarning } from "#lib/time/decent-hours";
import { dialLink } from "#lib/base/dial-link";
import { Refusal } from "#lib/base/errors";
import { spacedNumber } from "#lib/base/phone";
import { isoUtc, query, sql } from "#lib/database/sql";
import { isZone } from "#lib/time/zone";
import { deskAnswer, type deskInput } from "./schema.ts";
import { readHero } from "./sql/read-hero.ts";

type Desk = z.infer<typeof deskAnswer>;

/**
 * The desk of one agent: who and where they are, the one big thing, and how their day goes; on the clock of UTC, and
 * said so, when nobody here knows the zone that a browser has. Refuses `not_found`.
 */
export async function seeDesk(ctx: Ctx, { agentId, timeZone }: z.infer<typeof deskInput>): Promise<Desk> {
  const agent = await readAgent(ctx, agentId);
  const entryId = agent.status === null ? null : await peekNext(ctx.db, { agentId, queueType: null, now: ctx.now });
  return {
    now: ctx.now.toISOString(),
    agent,
    hero: await heroOf(ctx, agentId, entryId),
    day: await readDay(ctx, agentId, isZone(timeZone) ? timeZone : "UTC"),
  };
}

async function heroOf(ctx: Ctx, agentId: number, entryId: number | null): Promise<Desk["hero"]> {
  const hero = await readHero(ctx.db, { agentId, entryId, callGraceMinutes: ctx.limits.callGraceMinutes });
  if (!hero) return null;
  const zone = hero.user?.timeZone;
  const isNight = zone !== undefined && new DecentHours(ctx.limits).isIndecent(ctx.now, zone);
  const user = hero.user && withDialLink(hero.user, ctx.limits.dialLink);
  return { ...hero, user, warning: isNight ? nightWarning(ctx.now, zone) : null };
}

function withDialLink<U extends { number: string | null; phone: string }>({ number, ...user }: U, template: string) {
  return { ...user, phone: spacedNumber(number) ?? user.phone, dialLink: dialLink(template, number) };
}

async function readAgent(ctx: Ctx, agentId: number): Promise<Desk["agent"]> {
  const [agent] = await query(
    ctx.db,
    deskAnswer.shape.agent,
    sql`SELECT agent_id AS id, name, CASE WHEN gone_since IS NULL THEN status END AS status,
               CASE WHEN gone_since IS NULL THEN status_since END AS "statusSince",
               (SELECT after_call FROM agent_sessions s WHERE s.agent_id = p.agent_id AND s.logout_at IS NULL) AS "afterCall"
        FROM agent_presence p WHERE agent_id = ${agentId}`,
  );
  if (!agent) throw new Refusal("not_found", `There is no agent ${agentId}.`);
  return agent;
}

/** "On time" is that of all figures; what is completed is decided. */
async function readDay(ctx: Ctx, agentId: number, timeZone: string): Promise<Desk["day"]> {
  const [day] = await query(
    ctx.db,
    deskAnswer.shape.day,
    sql`
    WITH today AS MATERIALIZED (
      SELECT date_trunc('day', ${ctx.now}::timestamptz, ${timeZone}) AS begins,
             date_trunc('day', ${ctx.now}::timestamptz, ${timeZone}) + interval '1 day' AS ends
    ), kept AS MATERIALIZED (
      SELECT ${fateAt(sql`${ctx.now}::timestamptz`)} AS fate
      FROM callbacks c, today
      WHERE coalesce(completed_at, cancelled_at, failed_at) >= today.begins AND status = 'completed' AND completed_by_agent_id = ${agentId}
    ), to_come AS MATERIALIZED (
      SELECT c.id, c.user_id, c.scheduled_for FROM callbacks c, today WHERE c.preferred_agent_id = ${agentId}
        AND c.status IN ('pending', 'accepted') AND c.scheduled_for < today.ends
    )
    SELECT ${timeZone} AS "timeZone", (SELECT count(*)::int FROM kept) AS kept, (SELECT count(*)::int FROM kept WHERE fate = 'kept') AS "onTime",
           (SELECT greatest(0, sum(CASE e.type WHEN 'snoozed' THEN 1 ELSE -1 END))::int FROM callback_events e, today
             WHERE e.at >= today.begins AND e.type IN ('snoozed', 'snooze_undone') AND e.actor = ${`agent ${agentId}`}) AS snoozed,
           (SELECT count(*)::int FROM to_come) AS "toCome",
           coalesce((SELECT jsonb_agg(jsonb_build_object('id', n.id, 'userName', coalesce(u.first_name || ' ' || u.last_name, 'unknown user'),
                                                         'scheduledFor', ${isoUtc(sql`n.scheduled_for`)}) ORDER BY n.scheduled_for, n.id)
                     FROM (SELECT * FROM to_come ORDER BY scheduled_for, id LIMIT 5) n LEFT JOIN users u ON u.id = n.user_id), '[]') AS coming`,
  );
  return day!;
}
