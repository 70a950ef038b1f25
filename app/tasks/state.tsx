import type { ShownTask, TaskState } from "#client/cursor-tasks";

/** The colour of each state: well, in progress, to be delivered, or wrong. */
export const COLOURS: Record<TaskState, string> = {
  pending: "quiet",
  completed: "soon",
  failed: "late",
  delivering: "accepted",
  delivered: "kept",
  undeliverable: "late",
  expired: "quiet",
};

/** The state of a task in words with their colour. */
export function State({ task }: { task: Pick<ShownTask, "state" | "lateAt" | "callbackId"> }) {
  const { state, lateAt, callbackId } = task;
  const isLate = lateAt !== null;
  const colour = callbackId !== null ? "quiet" : isLate ? "late" : COLOURS[state];
  return <span className={`tag whitespace-nowrap ${colour}`}>{isLate ? `${state}, late result` : state}</span>;
}
