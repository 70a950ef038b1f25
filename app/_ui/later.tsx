"use client";
import { type ComponentType, createElement, lazy, type ReactNode, Suspense } from "react";

/** The milliseconds until a script that could not be loaded is requested again. */
const AGAIN_AFTER_MS = 2_000;

/**
 * A part of a screen whose script is loaded when the part is first drawn, with `instead` drawn until then. A script that cannot be
 * loaded, as without a connection, is requested again; the rest of the screen works meanwhile.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, instead: ReactNode = null) {
  const Part = lazy(async () => ({ default: await loaded(load) }));
  return (props: P) => (
    <Suspense fallback={instead}>{createElement(Part as unknown as ComponentType<P>, props)}</Suspense>
  );
}

async function loaded<P>(load: () => Promise<P>): Promise<P> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }
}
