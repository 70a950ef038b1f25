"use client";
import { useRef, useState } from "react";

/**
 * Keeps a list in its place while the pointer or the focus is in it, so that nobody presses the wrong row: rows change
 * and go, but new ones wait until they are asked for or the list is let go. `shown` are the rows to draw, `fresh` counts
 * those that wait, `refresh` lets them in, `hold` goes onto the element around the list. On a wall nobody is there to
 * let go, so in full screen nothing is held.
 */
export function useSteady<R>(rows: readonly R[], keyOf: (row: R) => string | number) {
  const [held, setHeld] = useState<readonly (string | number)[] | null>(null);
  const latest = useRef(rows);
  latest.current = rows;
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  const kept = held?.flatMap((key) => byKey.get(key) ?? []);
  // In an empty list nothing can move.
  const shown = kept && kept.length > 0 ? kept : rows;
  const refresh = () => setHeld(latest.current.map(keyOf));
  const keep = () => held ?? (document.fullscreenElement ? undefined : refresh());
  const letGo = () => setHeld(null);
  const hold = { onPointerEnter: keep, onPointerLeave: letGo, onFocus: keep, onBlur: letGo };
  return { shown, fresh: rows.length - shown.length, refresh, hold };
}
