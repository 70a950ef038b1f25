"use client";
import { clockAt, dayAndTime, exactly, theirTime, weekdayAt } from "./time.ts";

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
  const whole = theirTime(at, zone);
  if (whole === null) return null;
  const clock = clockAt(at, zone);
  return (
    <span className="their-time text-muted text-small" title={whole}>
      <span className="whole">{whole}</span>
      <span className="short">{whole.startsWith(clock) ? clock : `${weekdayAt(at, zone)} ${clock}`} theirs</span>
    </span>
  );
}
