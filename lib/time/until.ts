/** How long a unit of work may go on. The process that starts the work says so: a cron by its time budget, a worker by its end. */
export type Until = Readonly<{
  /** Aborts when nothing further may begin. What is under way may finish until `end`. */
  stop: AbortSignal;
  /** Aborts when what is still under way is to break off. */
  end: AbortSignal;
}>;

/** An `Until` that is `stopMs` and `endMs` milliseconds away. */
export function untilAfter({ stopMs, endMs }: Readonly<{ stopMs: number; endMs: number }>): Until {
  return { stop: AbortSignal.timeout(stopMs), end: AbortSignal.timeout(endMs) };
}

const never = new AbortController().signal;

/** No time budget: for work that its caller bounds, such as a script or one small transaction. */
export const UNBOUNDED: Until = { stop: never, end: never };
