"use client";
import { useSyncExternalStore } from "react";

/**
 * Whether the wallboard is in full screen, as on a wall: nobody presses buttons there, and the names of customers are not for
 * everybody.
 */
export function useIsFullScreen(): boolean {
  return useSyncExternalStore(
    onFullScreen,
    () => document.fullscreenElement !== null,
    () => false,
  );
}

function onFullScreen(changed: () => void): () => void {
  document.addEventListener("fullscreenchange", changed);
  return () => document.removeEventListener("fullscreenchange", changed);
}
