import type { ReadCtx } from "#lib/base/context";
import { counter, exposition, type Reading } from "#lib/base/metrics";
import { messageReadings } from "#modules/messages";
import { queueStatus } from "#modules/runs";
import { onTimeRate } from "./rules.ts";
import { readDesk } from "./sql/desk.ts";
import { readFigures } from "./sql/figures.ts";

/** The share of kept promises covers this many hours. */
const HOURS = 24;

/**
 * All metrics in the text format of Prometheus. Gauges of the whole system are read from the database; counters are those of this
 * process. No metric names a person, a number or an address.
 */
export async function metrics(ctx: ReadCtx): Promise<string> {
  counter("ringback_scrapes_total", "Scrapes that were answered.").inc();
  const [desk, runs, messages] = await Promise.all([deskReadings(ctx), runReadings(ctx), messageReadings(ctx)]);
  return exposition([...desk, ...runs, ...messages]);
}

async function deskReadings(ctx: ReadCtx): Promise<Reading[]> {
  const figures = await readFigures(ctx.db, { hours: HOURS });
  const { dueNow, waitingForAgent, lastTick } = await readDesk(ctx.db, figures, ctx.limits);
  return [
    one("ringback_callbacks_due", "Callbacks that are due within the lead time or were due before.", dueNow),
    one("ringback_callbacks_overdue", "Callbacks whose time has passed and that nobody has taken.", figures.overdueNow),
    one("ringback_callbacks_unassigned", "Queued callbacks that wait for an agent.", waitingForAgent),
    one(
      "ringback_on_time_ratio",
      `Of the promises of the last ${HOURS} hours that are decided, the share that was kept on time, 0 to 1.`,
      onTimeRate(figures) / 100,
    ),
    one("ringback_tick_duration_seconds", "How long the newest tick took.", seconds(lastTick?.durationMs)),
    one("ringback_tick_age_seconds", "How long ago the newest tick began.", figures.tickAgeSeconds),
  ];
}

async function runReadings(ctx: ReadCtx): Promise<Reading[]> {
  const { jobTypes, workers } = await queueStatus(ctx);
  const byType = (name: string, help: string, count: "pending" | "active"): Reading => ({
    name,
    help,
    values: jobTypes.map(({ type, ...counts }) => ({ labels: { type }, value: counts[count] })),
  });
  return [
    byType("ringback_run_jobs_waiting", "Jobs of runs that wait, by type.", "pending"),
    byType("ringback_run_jobs_active", "Jobs of runs that a worker has, by type.", "active"),
    one("ringback_run_workers", "Workers that were seen within the last 70 seconds.", workers),
  ];
}

const one = (name: string, help: string, value: number | null): Reading => ({ name, help, values: [{ value }] });

const seconds = (milliseconds: number | null | undefined): number | null =>
  milliseconds === null || milliseconds === undefined ? null : milliseconds / 1_000;
