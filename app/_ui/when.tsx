"use client";
import { useEffect, useState } from "react";
import { dayAndTime, exactly, ownZone, placeOf } from "./time.ts";

/**
 * The clock of the desk in milliseconds: what the server said, moved on by how long ago it said so. The browser's own
 * clock is not asked, because it may be wrong.
 */
export function useDeskClock(said: string | undefined): number {
  const [passed, setPassed] = useState(0);
  useEffect(() => {
    const start = performance.now();
    setPassed(0);
    const timer = said && setInterval(() => setPassed(performance.now() - start), 10_000);
    return () => clearInterval(timer);
  }, [said]);
  return said === undefined ? 0 : Date.parse(said) + passed;
}

/** A time as the reader's clock shows it; the exact one on hover. */
export function When({ at, now }: { at: string; now: number }) {
  return (
    <time dateTime={at} title={exactly(at)} className="whitespace-nowrap">
      {dayAndTime(at, now)}
    </time>
  );
}

/** The same instant on the clock of the person who is called, when that is another one than the reader's. */
export function TheirTime({ at, now, zone }: { at: string; now: number; zone: string }) {
  const theirs = dayAndTime(at, now, zone);
  if (theirs === dayAndTime(at, now, ownZone())) return null;
  return (
    <span className="text-muted text-small">
      {theirs} their time ({placeOf(zone)})
    </span>
  );
}
