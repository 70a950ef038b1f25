import { TASK_STATES, type TaskPage, type TaskState } from "#client/cursor-tasks";
import { span } from "../_ui/time.ts";
import { COLOURS } from "./state.tsx";

type Props = {
  /** Undefined until it is loaded. */
  of: Pick<TaskPage, "counts" | "oldestPendingSeconds"> | undefined;
  chosen: TaskState | undefined;
  onChoose: (state: TaskState | undefined) => void;
};

/** The number of tasks in each state. Pressing one filters by it; pressing it again shows all. Without a task it says so. */
export function Counts({ of, chosen, onChoose }: Props) {
  const oldest = of?.oldestPendingSeconds ?? null;
  if (of && chosen === undefined && TASK_STATES.every((state) => of.counts[state] === 0))
    return <p className="counts-none">Tasks are counted here by their state: {TASK_STATES.join(", ")}.</p>;
  return (
    <fieldset className="counts">
      <legend className="sr-only">Show the tasks that are</legend>
      {TASK_STATES.map((state) => {
        const count = of?.counts[state];
        return (
          <button
            key={state}
            type="button"
            className={count ? COLOURS[state] : undefined}
            aria-pressed={state === chosen}
            onClick={() => onChoose(state === chosen ? undefined : state)}
          >
            <span className="count">{count ?? "…"}</span> {state}
            {state === "pending" && oldest !== null && (
              <span className="text-muted text-tiny">oldest {span(oldest * 1_000)}</span>
            )}
          </button>
        );
      })}
    </fieldset>
  );
}
