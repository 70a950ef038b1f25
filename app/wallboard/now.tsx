"use client";
import { useSeconds } from "../_ui/clock.ts";
import { countdown, exactly } from "../_ui/time.ts";
import { roughly } from "./words.ts";

/** The server's time in milliseconds; a component that uses it is drawn again every second. */
export const useNow = () => useSeconds() * 1_000;

/** Whole seconds since an instant; never negative. */
export function useSecondsSince(at: string): number {
  return Math.max(0, useSeconds() - Math.floor(Date.parse(at) / 1_000));
}

/** The duration of something, to the second (`6:12`) or in words (`2 h`); the exact time on hover. */
export function Age({ since, isExact = false }: { since: string; isExact?: boolean }) {
  const seconds = useSecondsSince(since);
  return (
    <time dateTime={since} title={exactly(since)}>
      {isExact ? countdown(seconds) : roughly(seconds)}
    </time>
  );
}
