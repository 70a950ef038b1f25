"use client";
import { type Story, useStory } from "#client/desk";
import { Failure } from "../_ui/form.tsx";
import { useSeconds } from "../_ui/clock.ts";
import { dayAndTime, onOwnClock } from "../_ui/time.ts";

/** What happened with the user of the big thing, and what we know. */
export function StoryOf({ userId }: { userId: string | null }) {
  const { data, error } = useStory(userId);
  if (userId === null)
    return (
      <section className="panel" aria-label="Story">
        <h2>Story</h2>
        <p className="text-muted text-small">
          Once there is a next call, what happened before with this person is here.
        </p>
      </section>
    );
  return (
    <div className="side">
      <section className="panel" aria-label="Story">
        <h2>{data ? `${data.user.name.split(" ")[0]}’s story` : "Story"}</h2>
        <Failure error={data ? null : error} />
        {data && <Timeline story={data.story} />}
      </section>
      {data && (
        <section className="panel" aria-label="What we know">
          <h2>What we know</h2>
          <ul className="grid gap-2 text-small">
            {data.user.doNotCall && (
              <li>
                <span className="tag late">do not call</span> asked not to be called
              </li>
            )}
            {data.open.map(({ what, since }) => (
              <li key={`${what}${since}`}>
                <span className="tag soon">open</span> {what}, since {since.slice(0, 10)}
              </li>
            ))}
            {data.open.length === 0 && <li className="text-muted">Nothing is open.</li>}
          </ul>
        </section>
      )}
    </div>
  );
}

function Timeline({ story }: Pick<Story, "story">) {
  const now = useSeconds() * 1_000;
  if (story.length === 0) return <p className="text-muted text-small">Nothing happened yet.</p>;
  return (
    <ol className="timeline">
      {story.map(({ at, kind, who, text, notes, callbackId }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two things of one moment differ by their place only.
        <li key={`${at}${kind}${callbackId}${place}`} className={kind}>
          <time dateTime={at} title={at}>
            {dayAndTime(at, now)}
          </time>
          <div>
            <strong>{kind.replaceAll("_", " ")}</strong>
            {!["system", "cron"].includes(who) && ` by ${who}`}
            <p className="text-muted">{onOwnClock(text, at)}</p>
            {notes && <p>“{notes}”</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
