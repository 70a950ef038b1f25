import { HEARTBEAT_MS } from "../_ui/heartbeat.ts";

/** An open page sends heartbeats more often than this, so a longer silence means sleep or a lost connection. */
const LONGEST = 120;
/** A heartbeat and the poll that shows its effect. */
const SHORTEST = HEARTBEAT_MS / 1_000 + 10;

/**
 * For how many minutes the page has been silent, at least 1, once that is worth a warning; 0 before. All times are in seconds. A desk
 * may give calls back early: the warning comes when half of that time is over.
 */
export function silentMinutes({ alive, ends, now }: { alive: number; ends: number; now: number }): number {
  const after = Math.min(LONGEST, Math.max(SHORTEST, (ends - alive) / 2));
  return now - alive > after ? Math.max(1, Math.floor((now - alive) / 60)) : 0;
}
