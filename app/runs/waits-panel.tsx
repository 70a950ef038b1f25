"use client";
import type { RunNow } from "#client/runs";
import { Panel } from "./panel.tsx";
import { Reasons } from "./reasons.tsx";

/** The reasons why a run waits, each in a sentence. */
export function WaitsPanel({ run: { waitingBecause, endedAt, status, progress } }: { run: RunNow }) {
  return (
    <Panel title={status === "RUNNING" && progress.stillRunning > 0 ? "What it does" : "Why it waits"}>
      {waitingBecause.length === 0 ? (
        <p className="m-0 text-muted">{endedAt === null ? "Nothing holds it." : "It has ended; nothing waits."}</p>
      ) : (
        <Reasons reasons={waitingBecause} />
      )}
    </Panel>
  );
}
