"use client";
import type { PendingCallback } from "#client/desk";
import { useSeconds } from "../_ui/clock.ts";
import { countdown } from "../_ui/time.ts";

/** The person after the call under way. */
export function Then({ upcoming }: { upcoming: PendingCallback | undefined }) {
  const left = Math.floor(Date.parse(upcoming?.scheduledFor ?? "") / 1_000) - useSeconds();
  if (!upcoming) return <p className="text-muted">then the next in the queue</p>;
  return (
    <p className="text-muted">
      then <strong className="text-ink">{upcoming.userName}</strong>,{" "}
      {left > 0 ? `due in ${countdown(left)}` : `due ${countdown(left)} ago`}
    </p>
  );
}
