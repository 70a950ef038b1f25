"use client";
import { type RefObject, useEffect, useRef } from "react";

/**
 * The focus of a panel that a row opened: it begins at the panel's close button (`way`), again whenever `after` changes, and
 * `back` returns it to the row.
 */
export function useWayBack(rowId: string, after = 0): { way: RefObject<HTMLButtonElement | null>; back: () => void } {
  const way = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of `after` counts.
  useEffect(() => way.current?.focus(), [after]);
  return { way, back: () => document.getElementById(rowId)?.focus() };
}
