"use client";
import { dayAndTime, exactly, ownZone, placeOf } from "./time.ts";

/** A time on the reader's clock; the exact time on hover. */
export function When({ at, now }: { at: string; now: number }) {
  return (
    <time dateTime={at} title={exactly(at)} className="whitespace-nowrap">
      {dayAndTime(at, now)}
    </time>
  );
}

/** The same instant on the clock of the called person, when that differs from the reader's. */
export function TheirTime({ at, now, zone }: { at: string; now: number; zone: string }) {
  const theirs = dayAndTime(at, now, zone);
  if (theirs === dayAndTime(at, now, ownZone())) return null;
  return (
    <span className="text-muted text-small">
      {theirs} their time ({placeOf(zone)})
    </span>
  );
}
