"use client";
import { useState } from "react";

/**
 * Keeps a list in its place while the pointer or the focus is in it, so that nobody presses the wrong row: `shown` are the
 * rows to draw, `fresh` counts those that wait, `refresh` lets them in, `hold` goes onto the element around the list and whatever calls `refresh`. On a
 * wall nobody is there to let go, so in full screen nothing is held.
 */
export function useSteady<R>(rows: readonly R[], keyOf: (row: R) => string) {
  const [held, setHeld] = useState<readonly R[] | null>(null);
  const shown = held ?? rows;
  const known = new Set(shown.map(keyOf));
  const fresh = rows.filter((row) => !known.has(keyOf(row))).length;
  const keep = () => setHeld((before) => (document.fullscreenElement ? null : (before ?? rows)));
  const letGo = () => setHeld(null);
  const hold = { onPointerEnter: keep, onPointerLeave: letGo, onFocus: keep, onBlur: letGo };
  return { shown, fresh, refresh: () => setHeld(rows), hold };
}
