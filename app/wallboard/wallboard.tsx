"use client";
import { useRef } from "react";
import { useWallboard, type Wallboard as Wall } from "#client/monitoring";
import { Agents } from "./agents.tsx";
import { DayPanel, TicksPanel, WaitPanel } from "./day.tsx";
import { Figures } from "./figures.tsx";
import { Head } from "./head.tsx";
import { HeatMap } from "./heat-map.tsx";
import { Meanings } from "./meanings.tsx";
import { NeedsYou } from "./needs-you.tsx";
import { Queues } from "./queues.tsx";
import { Failed, Loading, Stale } from "./states.tsx";

/** The wallboard, in all of its states. The last known data stays while the server cannot be reached. */
export function Wallboard() {
  const { data, error, refetch } = useWallboard();
  if (!data && !error) return <Loading />;
  if (!data) return <Failed error={error} onRetry={() => void refetch()} />;
  return <Whole wall={data} error={error} />;
}

function Whole({ wall, error }: { wall: Wall; error: Error | null }) {
  const whole = useRef<HTMLDivElement>(null);
  return (
    <div className="wall" ref={whole}>
      <div className="wall-first">
        <Head lastTick={wall.lastTick} whole={whole} />
        <Stale error={error} at={wall.now} />
        <Figures figures={wall.figures} lastTick={wall.lastTick} />
        <div className="wall-columns">
          <DayPanel quarters={wall.quarters} />
          <Agents agents={wall.agents} states={wall.agentStates} cap={wall.agentCallbackCap} unsent={wall.unsent} />
          <NeedsYou wall={wall} />
          <Queues queues={wall.queues} />
        </div>
      </div>
      <div className="wall-charts">
        <WaitPanel quarters={wall.quarters} />
        <TicksPanel ticks={wall.ticks} lastTick={wall.lastTick} />
        <HeatMap week={wall.week} target={wall.figures.onTimeTarget} />
      </div>
      <Meanings />
    </div>
  );
}
