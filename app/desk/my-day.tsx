import type { Desk } from "#client/desk";

/** How the day goes so far. */
export function MyDay({ day }: { day: Desk["day"] | undefined }) {
  if (!day) return null;
  const { kept, onTime, snoozed, toCome } = day;
  return (
    <section className="panel" aria-label="My day">
      <h2>My day</h2>
      <dl className="facts">
        <Figure value={String(kept)} of="kept" />
        <Figure value={kept === 0 ? "–" : `${Math.round((100 * onTime) / kept)} %`} of="on time" />
        <Figure value={String(snoozed)} of="snoozed" />
        <Figure value={String(toCome)} of="to come" />
      </dl>
    </section>
  );
}

function Figure({ value, of }: { value: string; of: string }) {
  return (
    <div>
      <dd>{value}</dd>
      <dt>{of}</dt>
    </div>
  );
}
