"use client";
import { useState } from "react";
import { useDemoDay } from "#client/demo";
import { keep, kept } from "./kept.ts";
import { later } from "./later.tsx";

const DemoSummary = later(async () => (await import("./demo-summary.tsx")).DemoSummary);

/** The summary of the last demo day, until it is dismissed. */
export function DemoEnd() {
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
  return <DemoSummary last={last} onClose={close} />;
}
