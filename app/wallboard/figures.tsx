"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { TICK_LATE_AFTER_SECONDS, type Wallboard } from "#client/monitoring";
import { listAddress } from "../callbacks/address.ts";
import { counted } from "../_ui/words.ts";
import { CONVERSION, MEANINGS } from "./meanings.tsx";
import { Age, useSecondsSince } from "./now.tsx";
import { percent, roughly } from "./words.ts";

type Shown = Wallboard["figures"];
const HEALTHY = 80;
const GOOD_CONVERSION = 50;

/** The figures of the day, each with its target, age or total, and its definition on hover. Only late ones are highlighted. */
export function Figures({ figures, lastTick }: { figures: Shown; lastTick: Wallboard["lastTick"] }) {
  const isOnTarget = figures.onTimeRate >= figures.onTimeTarget;
  const decided = figures.dueToday - figures.stillInTime;
  return (
    <section aria-label="Figures of today">
      <dl className="wall-figures">
        <Figure
          name="Late"
          how={MEANINGS.Late}
          href={listAddress("late")}
          value={figures.lateNow}
          state={figures.lateNow > 0 ? "late loud" : ""}
        >
          {figures.lateNow > 0 && figures.oldestOverdueSince ? (
            <>
              oldest: <Age since={figures.oldestOverdueSince} isExact /> late
            </>
          ) : (
            "nothing is late"
          )}
          {figures.waitForMorning > 0 && (
            <>
              <br />
              {figures.waitForMorning} {figures.waitForMorning === 1 ? "waits" : "wait"} for the morning
            </>
          )}
        </Figure>
        <Figure
          name="Due"
          how={MEANINGS.Due}
          href={listAddress("due")}
          value={figures.overdueNow - figures.lateNow}
          state={figures.overdueNow > figures.lateNow ? "soon" : ""}
        >
          next 15 min: {figures.dueInQuarterHour}
        </Figure>
        <Share
          name="Kept on time"
          how={MEANINGS["Kept on time"]}
          href={listAddress("today")}
          value={figures.onTimeRate}
          of={decided}
          nothing={figures.stillInTime > 0 ? `${figures.stillInTime} still in time` : undefined}
          state={isOnTarget ? "kept" : "late"}
        >
          {isOnTarget ? "target" : "below target"} {percent(figures.onTimeTarget)}
          <br />
          {figures.keptOnTime} of {decided}
          {figures.stillInTime > 0 && `, ${figures.stillInTime} still in time`}
        </Share>
        <Figure
          name="No agent"
          how={MEANINGS["No agent"]}
          href={listAddress("no-agent")}
          value={figures.waitingForAgent}
          state={figures.waitingForAgent > 0 ? "soon" : ""}
        >
          {figures.waitingForAgent > 0 ? "first in line" : "all have an agent"}
        </Figure>
        <System figures={figures} lastTick={lastTick} />
        {figures.inboundWithCallbacksScheduled > 0 && (
          <Figure
            name="Conversion"
            how={CONVERSION}
            value={percent(figures.callbackConversionRate)}
            state={figures.callbackConversionRate < GOOD_CONVERSION ? "late" : ""}
          >
            of {counted(figures.inboundWithCallbacksScheduled, "promise")} in calls
          </Figure>
        )}
      </dl>
    </section>
  );
}

/** The state of the system in words. Lateness concerns the people, and has a figure of its own. */
function System({ figures, lastTick }: { figures: Shown; lastTick: Wallboard["lastTick"] }) {
  const age = useSecondsSince(lastTick?.at ?? "");
  const [reason] = figures.healthReasons;
  const isLost = lastTick !== null && age > TICK_LATE_AFTER_SECONDS;
  const isWell = figures.healthScore >= HEALTHY && !isLost;
  return (
    <Figure
      name="System"
      how={`${MEANINGS.System} Score ${figures.healthScore} of 100. ${figures.healthReasons.join(" ")}`}
      value={!isWell ? "attention" : lastTick ? "running" : "waiting"}
      state={isWell ? "" : "late"}
    >
      {isWell
        ? lastTick
          ? `queue checked ${roughly(age)} ago`
          : "for the first check of the queue"
        : (reason ?? "No check of the queue.")}
    </Figure>
  );
}

type Props = {
  name: string;
  /** The definition of the figure. */
  how: string;
  value: ReactNode;
  state?: string;
  /** The address of the rows behind it. */
  href?: ReturnType<typeof listAddress>;
  children: ReactNode;
};

function Figure({ name, how, value, state = "", href, children }: Props) {
  return (
    <div className={`panel wall-figure ${state}`} title={how}>
      <dt>{href ? <Link href={href}>{name}</Link> : name}</dt>
      <dd className="wall-value">{value}</dd>
      <dd className="wall-under">{children}</dd>
    </div>
  );
}

/** A share of zero rows is a dash. */
function Share({
  of,
  value,
  nothing = "nothing due yet today",
  ...rest
}: Omit<Props, "value"> & { value: number; of: number; nothing?: string | undefined }) {
  if (of > 0) return <Figure value={percent(value)} {...rest} />;
  return (
    <Figure name={rest.name} how={rest.how} value="–">
      {nothing}
    </Figure>
  );
}
