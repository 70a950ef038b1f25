"use client";
import { useSyncExternalStore } from "react";
import { serverNow } from "#lib/browser/clock";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/**
 * Calls `tell` every second until the returned function is called. All listeners share one timer, so that all are drawn in one
 * go.
 */
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

/** Computes a value from the server's seconds; the component is drawn again only when the value changes. */
export function useOfSeconds<T extends string | number>(of: (seconds: number) => T): T {
  return useSyncExternalStore(
    eachSecond,
    () => of(secondsNow()),
    () => of(0),
  );
}

/** The server's seconds; the component is drawn again every second, so it should be a small one. */
export const useSeconds = () => useOfSeconds((seconds) => seconds);

/** The server's clock in milliseconds, exact enough for words such as "6 min": redrawn every ten seconds. */
export const useDeskClock = () => useOfSeconds((seconds) => seconds - (seconds % 10)) * 1_000;

/** On every clock a day begins with one of these. */
const QUARTER_SECONDS = 900;

/** The same, good enough to know what day it is: drawn again every quarter of an hour. */
export const useDayClock = () => useOfSeconds((seconds) => seconds - (seconds % QUARTER_SECONDS)) * 1_000;
