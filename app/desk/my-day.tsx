"use client";
import type { Desk } from "#client/desk";
import { useDeskClock } from "../_ui/clock.ts";
import { exactly, dayAndTime, placeOf } from "../_ui/time.ts";
import { Fact } from "./fact.tsx";

/** The figures of the agent's day so far. */
export function MyDay({ day }: { day: Desk["day"] | undefined }) {
  if (!day) return null;
  const { timeZone, kept, onTime, snoozed, toCome, coming } = day;
  return (
    <section className="panel" aria-label="My day">
      <h2>My day</h2>
      <dl className="facts">
        <Fact value={String(kept)} of="kept" />
        <Fact value={kept === 0 ? "–" : `${Math.round((100 * onTime) / kept)} %`} of="on time" />
        <Fact value={String(snoozed)} of="snoozed" />
        <Fact value={String(toCome)} of="to call" />
      </dl>
      {timeZone !== Intl.DateTimeFormat().resolvedOptions().timeZone && (
        <p className="text-muted text-small">Your day is counted on the clock of {placeOf(timeZone)}.</p>
      )}
      {coming.length > 0 && <Coming coming={coming} />}
    </section>
  );
}

function Coming({ coming }: Pick<Desk["day"], "coming">) {
  const now = useDeskClock();
  return (
    <>
      <h3 className="m-0 mt-3 text-small">Later today</h3>
      <ul className="grid gap-1 text-small" aria-label="Later today">
        {coming.map(({ id, userName, scheduledFor }) => (
          <li key={id} className="flex justify-between gap-2">
            <bdi className="min-w-0 wrap-anywhere">{userName}</bdi>
            <time dateTime={scheduledFor} title={exactly(scheduledFor)} className="text-muted">
              {dayAndTime(scheduledFor, now)}
            </time>
          </li>
        ))}
      </ul>
    </>
  );
}
