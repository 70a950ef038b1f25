"use client";
import { useDeskClock } from "./clock.ts";
import { dayAndTime, exactly, span } from "./time.ts";
import { counted } from "./words.ts";

type Props = { who: string; device: string; unsent: number; oldestAt: string; reportedAt: string };

/** The report of a browser in use is never this old. */
const SILENT_MS = 120_000;

/** "Maya's Mac holds 3 unsent actions since 14:02"; for a browser that has gone silent, with the age of its last report. */
export function UnsentSentence({ who, device, unsent, oldestAt, reportedAt }: Props) {
  const now = useDeskClock();
  const age = now - Date.parse(reportedAt);
  return (
    <>
      {who}'s {device} holds {counted(unsent, "unsent action")} since{" "}
      <time dateTime={oldestAt} title={exactly(oldestAt)}>
        {dayAndTime(oldestAt, now)}
      </time>
      {age > SILENT_MS && (
        <>
          {" "}
          (<time title={exactly(reportedAt)}>not seen for {span(age)}</time>)
        </>
      )}
      .
    </>
  );
}
