"use client";
import type { Model, Pause } from "#client/runs";
import { useDeskClock } from "../_ui/clock.ts";
import { Button } from "../_ui/form.tsx";
import { Columns } from "../_ui/columns.tsx";
import { pauseOf } from "../_ui/pauses.tsx";
import { Scrolls } from "../_ui/scrolls.tsx";
import { When } from "../_ui/when.tsx";

type Props = { models: readonly Model[]; pauses: readonly Pause[]; onPause: (modelId: string) => void };

/** The maximum and the present number of conversations of each model. */
export function Models({ models, pauses, onPause }: Props) {
  const now = useDeskClock();
  const paused = new Set(pauses.filter(({ scope }) => scope === "model").map(({ target }) => target));
  return (
    <>
      <h2>Models</h2>
      <Scrolls label="Models" className="panel">
        <table className="stacks">
          <Columns
            names={["Model", "At once", "Running", "Last slowed down", "Actions"]}
            numbers={["At once", "Running"]}
          />
          <tbody>
            {models.map(({ modelId, what, atOnce, running, cutAt }) => (
              <tr key={modelId}>
                <td>
                  <strong className="wrap-anywhere">{modelId}</strong>
                  <div className="text-muted text-small">{what}</div>
                </td>
                <td className="number">
                  {atOnce ?? "not used yet"}
                  {atOnce !== null && <span className="md:hidden"> at once</span>}
                </td>
                <td className="number">
                  {running}
                  <span className="md:hidden"> running</span>
                </td>
                <td>
                  {cutAt === null && "never"}
                  <span className="md:hidden"> slowed down </span>
                  {cutAt !== null && <When at={cutAt} now={now} />}
                </td>
                <td>
                  {paused.has(modelId) ? (
                    <span className="tag soon">paused</span>
                  ) : (
                    <Button
                      data-counterpart={pauseOf({ scope: "model", target: modelId })}
                      onClick={() => onPause(modelId)}
                      aria-label={`Pause ${modelId}`}
                    >
                      Pause…
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
      <p className="text-muted text-small">
        A model takes one more while it answers, up to 32, and half as many when it says that it has too many.
      </p>
    </>
  );
}
