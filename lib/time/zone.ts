import { Temporal } from "temporal-polyfill";

/** Whether `zone` is an IANA time zone this machine knows. */
export function isZone(zone: string): boolean {
  // Plain offsets such as +02:00 are refused: they do not know when the clocks change.
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The wall clock of `zone` at `instant`, as `2026-03-29T09:30:00.000`. */
export function localTime(instant: Date, zone: string): string {
  return at(instant, zone).toPlainDateTime().toString({ smallestUnit: "millisecond" });
}

/** An instant on the clock of `zone`, inside a sentence: `2026-03-29 09:30 (Europe/London)`. */
export function timeWords(instant: Date, zone: string): string {
  return `${localTime(instant, zone).slice(0, 16).replace("T", " ")} (${zone})`;
}

/**
 * The instant of a wall-clock time in `zone`. A time in the missing hour of spring moves forward by the gap (01:30
 * becomes 02:30); a time in the doubled hour of autumn is its first pass (RFC 5545's rule, Temporal's "compatible").
 */
export function instantOf(local: string, zone: string): Date {
  const zoned = Temporal.PlainDateTime.from(local).toZonedDateTime(zone, { disambiguation: "compatible" });
  return new Date(zoned.epochMilliseconds);
}

/** Whether the wall clock of `zone` shows the time of this instant once more, later: in the doubled hour of autumn. */
export function comesAgain(instant: Date, zone: string): boolean {
  const last = at(instant, zone).toPlainDateTime().toZonedDateTime(zone, { disambiguation: "later" });
  return last.epochMilliseconds > instant.getTime();
}

function at(instant: Date, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone);
}
