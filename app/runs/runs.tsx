"use client";
import { useAddress } from "../_ui/address.ts";
import { useHold } from "../_ui/live.tsx";
import { placeOf } from "./address.ts";
import { Compared } from "./compared.tsx";
import { RunList } from "./run-list.tsx";
import { RunPage } from "./run-page.tsx";

/** The runs, one of them, or two side by side, as the address says. */
export function Runs() {
  const place = placeOf(useAddress());
  const { isHeld, live } = useHold();
  const { runId, otherId } = place;
  return (
    <>
      {runId !== undefined && otherId !== undefined ? (
        <Compared key={`${runId} ${otherId}`} a={runId} b={otherId} isHeld={isHeld} live={live} />
      ) : runId !== undefined ? (
        <RunPage key={runId} runId={runId} place={place} isHeld={isHeld} live={live} />
      ) : (
        <RunList status={place.status} isHeld={isHeld} live={live} />
      )}
    </>
  );
}
