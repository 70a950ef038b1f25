import type { ShownRun } from "#client/runs";
import { COLOURS, statusText } from "./words.ts";

/** The state of a run, in words with their colour. */
export function Status({
  run: { status, progress },
}: {
  run: Pick<ShownRun, "status"> & { progress: { stillRunning: number } };
}) {
  return (
    <span className={`tag whitespace-nowrap ${COLOURS[status]}`}>{statusText(status, progress.stillRunning)}</span>
  );
}
