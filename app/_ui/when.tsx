"use client";
import { clockAt, dayAndTime, dayAt, exactly, ownZone, placeOf, weekdayAt } from "./time.ts";

/** A time on the reader's clock; the exact time on hover. */
export function When({ at, now }: { at: string; now: number }) {
  return (
    <time dateTime={at} title={exactly(at)} className="whitespace-nowrap">
      {dayAndTime(at, now)}
    </time>
  );
}

/**
 * The same instant on the clock of the called person, when that differs from the reader's; with the day only where it is another.
 * In a list beside a story it is shorter, and whole on hover.
 */
export function TheirTime({ at, zone }: { at: string; zone: string }) {
  const [theirs, ours] = [dayAt(at, zone), dayAt(at, ownZone())];
  if (theirs === ours) return null;
  const clock = clockAt(at, zone);
  const isSameDay = theirs.slice(0, -clock.length) === ours.slice(0, -clockAt(at).length);
  const whole = `${isSameDay ? clock : theirs} in ${placeOf(zone)}`;
  return (
    <span className="their-time text-muted text-small" title={whole}>
      <span className="whole">{whole}</span>
      <span className="short">{isSameDay ? clock : `${weekdayAt(at, zone)} ${clock}`} theirs</span>
    </span>
  );
}
