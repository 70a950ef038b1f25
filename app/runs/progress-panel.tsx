"use client";
import { type RunNow, useQueue } from "#client/runs";
import { Columns } from "../_ui/columns.tsx";
import { Scrolls } from "../_ui/scrolls.tsx";
import { Bar } from "./bar.tsx";
import { Panel } from "./panel.tsx";
import { ShortReasons } from "./reasons.tsx";
import { progressText, reasonsOf } from "./words.ts";

/** The progress of each model of a run, the conversations that it has and can take at once, and the reason why it waits. */
export function ProgressPanel({ run }: { run: RunNow }) {
  const { progress, waitingBecause, endedAt } = run;
  // Limits move slowly; they are read once, and again after each action.
  const queue = useQueue(true);
  const limitOf = (modelId: string) => queue.data?.models.find((model) => model.modelId === modelId)?.atOnce ?? null;
  return (
    <Panel title="Progress" aside={<p className="m-0 text-muted text-small">{progressText(progress)}</p>}>
      <Bar of={progress} label="Progress of the run" />
      <Scrolls label="Progress by model">
        <table className="stacks">
          <Columns names={["Model", "Done", "Running", "Limit", "Waits because"]} />
          <tbody>
            {progress.byModel.map((model) => {
              const { modelId, total, completed, failed, cancelled, stillRunning, throttled } = model;
              const isOver = completed + failed + cancelled === total;
              return (
                <tr key={modelId}>
                  <td className="font-semibold wrap-anywhere">{modelId}</td>
                  <td className="run-progress">
                    <Bar of={model} label={`Progress of ${modelId}`} />
                    <span className="text-muted text-small">{progressText({ ...model, throttled })}</span>
                  </td>
                  <td>
                    {stillRunning}
                    <span className="md:hidden"> running</span>
                  </td>
                  <td>{limitOf(modelId) === null ? "–" : `${limitOf(modelId)} at once`}</td>
                  <td className="text-small">
                    {endedAt !== null || isOver ? "–" : <ShortReasons reasons={reasonsOf(modelId, waitingBecause)} />}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scrolls>
    </Panel>
  );
}
