"use client";
import { useEffect, useState } from "react";

const listeners = new Set<() => void>();

/**
 * Whether this browser has learnt anything from the notes of this agent. Without that, no part of the desk that shows it needs its
 * script. Other windows learn as well, so it is checked again when this one gets the focus.
 */
export function useHasLearnt(agentId: number): boolean {
  const [hasLearnt, setLearnt] = useState(false);
  useEffect(() => {
    // A browser without storage has learnt nothing.
    const look = () => void hasMemory(agentId).then(setLearnt, () => undefined);
    look();
    listeners.add(look);
    addEventListener("focus", look);
    return () => {
      listeners.delete(look);
      removeEventListener("focus", look);
    };
  }, [agentId]);
  return hasLearnt;
}

/** Tells this page that notes were read. */
export function hasJustLearnt(): void {
  for (const look of listeners) look();
}

/** Whether the database of the agent's memory exists; opening it would create it. A browser that cannot list databases may have it. */
export async function hasMemory(agentId: number): Promise<boolean> {
  if (indexedDB.databases === undefined) return true;
  return (await indexedDB.databases()).some(({ name }) => name === `ringback-call-memory:${agentId}`);
}
