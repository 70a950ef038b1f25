"use client";
import { useRef, useState } from "react";

/**
 * Keeps a list in its place while the pointer or the focus is in it, so that nobody presses the wrong row: rows change
 * and go, but new ones wait until they are asked for or the list is let go. `shown` are the rows to draw, `fresh` counts
 * those that wait, `refresh` lets them in, `hold` goes onto the element around the list. When `asked` is another, the
 * reader asked for other rows, and those are shown. On a wall nobody is there to let go, so in full screen nothing is
 * held.
 */
export function useSteady<R>(rows: readonly R[], keyOf: (row: R) => string | number, asked = "") {
  const [held, setHeld] = useState<{ keys: readonly (string | number)[]; asked: string } | null>(null);
  const latest = useRef(rows);
  latest.current = rows;
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  const kept = held?.keys.flatMap((key) => byKey.get(key) ?? []);
  // In an empty list nothing can move.
  const shown = kept && kept.length > 0 ? kept : rows;
  const refresh = () => setHeld({ keys: latest.current.map(keyOf), asked });
  // What was asked for may come later than the question, so nothing is held until the pointer comes again.
  if (held && held.asked !== asked) setHeld(null);
  const keep = () => held ?? (document.fullscreenElement ? undefined : refresh());
  const letGo = () => setHeld(null);
  const hold = { onPointerEnter: keep, onPointerLeave: letGo, onFocus: keep, onBlur: letGo };
  return { shown, fresh: rows.length - shown.length, refresh, hold };
}
