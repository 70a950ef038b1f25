/** A day on the reader's clock, from midnight to midnight: 23, 24 or 25 hours. */
export type Day = { name: string; weekday: string; start: Date; end: Date; isToday: boolean };
export type Count = { callbacks: number; late: number };

/** Monday to Sunday of the week of `now` (milliseconds), or of a week that many weeks ahead. */
export function weekOf(now: number, weeksAhead: number): Day[] {
  const today = new Date(now);
  const monday = today.getDate() - ((today.getDay() + 6) % 7) + 7 * weeksAhead;
  const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
  const named = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
  return [0, 1, 2, 3, 4, 5, 6].map((day) => {
    const start = new Date(today.getFullYear(), today.getMonth(), monday + day);
    const end = new Date(today.getFullYear(), today.getMonth(), monday + day + 1);
    return {
      name: named.format(start),
      weekday: weekday.format(start),
      start,
      end,
      isToday: start <= today && today < end,
    };
  });
}

/** The beginning and end of an hour of a day. */
export function hourOf({ start }: Day, hour: number): { from: Date; to: Date } {
  const at = (hours: number) => new Date(start.getFullYear(), start.getMonth(), start.getDate(), hours);
  return { from: at(hour), to: at(hour + 1) };
}

/** Sums quarters of an hour to whole hours of the reader's clock, by the instant the hour begins. */
export function countByHour(quarters: readonly ({ at: string } & Count)[]): Map<number, Count> {
  const counts = new Map<number, Count>();
  for (const { at, callbacks, late } of quarters) {
    const hour = new Date(at).setMinutes(0, 0, 0);
    const before = counts.get(hour) ?? { callbacks: 0, late: 0 };
    counts.set(hour, { callbacks: before.callbacks + callbacks, late: before.late + late });
  }
  return counts;
}

/** Office hours, and every other hour with a promise. */
export function hoursShown(counts: ReadonlyMap<number, Count>): number[] {
  const used = [...counts.keys()].map((at) => new Date(at).getHours());
  const [first, last] = [Math.min(8, ...used), Math.max(18, ...used)];
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}
