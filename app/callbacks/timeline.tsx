import type { CallbackEvent } from "#client/callbacks";
import { doneOffline } from "../_ui/time.ts";
import { When } from "../_ui/when.tsx";
import { whyWords } from "../_ui/why.ts";

/** What each event is called, and the colour of its dot. */
const WORDS: Record<string, [words: string, colour: string]> = {
  created: ["Promised", "bg-accent"],
  queued: ["Queued", "bg-line"],
  covered: ["Covered by another call", "bg-line"],
  rerouted: ["Routed again", "bg-line"],
  refused: ["Not queued", "bg-late"],
  quarantined: ["Set aside", "bg-late"],
  accepted: ["Accepted", "bg-accepted"],
  snoozed: ["Snoozed", "bg-soon"],
  snooze_undone: ["Snooze taken back", "bg-line"],
  released: ["Given back", "bg-soon"],
  skipped: ["Skipped", "bg-soon"],
  returned: ["Taken back", "bg-soon"],
  reassigned: ["Moved", "bg-accent"],
  rescheduled: ["Another time", "bg-accent"],
  call_started: ["Call began", "bg-accepted"],
  retried: ["Nobody reached", "bg-soon"],
  completed: ["Kept", "bg-kept"],
  failed: ["Not reached", "bg-late"],
  cancelled: ["Cancelled", "bg-muted"],
  outcome_undone: ["Outcome taken back", "bg-line"],
  erased: ["Erased", "bg-muted"],
};

/** Everything that happened to a callback, the latest first, each with who and why. */
export function Timeline({ events, now }: { events: readonly CallbackEvent[]; now: number }) {
  return (
    <ol className="timeline">
      {events.toReversed().map((event) => {
        const [words, colour] = WORDS[event.type] ?? [event.type.replaceAll("_", " "), "bg-line"];
        return (
          <li key={event.seq}>
            <span className="text-muted text-small">
              <When at={event.at} now={now} />
            </span>
            <span aria-hidden className={`dot ${colour}`} />
            <div>
              <strong>{words}</strong> <span className="text-muted text-small">{nameOf(event)}</span>
              <div className="text-muted text-small">{whyWords(event.why, event.reason)}</div>
              {event.doneAt && <div className="text-small">{doneOffline(event.doneAt, event.at, now)}</div>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function nameOf({ actor, actorName }: CallbackEvent): string {
  if (actorName) return `by ${actorName}`;
  if (actor === "cron" || actor === "system") return "automatically";
  if (actor === "service") return "through the API";
  return actor.startsWith("key ") ? `by API ${actor}` : `by ${actor}`;
}
