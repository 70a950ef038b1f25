/**
 * The time budget of a unit of work. The process that starts the work sets it: a cron by its budget, a worker by its shutdown.
 */
export type Until = Readonly<{
  /** Aborts when no further work may begin. Work under way may finish until `end`. */
  stop: AbortSignal;
  /** Aborts when work under way must stop. */
  end: AbortSignal;
}>;

/** An `Until` that is `stopMs` and `endMs` milliseconds away. */
export function untilAfter({ stopMs, endMs }: Readonly<{ stopMs: number; endMs: number }>): Until {
  return { stop: AbortSignal.timeout(stopMs), end: AbortSignal.timeout(endMs) };
}

const never = new AbortController().signal;

/** No time budget: for work that its caller bounds, such as a script or one small transaction. */
export const UNBOUNDED: Until = { stop: never, end: never };
