"use client";
import type { RunNow } from "#client/runs";
import { useDeskClock } from "../_ui/clock.ts";
import { Panel } from "./panel.tsx";
import { onClock } from "./words.ts";

/** The reasons why a run waits, each in a sentence. */
export function WaitsPanel({ run: { waitingBecause, endedAt, status } }: { run: RunNow }) {
  const now = useDeskClock();
  return (
    <Panel title={status === "RUNNING" ? "What it does" : "Why it waits"}>
      {waitingBecause.length === 0 ? (
        <p className="m-0 text-muted">{endedAt === null ? "Nothing holds it." : "It has ended; nothing waits."}</p>
      ) : (
        <ul className="run-reasons">
          {waitingBecause.map(({ code, modelId, sentence }) => (
            <li key={`${code} ${modelId}`}>{onClock(sentence, now)}</li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
