"use client";
import { useSyncExternalStore } from "react";

/** Whether the wall hangs on a wall: then nobody presses, and names of customers are not for everybody's eyes. */
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
