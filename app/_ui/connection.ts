"use client";
import { useSyncExternalStore } from "react";

/** `at`: the server's time at the last answer, null before any. */
type Lost = { at: number | null };

let lost: Lost | null = null;
const listeners = new Set<() => void>();

/** Notes that the server cannot be reached, since its answer at `at`; null: it has answered again. */
export function noteLost(next: Lost | null): void {
  lost = next && (lost ?? next);
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the server cannot be reached, and since when; null while it answers. */
export const useLost = () =>
  useSyncExternalStore(
    listen,
    () => lost,
    () => null,
  );
