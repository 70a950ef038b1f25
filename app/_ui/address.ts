"use client";
import { useSearchParams } from "next/navigation";
import { useCallback, useEffect, useState } from "react";

const listeners = new Set<() => void>();

/** Goes to another address of the same screen; Back returns. */
export function goTo(address: string): void {
  // With the router's own state, so that the router knows the entry when Back returns to it from another screen.
  history.pushState(history.state, "", address);
  for (const tell of listeners) tell();
}

/** Goes to the address of the screen at `path` with these changes; null or "" removes a parameter. */
export function changeAt(path: string, changes: Readonly<Record<string, string | number | null | undefined>>): void {
  const address = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") address.delete(name);
    else address.set(name, String(value));
  }
  goTo(address.size === 0 ? path : `${path}?${address}`);
}

/**
 * The query parameters of the address. Within a screen the router is bypassed: it fetches the screen again at each Back over a
 * reload, and after two of them it may never draw the next one (Next.js 16.4).
 */
export function useAddress(): URLSearchParams {
  // On the server, and on the way from another screen, only the router knows the address.
  const [asked, setAsked] = useState(`?${useSearchParams()}`);
  const read = useCallback(() => setAsked(location.search || "?"), []);
  // After each render, since a link to this very screen informs only the router.
  useEffect(read);
  useEffect(() => {
    const screen = location.pathname;
    const moved = (event: PopStateEvent) => {
      if (location.pathname !== screen) return;
      event.stopImmediatePropagation();
      read();
    };
    listeners.add(read);
    window.addEventListener("popstate", moved, { capture: true });
    return () => {
      listeners.delete(read);
      window.removeEventListener("popstate", moved, { capture: true });
    };
  }, [read]);
  return new URLSearchParams(asked);
}
