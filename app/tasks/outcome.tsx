import type { TaskStory } from "#client/cursor-tasks";
import { Scrolls } from "../_ui/scrolls.tsx";
import { asText } from "./words.ts";

type Ended = { result: unknown; error: string | null };
type Props = { task: Pick<TaskStory, "result" | "error" | "lateOutcome" | "toolArgs" | "sessionPayload"> };

/** The input and the result of a task: words of strangers, shown as text and nothing else. */
export function Outcome({ task }: Props) {
  const late = task.lateOutcome as Ended | null;
  return (
    <>
      <Ending {...task} />
      {late && <Ending {...late} isLate />}
      <Box title="Arguments" value={task.toolArgs} />
      <Box title="Session payload" value={task.sessionPayload} />
    </>
  );
}

function Ending({ result, error, isLate = false }: Ended & { isLate?: boolean }) {
  const what = error === null ? "result" : "error";
  return (
    <Box
      title={isLate ? `Late ${what}` : `${what.slice(0, 1).toUpperCase()}${what.slice(1)}`}
      value={error ?? result}
    />
  );
}

/** The body of a webhook that could not be taken. */
export function Sent({ value }: { value: unknown }) {
  return <Box title="What was sent" value={value} />;
}

function Box({ title, value }: { title: string; value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <>
      <h3 className="small-caps mt-5">{title}</h3>
      <Scrolls label={title} className="words">
        <pre>{asText(value)}</pre>
      </Scrolls>
    </>
  );
}
