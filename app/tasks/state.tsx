import type { ShownTask, TaskState } from "#client/cursor-tasks";

/** The colour beside the word: what is well, what goes on, what is to be delivered, what went wrong. */
export const COLOURS: Record<TaskState, string> = {
  pending: "quiet",
  completed: "soon",
  failed: "late",
  delivering: "accepted",
  delivered: "kept",
  undeliverable: "late",
  expired: "quiet",
};

/** How a task stands, in words with their colour. */
export function State({ task }: { task: Pick<ShownTask, "state" | "lateAt" | "callbackId"> }) {
  const { state, lateAt, callbackId } = task;
  const isLate = lateAt !== null;
  const colour = callbackId !== null ? "quiet" : isLate ? "late" : COLOURS[state];
  return <span className={`tag whitespace-nowrap ${colour}`}>{isLate ? `${state}, late result` : state}</span>;
}
