"use client";
import type { ReactNode } from "react";
import { type Story, useStory } from "#client/desk";
import { Failure } from "../_ui/form.tsx";
import { Scrolls } from "../_ui/scrolls.tsx";
import { useDeskClock, useSeconds } from "../_ui/clock.ts";
import { dayAndTime, dayOnly, doneOffline, exactly } from "../_ui/time.ts";
import { whyWords } from "../_ui/why.ts";

/** What happened with the user of the big thing, and what we know; first of all what the children say. */
export function StoryOf({ userId, children }: { userId: string | null; children: ReactNode }) {
  const { data, error } = useStory(userId);
  const now = useDeskClock();
  if (userId === null)
    return (
      <section className="panel" aria-label="History">
        <h2>History</h2>
        <p className="mt-3 mb-0 text-muted text-small">
          What happened before with the person in the next call stands here.
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
        {data && <Timeline story={data.story} />}
      </section>
    </Scrolls>
  );
}

function Timeline({ story }: Pick<Story, "story">) {
  const now = useSeconds() * 1_000;
  if (story.length === 0) return <p className="text-muted text-small">Nothing happened yet.</p>;
  return (
    <ol className="timeline">
      {story.map(({ at, kind, who, text, reason, notes, callbackId, doneAt }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two things of one moment differ by their place only.
        <li key={`${at}${kind}${callbackId}${place}`} className={kind}>
          <time dateTime={at} title={exactly(at)}>
            {dayAndTime(at, now)}
          </time>
          <div>
            <strong>{kind.replaceAll("_", " ")}</strong>
            {!["system", "cron"].includes(who) && ` by ${who}`}
            <p className="text-muted">{whyWords(text, reason)}</p>
            {doneAt && <p>{doneOffline(doneAt, at, now)}</p>}
            {notes && <p>“{notes}”</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
