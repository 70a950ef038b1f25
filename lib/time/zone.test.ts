import { expect, test } from "vitest";
import { instantOf, isZone, localTime } from "#lib/time/zone";

test.each([
  ["Europe/London", true],
  ["Asia/Kathmandu", true],
  ["UTC", true],
  ["+02:00", false],
  ["Mars/Olympus", false],
  ["", false],
])("%s is a zone: %s", (zone, known) => expect(isZone(zone)).toBe(known));

test.each([
  ["Europe/London", "2026-03-29T00:59", "2026-03-29T00:59:00.000Z", "the minute before the gap"],
  ["Europe/London", "2026-03-29T01:30", "2026-03-29T01:30:00.000Z", "inside the gap: forward by the gap"],
  ["Europe/London", "2026-03-29T02:00", "2026-03-29T01:00:00.000Z", "the minute after the gap"],
  ["Europe/London", "2026-10-25T01:30", "2026-10-25T00:30:00.000Z", "inside the overlap: the first pass"],
  ["Asia/Kolkata", "2026-06-01T09:00", "2026-06-01T03:30:00.000Z", "a half-hour zone"],
  ["Asia/Kathmandu", "2026-06-01T09:00", "2026-06-01T03:15:00.000Z", "a quarter-hour zone"],
  ["Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45:00.000Z", "a gap of half an hour"],
])("%s %s is %s: %s", (zone, local, instant) => expect(instantOf(local, zone).toISOString()).toBe(instant));

test("a wall clock and its zone lead back to the instant on every hour of a year", { tags: ["long"] }, () => {
  for (const zone of ["Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]) {
    for (let hour = 0; hour < 366 * 24; hour += 1) {
      const instant = new Date(Date.UTC(2026, 0, 1, hour));
      const back = instantOf(localTime(instant, zone), zone);
      // In the doubled hour the second pass reads like the first.
      const isSecondPass = back.getTime() < instant.getTime();
      expect(localTime(back, zone)).toBe(localTime(instant, zone));
      if (!isSecondPass) expect(back).toEqual(instant);
    }
  }
});
