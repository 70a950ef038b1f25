"use client";
import { useDayClock } from "./clock.ts";
import { exactly, timeOfEntry } from "./time.ts";

/** The time of an entry on the reader's clock, with its day unless it is today; the exact time on hover. In UTC until scripts run. */
export function Moment({ at, withSeconds = false }: { at: string; withSeconds?: boolean }) {
  const now = useDayClock();
  const hasScripts = now > 0;
  return (
    <time dateTime={at} title={hasScripts ? exactly(at) : at} className="whitespace-nowrap">
      {hasScripts
        ? timeOfEntry(at, now, withSeconds ? "seconds" : "clock")
        : at.slice(0, withSeconds ? 19 : 16).replace("T", " ")}
    </time>
  );
}
