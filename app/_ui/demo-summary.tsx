"use client";
import Link from "next/link";
import type { DemoDay } from "#client/demo";

type Last = NonNullable<DemoDay["last"]>;

/** What came of a demo day, in one sentence. */
export function DemoSummary({ last, onClose }: { last: Last; onClose: () => void }) {
  return (
    <section className="panel demo-summary" aria-label="The demo day">
      <h2 className="big">The day is over</h2>
      <p>{summaryOf(last)}</p>
      <Link
        className="button plain small"
        href={`/callbacks?show=all&from=${last.startedAt}&order=newest`}
        onClick={onClose}
        prefetch={false}
      >
        See each with its story
      </Link>
      <button type="button" className="plain-button" onClick={onClose} aria-label="Close the summary of the day">
        ×
      </button>
    </section>
  );
}

/** "31 promised, 28 called on time, 1 late, 2 still to come: nothing was lost." */
export function summaryOf({ promised, onTime, late, toCome, agentsLeft }: Last): string {
  const others = [
    late > 0 && `${late} late`,
    toCome > 0 && `${toCome} still to come`,
    agentsLeft > 0 && `${agentsLeft} ${agentsLeft === 1 ? "colleague" : "colleagues"} went home`,
  ].filter(Boolean);
  return `${[`${promised} promised`, `${onTime} called on time`, ...others].join(", ")}. Nothing was lost.`;
}
