"use client";
import { useEffect } from "react";
import { reportHeld, type Unsent } from "#client/desk";
import { HEARTBEAT_MS } from "./heartbeat.ts";

/**
 * Reports to supervisors how much this browser holds unsent: after each change, and with every heartbeat while it holds something
 * or has not reported zero yet.
 */
export function useUnsentReport(agentId: number, unsent: readonly Unsent[]): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of what is unsent is reported.
  useEffect(() => {
    void reportHeld(agentId);
    const timer = setInterval(() => void reportHeld(agentId), HEARTBEAT_MS);
    return () => clearInterval(timer);
  }, [agentId, unsent]);
}
