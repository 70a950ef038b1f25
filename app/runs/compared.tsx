"use client";
import type { ReactNode } from "react";
import { type Comparison, type ShownRun, type Side, useComparison } from "#client/runs";
import { Button, Failure } from "../_ui/form.tsx";
import { Columns } from "../_ui/columns.tsx";
import { Scrolls } from "../_ui/scrolls.tsx";
import { goToPlace } from "./address.ts";
import { Bar } from "./bar.tsx";
import { Interval, reachOf } from "./interval.tsx";
import { Panel } from "./panel.tsx";
import { Status } from "./status.tsx";
import { differenceText, progressText, sizeText } from "./words.ts";

type Props = { a: string; b: string; isHeld: boolean; live: ReactNode };

/** Two runs side by side, and the results of each model in both. */
export function Compared({ a, b, isHeld, live }: Props) {
  const { data, error, isPending } = useComparison(a, b, isHeld);
  return (
    <>
      <div className="run-title">
        <Button onClick={() => goToPlace({})}>All runs</Button>
        {live}
      </div>
      <h1>
        Run {a} against run {b}
      </h1>
      <Failure error={error} />
      {isPending && <p className="panel text-muted">Loading…</p>}
      {data && (
        <>
          <div className="run-two">
            <Half run={data.a} />
            <Half run={data.b} />
          </div>
          {data.note !== null && <p className="notice soon">{data.note}</p>}
          <ByModel of={data} />
        </>
      )}
    </>
  );
}

function Half({ run }: { run: ShownRun }) {
  const { id, definitionName, progress } = run;
  return (
    <Panel title={`Run ${id}`} aside={<Status run={run} />}>
      <p className="big wrap-anywhere">{definitionName}</p>
      <p className="text-muted text-small">{sizeText(run)}</p>
      <Bar of={progress} label={`Progress of run ${id}`} />
      <p className="text-muted text-small">{progressText(progress)}</p>
      <Button onClick={() => goToPlace({ runId: id })}>Open run {id}</Button>
    </Panel>
  );
}

function ByModel({ of: { a, b, byModel } }: { of: Comparison }) {
  const reach = reachOf(byModel);
  return (
    <Panel
      title="Model by model"
      aside={
        <p className="m-0 text-muted text-small">
          score, paired over the same scenarios, 95 % interval for all together
        </p>
      }
    >
      <Scrolls label="Model by model">
        <table className="stacks">
          <Columns names={["Model", `Run ${a.id}`, `Run ${b.id}`, "Difference", "In words"]} />
          <tbody>
            {byModel.map((model) => (
              <tr key={model.modelId}>
                <td className="font-semibold wrap-anywhere md:min-w-36">{model.modelId}</td>
                <td className="md:min-w-40">
                  <OneSide run={a.id} side={model.a} />
                </td>
                <td className="md:min-w-40">
                  <OneSide run={b.id} side={model.b} />
                </td>
                <td>
                  {model.difference !== null && (
                    <>
                      <Interval {...model} reach={reach} />
                      <div className="text-muted text-small">{differenceText(model.difference, model.interval)}</div>
                    </>
                  )}
                </td>
                <td className={model.isTied === false ? "font-semibold" : "text-muted"}>{model.sentence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
    </Panel>
  );
}

function OneSide({ run, side }: { run: string; side: Side | null }) {
  if (!side)
    return (
      <span className="text-muted">
        <span className="md:hidden">run {run}: </span>–
      </span>
    );
  return (
    <>
      <span className="md:hidden">run {run}: </span>
      {side.score === null ? "no score" : side.score.toFixed(2)}
      <div className="text-muted text-small">
        {side.completed} of {side.items}
        {side.failed > 0 && `, ${side.failed} failed`}
        {side.refused > 0 && `, ${side.refused} refused`}
        {side.medianLatencyMs !== null && `, ${(side.medianLatencyMs / 1_000).toFixed(2)} s`}
      </div>
    </>
  );
}
