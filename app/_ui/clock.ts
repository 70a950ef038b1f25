"use client";
import { useSyncExternalStore } from "react";
import { serverNow } from "#lib/browser/clock";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Calls `tell` every second until what it returns is called. One timer, however many listen: all are drawn in one go. */
export function eachSecond(tell: () => void): () => void {
  listeners.add(tell);
  timer ??= setInterval(() => {
    for (const one of listeners) one();
  }, 1_000);
  return () => {
    listeners.delete(tell);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The server's clock, in whole seconds since 1970. */
export const secondsNow = () => Math.floor(serverNow() / 1_000);

/** What `of` makes of the server's seconds; the part that asks is drawn again only when it is something else. */
export function useOfSeconds<T extends string | number>(of: (seconds: number) => T): T {
  return useSyncExternalStore(
    eachSecond,
    () => of(secondsNow()),
    () => of(0),
  );
}

/** The server's seconds themselves; the part that asks is drawn again every second, so it should be a small one. */
export const useSeconds = () => useOfSeconds((seconds) => seconds);

/** The clock of the desk in milliseconds, good enough for words such as "6 min": drawn again every ten seconds. */
export const useDeskClock = () => useOfSeconds((seconds) => seconds - (seconds % 10)) * 1_000;
