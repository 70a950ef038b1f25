import { type Hero, type PendingCallback, project, type ShownPromise, type Unsent } from "#client/desk";

/** One person with everything that was promised to them and is due or soon will be, the most urgent first. */
export type Row = { userId: string; userName: string; callbacks: readonly [ShownPromise, ...ShownPromise[]] };

/** A promise is due for five minutes, and late after that: on every screen. */
export const LATE_AFTER_SECONDS = 300;

/** The list as the agent sees it: what this browser has not sent yet is drawn over what the server knows. */
export function rowsWith(callbacks: readonly PendingCallback[], unsent: readonly Unsent[]): ShownPromise[] {
  return callbacks.flatMap((one) => project(one, unsent) ?? []);
}

/** The same for the next call; one whose promise was put off is not next any more. A call under way stays. */
export function heroOf(hero: Hero | null, unsent: readonly Unsent[]): Hero | null {
  if (!hero?.callback || hero.call) return hero;
  const callback = project(hero.callback, unsent);
  if (callback === hero.callback) return hero;
  return callback && { ...hero, callback };
}

/** One row per person, in the order of what is most urgent with each; what the agent has accepted comes first of theirs. */
export function rowsOf(callbacks: readonly ShownPromise[]): Row[] {
  const groups = Map.groupBy(callbacks, ({ userId }) => userId);
  return [...groups.values()].flatMap((group) => {
    const [first, ...rest] = group.toSorted((one, other) => rank(one) - rank(other));
    return first ? [{ userId: first.userId, userName: first.userName, callbacks: [first, ...rest] }] : [];
  });
}

const rank = ({ status }: PendingCallback) => (status === "accepted" ? 0 : 1);

/** When the most urgent of a person's promises is due, in seconds since 1970. */
export function dueOf({ callbacks }: Row): number {
  return Math.floor(Math.min(...callbacks.map(({ scheduledFor }) => Date.parse(scheduledFor))) / 1_000);
}

export type Parts = { late: Row[]; next: Row[]; elsewhere: Row[] };

/** Late, due or soon, and what somebody else has for now; `now` in seconds. What waits for the morning is not late. */
export function partsOf(rows: readonly Row[], now: number): Parts {
  const parts: Parts = { late: [], next: [], elsewhere: [] };
  for (const row of rows) {
    const [{ withAgent, waitsUntil }] = row.callbacks;
    if (withAgent !== null) parts.elsewhere.push(row);
    else if (waitsUntil === null && now - dueOf(row) > LATE_AFTER_SECONDS) parts.late.push(row);
    else parts.next.push(row);
  }
  return parts;
}
