/** A number that rises by one each day, so that combinations that are left out today are tried on another day. */
const DAY = Math.floor(Date.now() / 86_400_000);

/** Whether all combinations are tried, in a long run. */
const TRIES_ALL = process.env.EVERY_FORM === "all";

/**
 * Whether this combination is tried today, among many whose neighbours show nearly the same: one in `parts`, and all of them within
 * as many days. `place` is the sum of the places of the combined values, so that each value is tried with some of the others.
 */
export function isTriedToday(place: number, parts = 5): boolean {
  return TRIES_ALL || (place + DAY) % parts === 0;
}
