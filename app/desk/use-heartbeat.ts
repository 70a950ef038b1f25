"use client";
import { useEffect } from "react";
import { stayAlive } from "#client/desk";

/** Twice within the grace time of a silent agent, also while a browser slows down a hidden page. */
export const HEARTBEAT_MS = 45_000;

/** While the page is open and the agent is logged in, it says again and again that it is still there. */
export function useHeartbeat(agentId: number, isLoggedIn: boolean): void {
  useEffect(() => {
    if (!isLoggedIn) return;
    // One that is lost is made up for by the next; the polls show that the line is down.
    const timer = setInterval(() => void stayAlive(agentId).catch(() => undefined), HEARTBEAT_MS);
    return () => clearInterval(timer);
  }, [agentId, isLoggedIn]);
}
