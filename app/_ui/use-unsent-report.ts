"use client";
import { useEffect } from "react";
import { isHeld, reportHeld, type Unsent } from "#client/desk";
import { HEARTBEAT_MS } from "./heartbeat.ts";

/**
 * Reports to supervisors how much this browser holds unsent: when that changes, and with every heartbeat while it holds something
 * or has not reported zero yet.
 */
export function useUnsentReport(agentId: number, unsent: readonly Unsent[]): void {
  // Another attempt of the same actions needs no report; an action that has waited long enough to count does.
  const held = unsent
    .filter(isHeld)
    .map(({ id }) => id)
    .join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of what is held is reported.
  useEffect(() => {
    void reportHeld(agentId);
    const timer = setInterval(() => void reportHeld(agentId), HEARTBEAT_MS);
    return () => clearInterval(timer);
  }, [agentId, held]);
}
