"use client";
import { LATE_AFTER_SECONDS, type ShownCallback } from "#client/callbacks";
import { useOfSeconds } from "../_ui/clock.ts";
import { clockAt, exactly, span } from "../_ui/time.ts";

const SOON_MS = 10 * 60_000;

type Standing = Pick<ShownCallback, "status" | "scheduledFor" | "quarantinedAt" | "waitsUntil" | "isInCall">;

/** Whether the promise is still open. */
export function isOpen({ status }: Pick<ShownCallback, "status">): boolean {
  return status === "pending" || status === "accepted";
}

/** The state of a callback in words with their colour; the exact time on hover. */
export function State({ callback }: { callback: Standing }) {
  const standing = useOfSeconds((seconds) => standingOf(callback, (seconds - (seconds % 10)) * 1_000).join());
  const [colour, words] = standing.split(/,(.*)/);
  return (
    <span className={`tag whitespace-nowrap ${colour}`} title={exactly(callback.scheduledFor)}>
      {words}
    </span>
  );
}

/** The colour and the words of a promise; `now` in milliseconds. */
export function standingOf(
  { status, scheduledFor, quarantinedAt, waitsUntil, isInCall }: Standing,
  now: number,
): [string, string] {
  const ahead = Date.parse(scheduledFor) - now;
  if (status === "completed") return ["kept", "kept"];
  if (status === "failed") return ["late", "not reached"];
  if (status === "cancelled") return ["quiet", "cancelled"];
  if (quarantinedAt) return ["late", "set aside"];
  if (isInCall) return ["accepted", "in a call"];
  if (waitsUntil) return ["quiet", `waits for ${clockAt(waitsUntil)}`];
  if (ahead < -LATE_AFTER_SECONDS * 1_000)
    return ["late", `${status === "accepted" ? "accepted, " : ""}late ${span(-ahead)}`];
  if (status === "accepted") return ["accepted", "accepted"];
  if (ahead <= -60_000) return ["soon", `due ${span(-ahead)}`];
  // Due means that the time has come, as in every figure.
  if (ahead <= 0) return ["soon", "due now"];
  if (ahead <= SOON_MS) return ["soon", `due in ${span(Math.max(ahead, 60_000))}`];
  return ["quiet", `in ${span(ahead)}`];
}
