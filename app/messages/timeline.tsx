"use client";
import type { MessageEvent, MessageStory } from "#client/messages";
import { useDeskClock } from "../_ui/clock.ts";
import { byWhom } from "../_ui/event-words.ts";
import { When } from "../_ui/when.tsx";
import { EVENTS } from "./words.ts";

/** The events of a message, latest first, each with its reason and the answer of the provider. */
export function Timeline({ message: { timeline } }: { message: MessageStory }) {
  return (
    <ol className="timeline">
      {timeline.toReversed().map((event) => (
        <Entry key={event.seq} event={event} />
      ))}
    </ol>
  );
}

function Entry({ event: { at, type, actor, actorName, why, data } }: { event: MessageEvent }) {
  const now = useDeskClock();
  const [word, colour] = EVENTS[type] ?? [type.replaceAll("_", " "), "bg-line"];
  const { said, code, attempt } = data;
  return (
    <li>
      <span className="text-muted text-small">
        <When at={at} now={now} />
      </span>
      <span aria-hidden className={`dot ${colour}`} />
      <div className="min-w-0 wrap-anywhere">
        <strong>{word}</strong>
        <span className="text-muted text-small">
          {typeof attempt === "number" && ` attempt ${attempt}`}
          {typeof code === "string" && `, ${code}`}
          {IS_BY_PEOPLE.test(actor) && ` ${byWhom(actorName ?? actor)}`}
        </span>
        <div className="text-muted text-small">{why}</div>
        {typeof said === "string" && said !== "" && (
          <div className="text-muted text-small">
            The provider answered: <q>{said}</q>
          </div>
        )}
      </div>
    </li>
  );
}

/** Actors that are named; a worker or a cron is not worth a mention. */
const IS_BY_PEOPLE = /^(supervisor|agent|service|key)\b/;

/** The reports of the provider about a message, in its own words, also those that came late and changed nothing. */
export function Reports({ reports }: Pick<MessageStory, "reports">) {
  const now = useDeskClock();
  if (reports.length === 0) return null;
  return (
    <>
      <h3 className="small-caps mt-5">What the provider reported</h3>
      <ul className="m-0 grid list-none gap-1 p-0 text-small">
        {reports.map(({ at, source, status, errorCode }) => (
          <li key={`${at} ${status} ${errorCode}`}>
            <When at={at} now={now} /> {source}: {status}
            {errorCode !== null && `, ${errorCode}`}
          </li>
        ))}
      </ul>
    </>
  );
}
