"use client";
import type { ReactNode } from "react";
import { useStory } from "#client/desk";
import { Failure } from "../_ui/form.tsx";
import { Scrolls } from "../_ui/scrolls.tsx";
import { HappenedList } from "../_ui/happened.tsx";
import { useDeskClock } from "../_ui/clock.ts";
import { dayOnly } from "../_ui/time.ts";

type Props = {
  /** The person in the main panel when the reader may see the history; null otherwise. */
  userId: string | null;
  /** The name of a person who is offered to anybody, so that the history is seen in the call only. */
  offered: string | null;
  /** The name of the agent who reads it. */
  reader: string;
  children: ReactNode;
};

/** The timeline of the main panel's user, with the known facts; the children come first. */
export function StoryOf({ userId, offered, reader, children }: Props) {
  const { data, error } = useStory(userId);
  const now = useDeskClock();
  // One panel until all parts are loaded: a part that comes later would move those below it.
  if (userId === null || (!data && !error))
    return (
      <section className="panel" aria-label="History" aria-busy={userId !== null}>
        <h2>History</h2>
        <p className="mt-3 mb-0 text-muted text-small wrap-anywhere">
          {offered ? (
            <>
              What happened before with <bdi>{offered}</bdi> stands here once you are in the call.
            </>
          ) : (
            "What happened before with the person in the next call stands here."
          )}
        </p>
      </section>
    );
  return (
    <Scrolls label="Customer" className="side">
      {children}
      {data && (
        <section className="panel" aria-label="Open requests">
          <h2>Open requests</h2>
          <ul className="mt-3 grid gap-2 text-small">
            {data.user.doNotCall && (
              <li>
                <span className="tag late">do not call</span> asked not to be called
              </li>
            )}
            {data.open.map(({ what, since }) => (
              <li key={`${what}${since}`}>
                <span className="tag soon">open</span> {what}, since {dayOnly(since, now)}
              </li>
            ))}
            {data.open.length === 0 && <li className="text-muted">Nothing is open.</li>}
          </ul>
        </section>
      )}
      <section className="panel" aria-label="History">
        <h2 className="pb-3">History</h2>
        <Failure error={data ? null : error} />
        {data && <HappenedList story={data.story} now={now} reader={reader} />}
      </section>
    </Scrolls>
  );
}
