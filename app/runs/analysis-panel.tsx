"use client";
import { useState } from "react";
import { type Basic, type Deep, type Pair, useAnalysis, useAnalyzeAgain, type WaitingAnalysis } from "#client/runs";
import { useDeskClock } from "../_ui/clock.ts";
import { Button, Choice, Failure } from "../_ui/form.tsx";
import { notifyError, say } from "../_ui/notices.tsx";
import { When } from "../_ui/when.tsx";
import { Distribution, PcaScatter } from "./charts.tsx";
import { HeatMap } from "./heat-map.tsx";
import { Interval, reachOf } from "./interval.tsx";
import { MEASURES, type MeasureName, measureNames } from "./measures.ts";
import { Panel } from "./panel.tsx";
import { Reasons } from "./reasons.tsx";
import { columnWords, pairText, verdict } from "./words.ts";

type Props = { runId: string; isHeld: boolean; hasEnded: boolean };

/** The results of a run: the better model, in words first, then in pictures. */
export function AnalysisPanel({ runId, isHeld, hasEnded }: Props) {
  const { data, error, isPending } = useAnalysis(runId, isHeld);
  if (isPending) return <p className="panel text-muted">Loading…</p>;
  const { basic, deep, waiting = [] } = data ?? {};
  return (
    <>
      <Better deep={deep} waiting={waiting} runId={runId} hasEnded={hasEnded} error={error} />
      {basic?.error && basic.error !== deep?.error && <p className="notice soon">{basic.error}</p>}
      {basic?.result && <Cells result={basic.result} />}
      {deep?.result && <Differences result={deep.result} />}
    </>
  );
}

function Better({
  deep,
  waiting,
  runId,
  hasEnded,
  error,
}: {
  deep: Deep | undefined;
  waiting: readonly WaitingAnalysis[];
  runId: string;
  hasEnded: boolean;
  error: Error | null;
}) {
  const now = useDeskClock();
  const again = useAnalyzeAgain();
  const analyse = () =>
    again.mutate(runId, {
      onSuccess: () => say("The analyses are queued; they come as soon as a worker is free."),
      onError: notifyError,
    });
  const pairs = deep?.result?.compare ?? [];
  return (
    <Panel
      title="Which model is better"
      aside={
        <Button isBusy={again.isPending} onClick={analyse}>
          {hasEnded || deep ? "Analyse again" : "Analyse now"}
        </Button>
      }
    >
      <Failure error={error} />
      {deep?.error && <p className="notice soon">{deep.error}</p>}
      {deep?.result ? (
        <>
          <p className="run-verdict">{verdict(pairs)}</p>
          <Pairs pairs={pairs} />
          <p className="m-0 text-muted text-small">
            Score per scenario (0 to 1), paired over the same scenarios, with its 95 % interval, corrected for{" "}
            {pairs.length} {pairs.length === 1 ? "comparison" : "comparisons"} (Holm). Of {deep.transcripts}{" "}
            transcripts, made <When at={deep.computedAt} now={now} />.
          </p>
        </>
      ) : (
        !deep?.error && (
          <p className="m-0 text-muted">
            {hasEnded
              ? waiting.length > 0
                ? "The analysis is on its way."
                : "There is no analysis."
              : "The analysis is made when the run ends, or now, of what there is."}
          </p>
        )
      )}
      {waiting.map(({ kind, waitingBecause }) => (
        <div key={kind} className="text-small">
          <p className="m-0 text-muted">{kind === "basic" ? "The figures:" : "The comparison:"}</p>
          <Reasons reasons={waitingBecause} />
        </div>
      ))}
    </Panel>
  );
}

function Pairs({ pairs }: { pairs: readonly Pair[] }) {
  const reach = reachOf(pairs);
  if (pairs.length === 0) return null;
  return (
    <ul className="run-pairs">
      {pairs.map((pair) => (
        <li key={pair.models.join(" ")}>
          <span className="wrap-anywhere">
            {pair.models[0]} against {pair.models[1]}
          </span>
          <Interval {...pair} reach={reach} />
          <span className={pair.isTied ? "text-muted" : "font-semibold"} title={pair.sentence}>
            {pairText(pair)}
          </span>
        </li>
      ))}
      <li aria-hidden="true" className="text-muted text-tiny">
        <span />
        <span className="run-ends">
          <span>second is better</span>
          <span>first is better</span>
        </span>
        <span />
      </li>
    </ul>
  );
}

function Cells({ result: { byScenario } }: { result: NonNullable<Basic["result"]> }) {
  const [name, setName] = useState<MeasureName>("score");
  const measure = MEASURES[name];
  const choice = (
    <div className="w-52">
      <Choice
        label="What is measured"
        value={name}
        onChange={({ target }) => setName(measureNames.find((one) => one === target.value) ?? "score")}
      >
        {measureNames.map((one) => (
          <option key={one} value={one}>
            {MEASURES[one].label}
          </option>
        ))}
      </Choice>
    </div>
  );
  return (
    <>
      <Panel title="Models and scenarios" aside={choice}>
        <HeatMap cells={byScenario} measure={measure} />
      </Panel>
      <Panel title="Distribution" aside={<p className="m-0 text-muted text-small">scenarios by {measure.label}</p>}>
        <Distribution cells={byScenario} measure={measure} />
      </Panel>
    </>
  );
}

function Differences({ result: { pca } }: { result: NonNullable<Deep["result"]> }) {
  return (
    <Panel
      title="How the answers differ"
      aside={
        <p className="m-0 text-muted text-small">principal components of {pca.columns.map(columnWords).join(", ")}</p>
      }
    >
      {pca.why === null ? <PcaScatter pca={pca} /> : <p className="m-0 text-muted">{pca.why}</p>}
    </Panel>
  );
}
