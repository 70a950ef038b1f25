/** What is drawn of the rows under one name. */
export type Series<R> = {
  name: string;
  fill: string;
  /** Series of one stack stand on each other. */
  stack?: string;
  value: (row: R) => number | null;
  isLate?: (row: R) => boolean;
};
/** One quarter hour as it is drawn: what is in it by the name of the series, and which of them are late. */
export type Column = { at: string; values: Record<string, number | null>; late: readonly string[] };
