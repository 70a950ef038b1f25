"use client";
import { type FocusEvent, type PointerEvent, useRef, useState } from "react";

/**
 * Keeps a list still while the pointer or the focus of the keyboard is in it, so that nobody presses the wrong row: rows change and disappear,
 * but new ones wait until the reader asks for them or leaves the list. `shown` are the rows to draw, `fresh` counts those that
 * wait, `refresh` shows them, `hold` belongs on the element around the list. A different `asked` means that the reader asked for
 * other rows, and those are shown. In full screen, as on a wall, nothing is held, because nobody would let go.
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
  // The answer may come later than the question, so nothing is held until the pointer moves in again.
  if (held && held.asked !== asked) setHeld(null);
  const keep = () => held ?? (document.fullscreenElement ? undefined : refresh());
  const hasPointer = useRef(false);
  const hold = {
    onPointerEnter() {
      hasPointer.current = true;
      keep();
    },
    onPointerLeave({ currentTarget }: PointerEvent) {
      hasPointer.current = false;
      // A press of the pointer leaves the focus where it pressed, but nobody reads there any more.
      if (!currentTarget.querySelector(":focus-visible")) setHeld(null);
    },
    onFocus: keep,
    onBlur({ currentTarget, relatedTarget }: FocusEvent) {
      if (!hasPointer.current && !currentTarget.contains(relatedTarget as Node | null)) setHeld(null);
    },
  };
  return { shown, fresh: rows.length - shown.length, refresh, hold };
}
