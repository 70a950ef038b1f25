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

/** "3:48", "1:02:05"; of a time that has passed, how long ago. */
export function countdown(seconds: number): string {
  const left = Math.abs(seconds);
  const [hours, minutes, rest] = [Math.floor(left / 3_600), Math.floor(left / 60) % 60, left % 60];
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, "0")}:${String(rest).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

/** The clock of `timeZone` at an instant, such as 14:30; without a zone, the reader's own clock. */
export function clockAt(instant: string | number, timeZone?: string): string {
  return new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", timeZone }).format(new Date(instant));
}

/** Day and clock: "Tue 24 Nov, 10:00". */
export function dayAt(instant: string | number, timeZone?: string): string {
  const day = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(undefined, { ...day, timeZone }).format(new Date(instant));
}

/** The clock when it is today, else the day as well. */
export function momentAt(instant: string, now: number): string {
  const date = new Date(instant);
  const isToday = date.toDateString() === new Date(now).toDateString();
  return isToday
    ? clockAt(instant)
    : new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" }).format(date);
}

/** "Europe/London" as people say it: "London". */
export function placeOf(timeZone: string): string {
  return (timeZone.split("/").at(-1) ?? timeZone).replaceAll("_", " ");
}
