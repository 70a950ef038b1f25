/** A number that rises by one each day, so that what is left out today is tried on another day. */
const DAY = Math.floor(Date.now() / 86_400_000);

/** Whether every combination is tried, however long it takes. */
const TRIES_ALL = process.env.EVERY_FORM === "all";

/**
 * Whether this one of many combinations, of which neighbours show nearly the same, is tried today: one of `parts`, and all of them
 * within as many days. The places of what is combined are added, so that each of them is tried with some of the others.
 */
export function isTriedToday(place: number, parts = 5): boolean {
  return TRIES_ALL || (place + DAY) % parts === 0;
}
