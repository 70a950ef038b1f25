"use client";
import type { ReactNode } from "react";
import { byWhom, eventWords } from "./event-words.ts";
import { clockAt, dateOf, dayAndTime, doneOffline, exactly } from "./time.ts";

type Props = {
  at: string;
  now: number;
  kind: string;
  /** The name of the actor, or the kind of machine. */
  who: string;
  why: string;
  /** The name of the agent who reads it as "you". */
  reader?: string | null;
  /** The time of the action in a browser that could not send it at once. */
  doneAt: string | null;
  /** The number of equal events in a row. */
  times?: number;
  children?: ReactNode;
};

/** One event of a callback or a customer, with its time, actor and reason. */
export function Happening({ at, now, kind, who, why, reader = null, doneAt, times = 1, children }: Props) {
  const [words, colour] = eventWords(kind);
  const isReader = who === reader;
  return (
    <li>
      <time dateTime={at} title={exactly(at)} className="text-muted text-small">
        {dayAndTime(at, now) !== clockAt(at) && <span className="block">{dateOf(at)}</span>}
        {clockAt(at)}
      </time>
      <span aria-hidden className={`dot ${colour}`} />
      <div className="min-w-0 wrap-anywhere">
        <strong>{words}</strong> <span className="text-muted text-small">{isReader ? "by you" : byWhom(who)}</span>
        {times > 1 && <span className="text-muted text-small">, {times} times</span>}
        {/* "Accepted by Ann" says all of "Ann accepted it." */}
        {why !== `${who} accepted it.` && (
          <div className="text-muted text-small">{isReader ? asYou(why, who) : why}</div>
        )}
        {doneAt && <div className="text-small">{doneOffline(doneAt, at, now)}</div>}
        {children}
      </div>
    </li>
  );
}

/** "You took it as the next call." of the sentence that begins with the reader's name. */
function asYou(sentence: string, reader: string): string {
  return sentence.startsWith(`${reader} `) ? `You${sentence.slice(reader.length)}` : sentence;
}
