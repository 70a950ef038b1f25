"use client";
import Link from "next/link";
import { useState } from "react";
import { type DemoDay, useDemoDay } from "#client/demo";
import { Button } from "./form.tsx";
import { keep, kept } from "./kept.ts";

/** The summary of the last demo day, until it is dismissed. */
export function DemoSummary() {
  const { data } = useDemoDay();
  const [gone, setGone] = useState<string | null>(null);
  const last = data?.last;
  if (!last || data.endsAt !== null || last.promised === 0) return null;
  const keptAs = `demo-summary-${last.endedAt}`;
  if (gone === keptAs || kept(keptAs) !== null) return null;
  const close = () => {
    keep(keptAs, "gone");
    setGone(keptAs);
  };
  return (
    <section className="panel demo-summary" aria-label="The demo day">
      <h2 className="big">The day is over</h2>
      <p>{summaryOf(last)}</p>
      <div className="flex flex-wrap gap-2">
        <Link
          className="button plain"
          href={`/callbacks?show=all&from=${last.startedAt}&order=newest`}
          onClick={close}
          prefetch={false}
        >
          See each with its story
        </Link>
        <Button onClick={close}>Close</Button>
      </div>
    </section>
  );
}

/** "31 promised, 28 called on time, 1 late, 2 still to come: nothing was lost." */
export function summaryOf({ promised, onTime, late, toCome, agentsLeft }: NonNullable<DemoDay["last"]>): string {
  const others = [
    late > 0 && `${late} late`,
    toCome > 0 && `${toCome} still to come`,
    agentsLeft > 0 && `${agentsLeft} ${agentsLeft === 1 ? "colleague" : "colleagues"} went home in between`,
  ].filter(Boolean);
  return `${[`${promised} promised`, `${onTime} called on time`, ...others].join(", ")}. Nothing was lost: each promise has its story.`;
}
