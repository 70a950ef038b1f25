import type { Desk } from "#client/desk";
import { Fact } from "./fact.tsx";

/** How the day goes so far. */
export function MyDay({ day }: { day: Desk["day"] | undefined }) {
  if (!day) return null;
  const { kept, onTime, snoozed, toCome } = day;
  return (
    <section className="panel" aria-label="My day">
      <h2>My day</h2>
      <dl className="facts">
        <Fact value={String(kept)} of="kept" />
        <Fact value={kept === 0 ? "–" : `${Math.round((100 * onTime) / kept)} %`} of="on time" />
        <Fact value={String(snoozed)} of="snoozed" />
        <Fact value={String(toCome)} of="to come" />
      </dl>
    </section>
  );
}
