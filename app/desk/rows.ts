import { LATE_AFTER_SECONDS } from "#client/callbacks";
import { type Desk, type Hero, type PendingCallback, project, type ShownPromise, type Unsent } from "#client/desk";

/** One person with all promises that are due now or soon, most urgent first. */
export type Row = { userId: string; userName: string; callbacks: readonly [ShownPromise, ...ShownPromise[]] };

/** The list as the agent sees it: unsent actions of this browser are applied to the server's rows. */
export function rowsWith(callbacks: readonly PendingCallback[], unsent: readonly Unsent[]): ShownPromise[] {
  return callbacks.flatMap((one) => project(one, unsent) ?? []);
}

/**
 * The same for the agent's day: a promise that was put off here is neither listed at its old time nor counted until the server has
 * given it another. `callbacks` are the rows of the list, of which the day names only the first.
 */
export function dayWith(
  day: Desk["day"],
  callbacks: readonly { id: number }[],
  unsent: readonly Unsent[],
): Desk["day"] {
  const isPutOff = ({ id }: { id: number }) => project({ id, status: "pending" }, unsent) === null;
  const putOff = new Set([...day.coming, ...callbacks].filter(isPutOff).map(({ id }) => id));
  if (putOff.size === 0) return day;
  return { ...day, toCome: day.toCome - putOff.size, coming: day.coming.filter(({ id }) => !putOff.has(id)) };
}

/** The same for the next call: one whose promise was put off is no longer next. A call under way stays. */
export function heroOf(hero: Hero | null, unsent: readonly Unsent[]): Hero | null {
  if (!hero?.callback || hero.call) return hero;
  const callback = project(hero.callback, unsent);
  if (callback === hero.callback) return hero;
  return callback && { ...hero, callback };
}

/** One row per person, ordered by the most urgent promise of each; within a row accepted promises come first. */
export function rowsOf(callbacks: readonly ShownPromise[]): Row[] {
  const groups = Map.groupBy(callbacks, ({ userId }) => userId);
  return [...groups.values()].flatMap((group) => {
    const [first, ...rest] = group.toSorted((one, other) => rank(one) - rank(other));
    return first ? [{ userId: first.userId, userName: first.userName, callbacks: [first, ...rest] }] : [];
  });
}

const rank = ({ status }: PendingCallback) => (status === "accepted" ? 0 : 1);

/** The promise that can be kept first: one that waits for the decent hours of its customer comes when these begin. */
export function upcomingOf(callbacks: readonly ShownPromise[]): ShownPromise | undefined {
  return callbacks.toSorted((one, other) => keptFrom(one) - keptFrom(other))[0];
}

/** From when on this promise can be kept, in milliseconds since 1970. */
export function keptFrom({ scheduledFor, waitsUntil }: PendingCallback): number {
  return Date.parse(waitsUntil ?? scheduledFor);
}

/** From when on the most urgent of a person's promises can be kept, in seconds since 1970. */
export function dueOf({ callbacks }: Row): number {
  return Math.floor(Math.min(...callbacks.map(keptFrom)) / 1_000);
}

export type Parts = { late: Row[]; next: Row[]; waiting: Row[]; elsewhere: Row[] };

/**
 * The rows that are late, due or soon, those that wait for the decent hours of their customer, and those that a colleague has now;
 * `now` in seconds.
 */
export function partsOf(rows: readonly Row[], now: number): Parts {
  const parts: Parts = { late: [], next: [], waiting: [], elsewhere: [] };
  for (const row of rows) {
    const [{ withAgent, waitsUntil }] = row.callbacks;
    if (withAgent !== null) parts.elsewhere.push(row);
    else if (waitsUntil !== null) parts.waiting.push(row);
    else if (now - dueOf(row) > LATE_AFTER_SECONDS) parts.late.push(row);
    else parts.next.push(row);
  }
  return parts;
}
