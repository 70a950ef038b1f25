"use client";
import { useSeconds } from "./clock.ts";
import { countdown, exactly, span } from "./time.ts";

/** The age of something; the exact time on hover. */
export function Age({ since, now }: { since: string; now: number }) {
  return (
    <time dateTime={since} title={exactly(since)} className="whitespace-nowrap">
      {span(now - Date.parse(since))}
    </time>
  );
}

/** Counts down to an instant, to the second, and says `over` when it has passed; the exact time on hover. */
export function Until({ at, before = "", over }: { at: string; before?: string; over: string }) {
  const left = Math.floor(Date.parse(at) / 1_000) - useSeconds();
  return (
    <time dateTime={at} title={exactly(at)}>
      {left > 0 ? `${before}${countdown(left)}` : over}
    </time>
  );
}
