import type { CallbackEvent } from "#client/callbacks";
import { Happening } from "../_ui/happening.tsx";
import { whyWords } from "../_ui/why.ts";

/** Everything that happened to a callback, the latest first, each with who and why. */
export function Timeline({ events, now }: { events: readonly CallbackEvent[]; now: number }) {
  return (
    <ol className="timeline">
      {events.toReversed().map(({ seq, at, type, actor, actorName, why, reason, doneAt }) => (
        <Happening
          key={seq}
          at={at}
          now={now}
          kind={type}
          who={actorName ?? actor}
          why={whyWords(why, reason)}
          doneAt={doneAt}
        />
      ))}
    </ol>
  );
}
