"use client";
import { useEffect, useState } from "react";
import type { Hero } from "#client/desk";
import { useOfSeconds } from "../_ui/clock.ts";
import { clockAt, span } from "../_ui/time.ts";
import { silentMinutes } from "./silence.ts";

type Call = NonNullable<Hero["call"]>;

/**
 * Warns, on the page and in its title, that a call is still open: when no heartbeat has reached the server for some minutes, and
 * after that until the outcome is saved. An agent who wakes the machine sees until when.
 */
export function Lease({ call, name }: { call: Call; name: string }) {
  const alive = Math.floor(Date.parse(call.lastAliveAt) / 1_000);
  const ends = Math.floor(Date.parse(call.leaseEndsAt) / 1_000);
  const silent = useOfSeconds((now) => silentMinutes({ alive, ends, now }));
  const isOver = useOfSeconds((now) => Number(now >= ends)) === 1;
  const [longest, setLongest] = useState(0);
  useEffect(() => setLongest((before) => Math.max(before, silent)), [silent]);
  const isShown = longest > 0;
  const until = clockAt(call.leaseEndsAt);
  useEffect(() => {
    if (!isShown) return;
    const before = document.title;
    document.title = isOver ? `Call open: save it now · ${before}` : `Call open: save by ${until} · ${before}`;
    return () => {
      document.title = before;
    };
  }, [isShown, isOver, until]);
  if (!isShown) return null;
  return (
    <p role="alert" className={`notice ${silent > 0 ? "late" : "soon"}`}>
      Your call with {name} is still open. This page was not in touch for {span(longest * 60_000)}.{" "}
      {isOver
        ? "Save the outcome now: at any moment somebody else may be asked to call."
        : `Save the outcome by ${until}, or the call goes back and somebody else may be asked to call.`}
    </p>
  );
}
