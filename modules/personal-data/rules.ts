/** Rows per statement: short enough that nobody waits for it. */
export const BATCH = 1_000;
/** A cron may take a minute; the batch that is under way at the end has ten seconds left. */
export const BUDGET_MS = 50_000;

/** `date` moved back by whole days. */
export function minusDays(date: Date, days: number): Date {
  return new Date(date.getTime() - days * 86_400_000);
}
