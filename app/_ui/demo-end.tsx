"use client";
import { usePathname } from "next/navigation";
import { useEffect, useState } from "react";
import { useDemoDay } from "#client/demo";
import { keep, kept } from "./kept.ts";
import { later } from "./later.tsx";

const DemoSummary = later(async () => (await import("./demo-summary.tsx")).DemoSummary);

/** The summary of the last demo day: on the first screen that is open after its end, until it is dismissed or that screen is left. */
export function DemoEnd() {
  const { data } = useDemoDay();
  const [gone, setGone] = useState<string | null>(null);
  const path = usePathname();
  const last = data?.endsAt === null && data.last && data.last.promised > 0 ? data.last : null;
  const keptAs = `demo-summary-${last?.endedAt}`;
  const isShown = last !== null && gone !== keptAs && [null, path].includes(kept(keptAs));
  useEffect(() => {
    if (isShown) keep(keptAs, path);
  }, [isShown, keptAs, path]);
  if (!isShown) return null;
  const close = () => {
    keep(keptAs, "gone");
    setGone(keptAs);
  };
  return <DemoSummary last={last} onClose={close} />;
}
