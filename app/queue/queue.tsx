"use client";
import { useState } from "react";
import { type Model, type Pause, type PauseTarget, type QueueStatus, useQueue } from "#client/runs";
import { useDeskClock } from "../_ui/clock.ts";
import { DeadLetters } from "../_ui/dead-letters.tsx";
import { Button, Failure } from "../_ui/form.tsx";
import { useHold } from "../_ui/live.tsx";
import { PauseDialog } from "../_ui/pause-dialog.tsx";
import { PauseBanner, pauseOf } from "../_ui/pauses.tsx";
import { Scrolls } from "../_ui/scrolls.tsx";
import { Title } from "../_ui/title.tsx";
import { When } from "../_ui/when.tsx";
import { Models } from "./models.tsx";

const EVERYTHING = { scope: "queue", target: "*" } as const;

/** The state of the queues of runs: their workers, their pauses with their authors, and the limits of the models. */
export function Queue() {
  const { isHeld, live } = useHold();
  const { data, error, isPending, refetch } = useQueue(isHeld);
  const [asking, setAsking] = useState<PauseTarget | null>(null);
  return (
    <>
      <Title name="Queue" lead="Where the conversations of all runs wait for a worker and for their model.">
        {live}
      </Title>
      {isPending && <p className="panel text-muted">Loading…</p>}
      {error && (
        <div className="panel grid justify-items-start gap-3">
          <Failure error={error} />
          <Button onClick={() => void refetch()}>Try again</Button>
        </div>
      )}
      {data && (
        <>
          <Standing status={data.queueStatus} onPause={() => setAsking(EVERYTHING)} />
          <h2>Pauses</h2>
          {data.queueStatus.pauses.length === 0 && <p className="panel text-muted">Nothing is paused.</p>}
          {data.queueStatus.pauses.map((pause) => (
            <PauseBanner key={pause.id} pause={pause} running={runningUnder(pause, data)} isElsewhere />
          ))}
          <Jobs status={data.queueStatus} />
          <Models
            models={data.models}
            pauses={data.queueStatus.pauses}
            onPause={(modelId) => setAsking({ scope: "model", target: modelId })}
          />
        </>
      )}
      {data && <DeadLetters isHeld={isHeld} />}
      {asking && (
        <PauseDialog
          of={asking}
          name={asking.scope === "queue" ? "everything" : `${asking.target} in every run`}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}

/** How many jobs a pause still waits for; those of one run are counted on its own page. */
function runningUnder({ scope, target }: Pause, { queueStatus, models }: Shown): number {
  if (scope === "queue") return queueStatus.totals.active;
  return models.find(({ modelId }) => scope === "model" && modelId === target)?.running ?? 0;
}
type Shown = { queueStatus: QueueStatus; models: readonly Model[] };

function Standing({
  status: { isRunning, isPaused, workers, lastSeenAt },
  onPause,
}: {
  status: QueueStatus;
  onPause: () => void;
}) {
  const now = useDeskClock();
  return (
    <section className="panel run-title" aria-label="Status">
      <p className="m-0">
        <span className={`tag ${isRunning ? "kept" : isPaused ? "soon" : "late"}`}>
          {isPaused ? "everything is paused" : isRunning ? "running" : "no worker"}
        </span>{" "}
        {workers === 0
          ? "No worker was seen in the last 70 seconds; run npm run worker, or let the cron /api/cron/jobs be called."
          : `${workers} ${workers === 1 ? "worker" : "workers"}`}
        {lastSeenAt !== null && (
          <>
            , last seen <When at={lastSeenAt} now={now} />
          </>
        )}
      </p>
      {!isPaused && (
        <Button data-counterpart={pauseOf(EVERYTHING)} onClick={onPause}>
          Pause everything…
        </Button>
      )}
    </section>
  );
}

/** The states of jobs, each in the word that the screens of runs have for it. */
const STATES = [
  ["pending", "waiting"],
  ["active", "running"],
  ["completed", "completed"],
  ["failed", "failed"],
  ["cancelled", "cancelled"],
] as const;

/** The display name of each type of work. */
const TYPES: Readonly<Record<string, string>> = {
  "probe:scenario": "Conversations",
  "analyze:basic": "Figures of a run",
  "analyze:deep": "Comparisons of a run",
  all: "All",
};

function Jobs({ status: { jobTypes, totals } }: { status: QueueStatus }) {
  return (
    <>
      <h2>Jobs</h2>
      <Scrolls label="Jobs" className="panel">
        <table className="stacks">
          <thead>
            <tr>
              <th scope="col">Type</th>
              {STATES.map(([state, word]) => (
                <th key={state} scope="col" className="number capitalize">
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...jobTypes, { type: "all", ...totals }].map((counts) => (
              <tr key={counts.type}>
                <th scope="row">
                  {TYPES[counts.type]}
                  {counts.type !== "all" && (
                    <span className="block font-normal text-muted text-small">{counts.type}</span>
                  )}
                </th>
                {STATES.map(([state, word]) => (
                  <td key={state} className="number">
                    {counts[state].toLocaleString()}
                    <span className="md:hidden"> {word}</span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
      <p className="text-muted text-small">Of runs that go on or ended within a day.</p>
    </>
  );
}
