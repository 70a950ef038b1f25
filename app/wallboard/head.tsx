"use client";
import type { ReactNode, RefObject } from "react";
import { TICK_LATE_AFTER_SECONDS, type Wallboard } from "#client/monitoring";
import { Button } from "../_ui/form.tsx";
import { useIsFullScreen } from "./full-screen.ts";
import { useNow } from "./now.tsx";
import { countdown, exactly } from "../_ui/time.ts";
import { dayOf, secondOf } from "./words.ts";

type Tick = Wallboard["lastTick"];

/** The top of the wall: the last tick, the server's time, and the switch to full screen and back. */
export function Head({ lastTick, whole }: { lastTick: Tick; whole: RefObject<HTMLDivElement | null> }) {
  return (
    <div className="wall-head">
      <Today />
      <TickSign tick={lastTick} />
      <ServerClock />
      <FullScreen whole={whole} />
    </div>
  );
}

/** Green while ticks come and add up; red, with words, when one is missing for over two minutes or does not add up. */
function TickSign({ tick }: { tick: Tick }) {
  const now = useNow();
  if (!tick) return <Sign state="soon">the queue was never checked: is the cron running?</Sign>;
  const age = Math.floor((now - Date.parse(tick.at)) / 1_000);
  if (age > TICK_LATE_AFTER_SECONDS)
    return (
      <Sign state="late" hover={exactly(tick.at)} alarm="A check of the queue is missing.">
        queue not checked for {countdown(age)}: is the cron running?
      </Sign>
    );
  const said = `queue checked ${secondOf(tick.at)}`;
  if (tick.difference !== 0)
    return (
      <Sign state="late" hover={exactly(tick.at)} alarm="A check of the queue does not add up.">
        {said} · out of balance by {tick.difference}
      </Sign>
    );
  return (
    <Sign state="kept" hover={`${exactly(tick.at)}; it took ${tick.durationMs} ms and its ledger adds up.`}>
      {said}
    </Sign>
  );
}

type SignProps = { state: string; hover?: string; alarm?: string; children: ReactNode };

/** A screen reader reads `alarm` once; it would read the seconds beside it again and again. */
function Sign({ state, hover, alarm, children }: SignProps) {
  return (
    <>
      <span role="alert" className="sr-only">
        {alarm}
      </span>
      <p className={`tag wall-sign ${state}`} title={hover}>
        {children}
      </p>
    </>
  );
}

function Today() {
  const now = useNow();
  return <p className="wall-today">{dayOf(now)}</p>;
}

function ServerClock() {
  const now = useNow();
  return <time className="muted">{secondOf(now)}</time>;
}

function FullScreen({ whole }: { whole: RefObject<HTMLDivElement | null> }) {
  const isFull = useIsFullScreen();
  if (!document.fullscreenEnabled) return null;
  const toggle = () => (isFull ? document.exitFullscreen() : whole.current?.requestFullscreen());
  return <Button onClick={() => void toggle()}>{isFull ? "Leave full screen" : "Full screen"}</Button>;
}
