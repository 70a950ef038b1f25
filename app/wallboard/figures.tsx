"use client";
import type { ReactNode } from "react";
import type { Wallboard } from "#client/monitoring";
import { Age } from "./now.tsx";
import { counted, percent } from "./words.ts";

type Shown = Wallboard["figures"];
const HEALTHY = 80;
const GOOD_CONVERSION = 50;

/** The six figures, each with its target, its age or what it is of. What is late is the one loud thing. */
export function Figures({ figures }: { figures: Shown }) {
  const isOnTarget = figures.onTimeRate >= figures.onTimeTarget;
  const decided = figures.dueToday - figures.stillInTime;
  const [whyNotHealthy = "all is well"] = figures.healthReasons;
  return (
    <section aria-label="Figures of today">
      <dl className="wall-figures">
        <Figure name="Due now" value={figures.dueNow}>
          next 15 min: {figures.dueInQuarterHour}
        </Figure>
        <Figure name="Overdue" value={figures.overdueNow} state={figures.overdueNow > 0 ? "late loud" : ""}>
          {figures.oldestOverdueSince ? (
            <>
              oldest <Age since={figures.oldestOverdueSince} isExact />
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
        <Share
          name="Kept on time"
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
        <Share
          name="Assigned"
          value={figures.agentAssignmentSuccessRate}
          of={figures.dueToday}
          state={figures.waitingForAgent > 0 ? "soon" : ""}
        >
          {figures.waitingForAgent > 0 ? `${figures.waitingForAgent} without an agent yet` : "all covered"}
        </Share>
        <Figure name="Health" value={figures.healthScore} state={figures.healthScore < HEALTHY ? "late" : ""}>
          {whyNotHealthy}
        </Figure>
        <Share
          name="Conversion"
          value={figures.callbackConversionRate}
          of={figures.inboundWithCallbacksScheduled}
          nothing="nothing promised in calls yet"
          state={figures.callbackConversionRate < GOOD_CONVERSION ? "late" : ""}
        >
          of {counted(figures.inboundWithCallbacksScheduled, "promise")} in calls
        </Share>
      </dl>
    </section>
  );
}

type Props = { name: string; value: ReactNode; state?: string; children: ReactNode };

function Figure({ name, value, state = "", children }: Props) {
  return (
    <div className={`panel wall-figure ${state}`}>
      <dt>{name}</dt>
      <dd className="wall-value">{value}</dd>
      <dd className="wall-under">{children}</dd>
    </div>
  );
}

/** A share of nothing is no figure: it is a dash until there is something to share. */
function Share({
  of,
  value,
  nothing = "nothing due yet today",
  ...rest
}: Omit<Props, "value"> & { value: number; of: number; nothing?: string | undefined }) {
  if (of > 0) return <Figure value={percent(value)} {...rest} />;
  return (
    <Figure name={rest.name} value="–">
      {nothing}
    </Figure>
  );
}
