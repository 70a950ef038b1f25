"use client";
import { type RefObject, useEffect, useRef } from "react";

let isWanted = false;

/** Moves the focus to the next action, because the focused element has disappeared or is done. */
export function focusNextThing(): void {
  isWanted = true;
}

/**
 * Moves the focus, if it was requested, to the main button of the part, or to the part itself until it has a button; not when the
 * person has moved the focus meanwhile.
 */
export function useNextFocus(part: RefObject<HTMLElement | null>): void {
  // After each render: the button may come with a later answer.
  useEffect(() => {
    const now = document.activeElement;
    if (!isWanted || !part.current) return;
    const isElsewhere = now !== null && now !== document.body && now !== part.current && !now.closest(".promises");
    const main = part.current.querySelector<HTMLElement>("[data-main]");
    if (isElsewhere || main) isWanted = false;
    if (isElsewhere) return;
    (main ?? part.current).focus({ preventScroll: main === null });
  });
}

/** A focused row that disappears gives the focus to the row that takes its place, else to the heading. */
export function useKeptFocus(list: RefObject<HTMLElement | null>): void {
  const place = useRef(-1);
  const focused = useRef<Element | null>(null);
  useEffect(() => {
    const rows = [...(list.current?.querySelectorAll(".promise") ?? [])];
    const now = document.activeElement;
    // While the focus moves from one element to the next, it is on the body, too.
    const isGone = focused.current !== null && !focused.current.isConnected;
    if (isGone && now === document.body && place.current >= 0 && !isWanted) {
      const row = rows[Math.min(place.current, rows.length - 1)];
      (row?.querySelector("button") ?? list.current?.querySelector("h2"))?.focus();
    }
    place.current = rows.findIndex((row) => row.contains(document.activeElement));
  });
  useEffect(() => {
    const part = list.current;
    const remember = (event: FocusEvent) => {
      const target = event.target as Element;
      focused.current = target;
      place.current = [...(part?.querySelectorAll(".promise") ?? [])].findIndex((row) => row.contains(target));
    };
    part?.addEventListener("focusin", remember);
    return () => part?.removeEventListener("focusin", remember);
  }, [list]);
}
