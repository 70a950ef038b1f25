"use client";
import { useRef, useState } from "react";
import type { PendingCallback } from "#client/desk";

/**
 * A list that keeps its places while it is held: rows change and go, but new ones wait until they are asked for or the
 * list is let go.
 */
export function useSteadyList(current: readonly PendingCallback[]) {
  const [held, setHeld] = useState<readonly number[] | null>(null);
  const latest = useRef(current);
  latest.current = current;
  const byId = new Map(current.map((one) => [one.id, one]));
  const kept = held?.flatMap((id) => byId.get(id) ?? []);
  // In an empty list nothing can move.
  const places = kept?.length === 0 ? undefined : kept;
  const showAll = () => setHeld(latest.current.map(({ id }) => id));
  return {
    shown: places ?? current,
    waiting: places ? current.length - places.length : 0,
    hold: () => held ?? showAll(),
    release: () => setHeld(null),
    showAll,
  };
}
