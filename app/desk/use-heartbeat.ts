"use client";
import { useEffect } from "react";
import type { Status } from "#client/desk";

/** Twice within the grace time of a silent agent, also while a browser slows down a hidden page. */
const EVERY_MS = 45_000;

/** While the page is open, it says again and again that the agent is still here. */
export function useHeartbeat(status: Status | null, report: (status: Status) => void): void {
  useEffect(() => {
    if (status === null || status === "offline") return;
    const timer = setInterval(() => report(status), EVERY_MS);
    return () => clearInterval(timer);
  }, [status, report]);
}
