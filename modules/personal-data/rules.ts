/** Rows per statement: few enough that their locks delay no other transaction. */
export const BATCH = 1_000;

/** `date` moved back by whole days. */
export function minusDays(date: Date, days: number): Date {
  return new Date(date.getTime() - days * 86_400_000);
}
