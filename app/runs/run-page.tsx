"use client";
import { lazy, type ReactNode, Suspense } from "react";
import { type RunNow, type RunResults, useAnalysis, useRun } from "#client/runs";
import { DeadLetters } from "../_ui/dead-letters.tsx";
import { Button, Failure } from "../_ui/form.tsx";
import { PauseBanner } from "../_ui/pauses.tsx";
import { goToPlace, type Place } from "./address.ts";
import { Failures } from "./failures.tsx";
import { Items } from "./items.tsx";
import { ProgressPanel } from "./progress-panel.tsx";
import { Recent } from "./recent.tsx";
import { Status } from "./status.tsx";
import { Steer } from "./steer.tsx";
import { WaitsPanel } from "./waits-panel.tsx";
import { runningUnder, sizeText } from "./words.ts";

// The drawings need a large library, which is loaded only when a run is opened.
const AnalysisPanel = lazy(async () => ({ default: (await import("./analysis-panel.tsx")).AnalysisPanel }));

type Props = { runId: string; place: Place; isHeld: boolean; live: ReactNode };

/** One run: its progress, the reason why it waits, its failures, its conversations, and its results. */
export function RunPage({ runId, place, isHeld, live }: Props) {
  const { data, error, isPending, refetch } = useRun(runId, isHeld);
  return (
    <>
      <div className="run-title">
        <Button onClick={() => goToPlace({})}>All runs</Button>
        {live}
      </div>
      {data ? (
        <>
          <Failure error={error} />
          <Suspense fallback={<p className="panel text-muted">Loading…</p>}>
            <Known run={data.now} results={data.results} place={place} isHeld={isHeld} />
          </Suspense>
        </>
      ) : (
        <>
          <h1>Run {runId}</h1>
          {isPending ? (
            <p className="panel text-muted">Loading…</p>
          ) : (
            <div className="panel grid justify-items-start gap-3">
              {error ? <Failure error={error} /> : <p className="m-0">There is no run {runId}.</p>}
              <Button onClick={() => void refetch()}>Try again</Button>
            </div>
          )}
        </>
      )}
    </>
  );
}

type KnownProps = { run: RunNow; results: RunResults; place: Place; isHeld: boolean };

function Known({ run, results, place, isHeld }: KnownProps) {
  const { id, definitionName, models, samplePercentage, progress, endedAt } = run;
  // The analysis is long or short; the part below is drawn after it, so that it does not move.
  const isBelow = !useAnalysis(id, isHeld).isPending;
  const openItem = (itemId: string) => goToPlace({ ...place, itemId });
  return (
    <>
      <header className="run-title">
        <div className="min-w-0">
          <h1 className="wrap-anywhere">{definitionName}</h1>
          <p className="m-0 flex flex-wrap items-center gap-x-3 gap-y-1">
            <Status run={run} />
            <span className="text-muted">
              run {id}: {sizeText(run)}
              {samplePercentage < 100 && `, a sample of ${samplePercentage} %`}
            </span>
          </p>
        </div>
        <Steer run={run} hasBanner={run.pauses.some(({ scope }) => scope === "run")} />
      </header>
      {run.pauses.map((pause) => (
        <PauseBanner key={pause.id} pause={pause} running={runningUnder(pause, progress)} />
      ))}
      <div className="run-columns">
        <div className="min-w-0">
          <ProgressPanel run={run} />
          <AnalysisPanel runId={id} isHeld={isHeld} hasEnded={endedAt !== null} />
        </div>
        <div className="min-w-0">
          <WaitsPanel run={run} />
          <Failures runId={id} groups={results.failureGroups} />
          <Recent tasks={results.recentTasks} onOpen={openItem} />
        </div>
      </div>
      {isBelow && (
        <Items runId={id} models={models} place={place} isHeld={isHeld}>
          <DeadLetters runId={id} isHeld={isHeld} />
        </Items>
      )}
    </>
  );
}
