"use client";
import { LATE_AFTER_SECONDS } from "#client/callbacks";
import type { Wallboard } from "#client/monitoring";
import { TICK_LATE_AFTER_SECONDS } from "#client/monitoring";
import { Chart } from "./chart.tsx";
import type { Series } from "./series.ts";
import { useNow } from "./now.tsx";
import { Empty, Panel } from "./panel.tsx";
import { roughly } from "./words.ts";

type Quarter = Wallboard["quarters"][number];
type TickQuarter = Wallboard["ticks"][number];

const TOLERANCE_MINUTES = LATE_AFTER_SECONDS / 60;
const minutes = (seconds: number | null) => (seconds === null ? null : Math.round(seconds / 6) / 10);

const PROMISES: Series<Quarter>[] = [
  { name: "kept", fill: "var(--accent)", stack: "promised", value: ({ kept }) => kept },
  { name: "not on time", fill: "var(--late)", stack: "promised", value: ({ missed }) => missed },
  { name: "still open", fill: "var(--wall-open)", stack: "promised", value: ({ open }) => open },
];
const WAITS: Series<Quarter>[] = [
  { name: "median", fill: "var(--accent)", value: ({ medianWaitSeconds }) => minutes(medianWaitSeconds) },
  {
    name: "longest",
    fill: "var(--wall-open)",
    value: ({ longestWaitSeconds }) => minutes(longestWaitSeconds),
    isLate: ({ longestWaitSeconds }) => (longestWaitSeconds ?? 0) > TOLERANCE_MINUTES * 60,
  },
];
const TICKS: Series<TickQuarter>[] = [
  {
    name: "longest tick",
    fill: "var(--accent)",
    value: ({ longestMs }) => longestMs,
    isLate: ({ longestGapSeconds }) => (longestGapSeconds ?? 0) > TICK_LATE_AFTER_SECONDS,
  },
];

/** The promises of each quarter hour of today, and their fates. */
export function DayPanel({ quarters }: { quarters: readonly Quarter[] }) {
  const now = useNow();
  return (
    <Panel
      title="Promised and kept, by quarter hour"
      area="day"
      aside={quarters.length > 0 && <Legend series={PROMISES} />}
    >
      {quarters.length === 0 ? (
        <Empty>
          Nothing is promised for today. A promise appears here as soon as somebody makes one: press C, or New callback.
        </Empty>
      ) : (
        <Chart label="Promises by quarter hour" unit="" rows={quarters} series={PROMISES} now={now} />
      )}
    </Panel>
  );
}

/** The waiting times beyond the promised time. */
export function WaitPanel({ quarters }: { quarters: readonly Quarter[] }) {
  const now = useNow();
  const taken = quarters.filter(({ medianWaitSeconds }) => medianWaitSeconds !== null);
  return (
    <Panel title="Wait after the promised time" area="wait" aside={taken.length > 0 && <Legend series={WAITS} />}>
      {taken.length === 0 ? (
        <Empty>Nobody was called back today so far.</Empty>
      ) : (
        <>
          <Chart
            label="Wait in minutes by quarter hour"
            unit="min"
            rows={taken}
            series={WAITS}
            now={now}
            limit={TOLERANCE_MINUTES}
          />
          <p className="muted">
            From the promised time to the first call or accept. Red: longer than {TOLERANCE_MINUTES} min.
          </p>
        </>
      )}
    </Panel>
  );
}

/** The longest tick of each quarter hour; red where a tick was missing. Below it the newest ledger. */
export function TicksPanel({ ticks, lastTick }: { ticks: readonly TickQuarter[]; lastTick: Wallboard["lastTick"] }) {
  const now = useNow();
  const gap = Math.max(0, ...ticks.map(({ longestGapSeconds }) => longestGapSeconds ?? 0));
  return (
    <Panel title="Checks of the queue" area="ticks" aside={gap > 0 && `longest gap today ${roughly(gap)}`}>
      {ticks.length === 0 ? (
        <Empty>The queue was not checked today. The cron calls /api/cron/callback-notifications every minute.</Empty>
      ) : (
        <Chart
          label="Longest check of the queue in milliseconds by quarter hour"
          unit="ms"
          rows={ticks}
          series={TICKS}
          now={now}
        />
      )}
      {lastTick && <p className="muted">{ledgerOf(lastTick)} Red: none for over two minutes.</p>}
    </Panel>
  );
}

const PARTS = [
  ["newlyQueued", "newly queued"],
  ["alreadyQueued", "queued before"],
  ["deferred", "put off"],
  ["refused", "refused"],
  ["quarantined", "set aside"],
] as const;

/** "The last one found 12 due: 11 newly queued, 1 queued before." */
function ledgerOf(tick: NonNullable<Wallboard["lastTick"]>): string {
  const parts = PARTS.filter(([part]) => tick[part] > 0).map(([part, words]) => `${tick[part]} ${words}`);
  if (tick.difference !== 0) parts.push(`${tick.difference} unaccounted for`);
  return parts.length === 0
    ? "The last one found nothing due."
    : `The last one found ${tick.due} due: ${parts.join(", ")}.`;
}

function Legend<R>({ series }: { series: readonly Series<R>[] }) {
  return series.map(({ name, fill }) => (
    <span key={name} className="wall-legend">
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <rect width="10" height="10" rx="2" fill={fill} />
      </svg>
      {name}
    </span>
  ));
}
