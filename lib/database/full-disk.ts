import { isDiskFull } from "#lib/database/error";

/** Small writes still succeed on a full disk, so a refusal counts for this long. */
const COUNTS_MS = 5 * 60_000;
let refusedAt: number | null = null;

/** Remembers an error of a statement if it says that the disk of the database is full. */
export function noteFullDisk(error: unknown): void {
  if (isDiskFull(error)) refusedAt = performance.now();
}

/**
 * How many seconds ago the disk of the database last had no room for a write of this process; null: not in the last five minutes.
 */
export function secondsSinceFullDisk(): number | null {
  const age = refusedAt === null ? COUNTS_MS : performance.now() - refusedAt;
  return age < COUNTS_MS ? Math.floor(age / 1_000) : null;
}
