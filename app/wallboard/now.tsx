"use client";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { exactly, inClock, roughly } from "./words.ts";

const Now = createContext(0);

/**
 * Lets everything within know the server's time: that of the last answer, and what has passed since on a clock that never
 * goes back. The browser's own time of day may be wrong and is never asked.
 */
export function ServerTime({ now, receivedAt, children }: { now: string; receivedAt: number; children: ReactNode }) {
  const time = () => Date.parse(now) + performance.now() - receivedAt;
  const [, setBeat] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setBeat((beat) => beat + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <Now value={time()}>{children}</Now>;
}

/** The server's time in milliseconds; whoever asks is drawn again every second. */
export const useNow = () => useContext(Now);

/** Whole seconds since an instant; never negative. */
export function useSecondsSince(at: string): number {
  return Math.max(0, Math.floor((useNow() - Date.parse(at)) / 1_000));
}

/** How long something has lasted, to the second (`6:12`) or in words (`2 h`); the exact time on hover. */
export function Age({ since, isExact = false }: { since: string; isExact?: boolean }) {
  const seconds = useSecondsSince(since);
  return (
    <time dateTime={since} title={exactly(since)}>
      {isExact ? inClock(seconds) : roughly(seconds)}
    </time>
  );
}
