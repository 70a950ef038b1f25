import type { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { sqlState } from "#lib/database/error";
import { Refusal } from "#lib/base/errors";
import { isZone } from "#lib/time/zone";
import { alertsOf, conversionRate, healthScore, ON_TIME_TARGET, onTimeRate, rate } from "./rules.ts";
import type { wallboardAnswer, wallboardInput } from "./wallboard-schema.ts";
import { readDay } from "./sql/day.ts";
import { readDesk } from "./sql/desk.ts";
import { type Figures, readFigures } from "./sql/figures.ts";

const UNKNOWN_ZONE = "22023";

/**
 * Everything the wallboard shows, in three statements of one moment. "Today" began at midnight in `timeZone`; its figures are
 * those of `callbackMonitoring` for the hours since then. It names only users who need attention. Refuses `invalid_input` for an
 * unknown zone.
 */
export async function wallboard(
  ctx: ReadCtx,
  { timeZone }: z.infer<typeof wallboardInput>,
): Promise<z.input<typeof wallboardAnswer>> {
  const figures = await figuresOfToday(ctx, timeZone);
  const [desk, day] = await Promise.all([
    readDesk(ctx.db, figures, ctx.limits),
    readDay(ctx.db, { ...figures, timeZone }),
  ]);
  const { score, reasons } = healthScore(figures);
  const { dueNow, dueInQuarterHour, lateNow, oldestOverdueSince, waitingForAgent, ...rest } = desk;
  return {
    now: figures.now,
    from: figures.from,
    figures: {
      dueNow,
      dueInQuarterHour,
      overdueNow: figures.overdueNow,
      lateNow,
      oldestOverdueSince,
      dueToday: figures.dueInPeriod,
      keptOnTime: figures.keptOnTime,
      stillInTime: figures.stillInTime,
      onTimeRate: onTimeRate(figures),
      waitForMorning: figures.waitForMorning,
      onTimeTarget: ON_TIME_TARGET,
      agentAssignmentSuccessRate: rate(figures.everAssigned, figures.dueInPeriod),
      waitingForAgent,
      healthScore: score,
      healthReasons: reasons,
      callbackConversionRate: conversionRate(figures),
      inboundWithCallbacksScheduled: figures.inboundWithCallbacksScheduled,
    },
    alerts: alertsOf(figures),
    agentCallbackCap: ctx.limits.agentCallbackCap,
    ...rest,
    ...day,
  };
}

async function figuresOfToday(ctx: ReadCtx, timeZone: string): Promise<Figures> {
  const refusal = new Refusal(
    "invalid_input",
    `${timeZone} is not a time zone; send an IANA name such as Europe/London.`,
  );
  if (!isZone(timeZone)) throw refusal;
  try {
    return await readFigures(ctx.db, { timeZone });
  } catch (error) {
    // The zone is too new for this database.
    throw sqlState(error) === UNKNOWN_ZONE ? refusal : error;
  }
}
