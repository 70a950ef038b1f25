/** Rows per statement: few enough that nobody waits for their locks. */
export const BATCH = 1_000;

/** `date` moved back by whole days. */
export function minusDays(date: Date, days: number): Date {
  return new Date(date.getTime() - days * 86_400_000);
}
