"use client";
import { useEffect } from "react";
import { stayAlive } from "#client/desk";
import { HEARTBEAT_MS } from "../_ui/heartbeat.ts";

/** Sends heartbeats while the page is open and the agent is logged in. */
export function useHeartbeat(agentId: number, isLoggedIn: boolean): void {
  useEffect(() => {
    if (!isLoggedIn) return;
    // The next heartbeat makes up for a lost one; the polls show that the connection is lost.
    const timer = setInterval(() => void stayAlive(agentId).catch(() => undefined), HEARTBEAT_MS);
    return () => clearInterval(timer);
  }, [agentId, isLoggedIn]);
}
