"use client";
import type { Story } from "#client/desk";
import { Happening } from "./happening.tsx";
import { whyWords } from "./why.ts";
import { Words } from "./words-shown.tsx";

type Happened = Story["story"][number];

type Props = {
  story: readonly Happened[];
  now: number;
  /** The name of the agent who reads it as "you". */
  reader?: string | null;
};

/** The timeline of a customer, newest first; equal neighbours are one entry with their number. */
export function HappenedList({ story, now, reader = null }: Props) {
  if (story.length === 0) return <p className="text-muted text-small">Nothing happened yet.</p>;
  return (
    <ol className="timeline">
      {runsOf(story).map(({ times, newest: { at, kind, who, text, reason, notes, callbackId, doneAt } }, place) => (
        <Happening
          // biome-ignore lint/suspicious/noArrayIndexKey: two things of one moment differ by their place only.
          key={`${at}${kind}${callbackId}${place}`}
          at={at}
          now={now}
          kind={kind}
          who={who}
          why={whyWords(text, reason, reader)}
          reader={reader}
          doneAt={doneAt}
          times={times}
        >
          {notes && (
            <div className="text-small" dir="auto">
              “<Words text={notes} />”
            </div>
          )}
        </Happening>
      ))}
    </ol>
  );
}

/** Runs of equal neighbours, each with its newest entry and its length. */
export function runsOf(story: readonly Happened[]): { newest: Happened; times: number }[] {
  const runs: { newest: Happened; times: number }[] = [];
  for (const one of story) {
    const run = runs.at(-1);
    const isSame = run && run.newest.kind === one.kind && run.newest.who === one.who && run.newest.text === one.text;
    if (isSame && !hasMore(one) && !hasMore(run.newest)) run.times += 1;
    else runs.push({ newest: one, times: 1 });
  }
  return runs;
}

/** Whether the entry has contents of its own, which keep it apart from its neighbours. */
function hasMore({ notes, doneAt }: Happened): boolean {
  return notes !== null || doneAt !== null;
}
