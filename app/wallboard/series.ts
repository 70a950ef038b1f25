/** The values of the rows that are drawn under one name. */
export type Series<R> = {
  name: string;
  fill: string;
  /** Series of the same stack are drawn on top of each other. */
  stack?: string;
  value: (row: R) => number | null;
  isLate?: (row: R) => boolean;
};
/** One quarter hour as it is drawn: its values by the name of the series, and the series that are late. */
export type Column = { at: string; values: Record<string, number | null>; late: readonly string[] };

export const QUARTER_MS = 900_000;

/** The shortest past and the longest future that a chart shows: the day, without the empty hours before a late promise. */
const BEFORE_MS = 2 * 3_600_000;
const AHEAD_MS = 3 * 3_600_000;

/** Every quarter hour of the rows, without holes, up to now and a little further. Rows come in order. */
export function quartersOf(rows: readonly { at: string }[], now: number): number[] {
  const times = rows.map(({ at }) => Date.parse(at));
  const quarter = now - (now % QUARTER_MS);
  const first = Math.min(times[0] ?? quarter, quarter - BEFORE_MS);
  const last = Math.min(Math.max(times.at(-1) ?? quarter, quarter - QUARTER_MS), quarter + AHEAD_MS);
  return Array.from({ length: Math.floor((last - first) / QUARTER_MS) + 1 }, (_, n) => first + n * QUARTER_MS);
}
