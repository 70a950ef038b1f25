import type { TaskPage } from "#client/cursor-tasks";
import { useDeskClock } from "../_ui/clock.ts";
import { When } from "../_ui/when.tsx";

/** The number of results that wait for their task; nothing when there are none. */
export function Parked({ results }: { results: number }) {
  if (results === 0) return null;
  return (
    <p className="notice soon">
      {results === 1
        ? "1 result came before its task was registered. It is parked, and given to the task when that is registered."
        : `${results} results came before their tasks were registered. They are parked, and given to them when those are registered.`}
    </p>
  );
}

type Hook = TaskPage["refused"][number];

/** The signed webhooks that could not be taken, with the reasons; nothing when there are none. */
export function Refused({ hooks }: { hooks: readonly Hook[] }) {
  const now = useDeskClock();
  if (hooks.length === 0) return null;
  return (
    <details className="notice late">
      <summary>
        {hooks.length === 1 ? "1 web hook" : `The last ${hooks.length} web hooks that`} could not be taken
      </summary>
      <ul>
        {hooks.map(({ at, about, why }) => (
          <li key={`${at} ${about} ${why}`} className="wrap-anywhere">
            <When at={at} now={now} /> {about?.replace(":", " ") ?? "names no task"}: {why}
          </li>
        ))}
      </ul>
    </details>
  );
}
