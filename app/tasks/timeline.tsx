import type { TaskEvent } from "#client/cursor-tasks";
import { byWhom } from "../_ui/event-words.ts";
import { When } from "../_ui/when.tsx";
import { kindOf } from "./words.ts";

/** The words of each event, and the colour of its dot. */
const WORDS: Record<string, [words: string, colour: string]> = {
  registered: ["Registered", "bg-accent"],
  launching: ["Launching", "bg-line"],
  launched: ["Launched", "bg-accent"],
  not_launched: ["Not launched", "bg-late"],
  completed: ["Completed", "bg-soon"],
  failed: ["Failed", "bg-late"],
  delivering: ["Being delivered", "bg-accepted"],
  delivery_failed: ["Not delivered", "bg-late"],
  delivered: ["Delivered", "bg-kept"],
  redelivered: ["To be redelivered", "bg-accent"],
  undeliverable: ["Undeliverable", "bg-late"],
  called_back: ["Became a callback", "bg-accent"],
  expired: ["Expired", "bg-muted"],
  late: ["Late result", "bg-late"],
};

const placed = (event: TaskEvent, place: number) => ({ ...event, place });

/** The events of a task, latest first, each with its actor and reason. */
export function Timeline({ events, now }: { events: readonly TaskEvent[]; now: number }) {
  return (
    <ol className="timeline">
      {events
        .map(placed)
        .toReversed()
        .map(({ place, at, what, actor, why }) => {
          const [words, colour] = WORDS[what] ?? [what.replaceAll("_", " "), "bg-line"];
          return (
            <li key={place}>
              <span className="text-muted text-small">
                <When at={at} now={now} />
              </span>
              <span aria-hidden className={`dot ${colour}`} />
              <div className="min-w-0">
                <strong>{words}</strong>
                {actor && <span className="text-muted text-small"> {byWhom(kindOf(actor))}</span>}
                <div className="text-muted text-small wrap-anywhere">{why}</div>
              </div>
            </li>
          );
        })}
    </ol>
  );
}
