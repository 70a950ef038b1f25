"use client";
import { type RefObject, useEffect, useEffectEvent, useRef } from "react";

/**
 * The focus of a panel that a row opened: it begins at the panel's close button (`way`), again whenever `after` changes, and
 * `back` returns it to the row, as does a panel that the Back of the browser closes.
 */
export function useWayBack(rowId: string, after = 0): { way: RefObject<HTMLButtonElement | null>; back: () => void } {
  const way = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of `after` counts.
  useEffect(() => way.current?.focus(), [after]);
  const leave = useEffectEvent(() => {
    if (document.activeElement === document.body) document.getElementById(rowId)?.focus();
  });
  useEffect(() => () => leave(), []);
  return { way, back: () => document.getElementById(rowId)?.focus() };
}
