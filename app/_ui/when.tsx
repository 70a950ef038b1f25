"use client";
import { clockAt, dayAndTime, dayAt, exactly, ownZone, placeOf } from "./time.ts";

/** A time on the reader's clock; the exact time on hover. */
export function When({ at, now }: { at: string; now: number }) {
  return (
    <time dateTime={at} title={exactly(at)} className="whitespace-nowrap">
      {dayAndTime(at, now)}
    </time>
  );
}

/** The same instant on the clock of the called person, when that differs from the reader's; with the day only where it is another. */
export function TheirTime({ at, zone }: { at: string; zone: string }) {
  const [theirs, ours] = [dayAt(at, zone), dayAt(at, ownZone())];
  if (theirs === ours) return null;
  const isSameDay = theirs.split(",")[0] === ours.split(",")[0];
  return (
    <span className="text-muted text-small">
      {isSameDay ? clockAt(at, zone) : theirs} in {placeOf(zone)}
    </span>
  );
}
