import type { z } from "zod";
import { DecentHours, dialLink, peekNext } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { spacedNumber } from "#lib/base/phone";
import { isZone } from "#lib/time/zone";
import type { deskAnswer, deskInput } from "./schema.ts";
import { readHero } from "./sql/read-hero.ts";
import { readAgent } from "./sql/read-agent.ts";
import { readDay } from "./sql/read-day.ts";

type Desk = z.infer<typeof deskAnswer>;

/**
 * The desk of one agent: the agent's status, the call that matters most, and the figures of the day. The day is that of UTC, and
 * the answer says so, when the server does not know the zone of the browser. Refuses `not_found`.
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
  const found = await readHero(ctx.db, { agentId, entryId, callGraceMinutes: ctx.limits.callGraceMinutes });
  if (!found) return null;
  const { askedFor, user, ...hero } = found;
  const warning = user && new DecentHours(ctx.limits).warning(ctx.now, user.timeZone, askedFor);
  return { ...hero, user: user && withDialLink(user, ctx.limits.dialLink), warning };
}

function withDialLink<U extends { number: string | null; phone: string }>({ number, ...user }: U, template: string) {
  return { ...user, phone: spacedNumber(number) ?? user.phone, dialLink: dialLink(template, number) };
}
