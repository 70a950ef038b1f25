"use client";
import { useEffect } from "react";
import { stayAlive } from "#client/desk";
import { HEARTBEAT_MS } from "../_ui/heartbeat.ts";

/** While the page is open and the agent is logged in, it says again and again that it is still there. */
export function useHeartbeat(agentId: number, isLoggedIn: boolean): void {
  useEffect(() => {
    if (!isLoggedIn) return;
    // One that is lost is made up for by the next; the polls show that the line is down.
    const timer = setInterval(() => void stayAlive(agentId).catch(() => undefined), HEARTBEAT_MS);
    return () => clearInterval(timer);
  }, [agentId, isLoggedIn]);
}
