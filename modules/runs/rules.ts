import { createHash } from "node:crypto";
import type { RunStatus } from "./states.ts";

/** The operations on a run, and the states that allow them. */
export const VERBS = {
  pause: ["PENDING", "RUNNING", "PAUSED"],
  resume: ["PENDING", "RUNNING", "PAUSED"],
  // Cancelling twice is harmless.
  cancel: ["PENDING", "RUNNING", "PAUSED", "CANCELLED"],
  // Failed items of an ended run may still be retried; the run stays as it ended.
  retry: ["PENDING", "RUNNING", "PAUSED", "COMPLETED", "FAILED"],
} as const satisfies Record<string, readonly RunStatus[]>;
export type Verb = keyof typeof VERBS;

export const MAX_JOBS = 1_000_000;
/** Maximum jobs that one transaction queues; a larger run is filled chunk by chunk and sealed with the last. */
export const CHUNK = 5_000;
/** Maximum items of one bulk operation; another call takes the others. */
export const MAX_BATCH_SIZE = 5_000;

/** The number of scenarios in a percentage of `all`: rounded down, at least one. */
export function sampleSize(all: number, percentage: number): number {
  // In whole hundredths of a percent: 0.29 x 100 is not 29 in floating point.
  return Math.max(1, Math.floor((all * Math.round(percentage * 100)) / 10_000));
}

/**
 * The places of the sampled scenarios, in the order of the definition. The choice depends on the ids and the seed alone: each
 * scenario gets the SHA-256 of "seed:id", and the smallest are taken. It is the same on any machine.
 */
export function samplePlaces(ids: readonly string[], percentage: number, seed: bigint): number[] {
  const drawn = ids.map((id, place) => ({ place, lot: createHash("sha256").update(`${seed}:${id}`).digest("hex") }));
  drawn.sort((left, right) => (left.lot < right.lot ? -1 : 1));
  return drawn
    .slice(0, sampleSize(ids.length, percentage))
    .map(({ place }) => place)
    .sort((left, right) => left - right);
}
