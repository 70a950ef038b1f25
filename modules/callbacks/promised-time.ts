import { Refusal } from "#lib/base/errors";
import { comesAgain, instantOf, isZone, localTime, timeWords } from "#lib/time/zone";
import { SCHEDULE_WINDOW } from "./rules.ts";

/** A promised time: the instant, and the wall clock with its zone as it was given. */
export type PromisedTime = { scheduledFor: Date; zone: string; local: string; words: string };

/**
 * Reads a time as it was given. With an offset it is an instant; without one it is the wall clock of `timeZone`, else of
 * `zoneOfUser`. Refuses `invalid_input` for an unknown zone and for a time more than 24 hours ago or more than a year ahead.
 */
export function promisedTime(
  said: { scheduledFor: string; timeZone?: string | undefined },
  zoneOfUser: string,
  now: Date,
): PromisedTime {
  const zone = said.timeZone ?? zoneOfUser;
  if (!isZone(zone))
    throw new Refusal("invalid_input", `${zone} is not a time zone; send an IANA name such as Europe/London.`);
  const scheduledFor = toInstant(said.scheduledFor, zone);
  mustBeInWindow(scheduledFor, now);
  return { scheduledFor, zone, local: localTime(scheduledFor, zone), words: timeWords(scheduledFor, zone) };
}

/** Whether a time names its offset and so is an instant in any zone. */
export function hasOffset(said: string): boolean {
  return /(Z|[+-]\d\d:?\d\d)$/i.test(said);
}

/** The objection to a wall-clock time at which the clocks of its zone change, as sentences: it does not exist, or it comes twice. */
export function clockChanges(wallClock: string, at: Date, zone: string): string[] {
  const [said, local] = [wallClock.slice(11, 16), localTime(at, zone).slice(11, 16)];
  if (said !== local) return [`The clocks change then: ${said} does not exist on that day.`];
  if (!comesAgain(at, zone)) return [];
  return [`The clocks change then: ${local} comes twice on that day; the first was taken.`];
}

function toInstant(said: string, zone: string): Date {
  return hasOffset(said) ? new Date(said) : instantOf(said, zone);
}

function mustBeInWindow(scheduledFor: Date, now: Date): void {
  const hoursAhead = (scheduledFor.getTime() - now.getTime()) / 3_600_000;
  if (hoursAhead < -SCHEDULE_WINDOW.pastHours) {
    throw new Refusal(
      "invalid_input",
      "scheduledFor is more than 24 hours ago; promise a time that can still be kept.",
    );
  }
  if (hoursAhead > SCHEDULE_WINDOW.aheadDays * 24) {
    throw new Refusal("invalid_input", "scheduledFor is more than a year ahead; promise a nearer time.");
  }
}
