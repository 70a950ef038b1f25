import { expect, test, vi } from "vitest";
import { timeWords } from "#lib/time/zone";
import {
  clockAt,
  dayAndTime,
  dayAt,
  doneOffline,
  exactly,
  fieldTime,
  isOutsideHours,
  nextMorning,
  ownZone,
  placeOf,
  span,
  inTimesOfReader,
  timeOfEntry,
} from "./time.ts";

const MINUTE = 60_000;

test.each([
  [-5, "0 s"],
  [0.9, "54 s"],
  [1, "1 min"],
  [59, "59 min"],
  [60, "1 h"],
  [130, "2 h 10 min"],
  [12 * 60 + 5, "12 h"],
  [47 * 60, "47 h"],
  [49 * 60, "2 days"],
])("%d minutes are %s", (minutes, words) => {
  expect(span(minutes * MINUTE)).toBe(words);
});

test("a time of today is a time, one of another day says which, on the clock of the zone that is named", () => {
  const now = Date.parse("2026-03-02T09:00:00Z");
  const at = "2026-03-02T22:30:00Z";
  expect(dayAndTime(at, now, "Europe/London")).not.toMatch(/2 Mar|Mar 2|3 Mar|Mar 3/);
  expect(dayAndTime(at, now, "Europe/Athens")).toMatch(/3 Mar|Mar 3/);
  // A day of next year is not one of this week.
  expect(dayAndTime("2027-03-03T09:00:00Z", now, "Europe/London")).toMatch(/ 2027, /);
  expect(dayAndTime("2025-03-03T09:00:00Z", now, "Europe/London")).toMatch(/ 2025, /);
  expect(dayAndTime("2026-11-03T09:00:00Z", now, "Europe/London")).not.toContain("2026");
  expect(fieldTime(at, "Europe/Athens")).toBe("2026-03-03T00:30");
  expect(placeOf("America/New_York")).toBe("New York");
});

test("an entry has its day only when it is not of today, its year only when it is not of this year, its seconds on request", () => {
  const now = Date.parse("2026-03-02T12:00:00Z");
  expect(timeOfEntry("2026-03-02T11:30:05Z", now)).toBe(clockAt("2026-03-02T11:30:05Z"));
  expect(timeOfEntry("2026-03-02T11:30:05Z", now, "seconds")).toMatch(/^\S*:30:05( \S+)?$/);
  expect(timeOfEntry("2026-02-26T11:30:05Z", now)).toBe(dayAt("2026-02-26T11:30:05Z"));
  expect(timeOfEntry("2025-03-02T11:30:05Z", now)).toMatch(/ 2025, /);
});

test.each([
  ["2026-03-02T03:00:00Z", "Europe/London", [8, 21], true, "2026-03-02T08:00"],
  ["2026-03-02T08:00:00Z", "Europe/London", [8, 21], false, "2026-03-03T08:00"],
  ["2026-02-28T22:30:00Z", "Europe/London", [8, 21], true, "2026-03-01T08:00"],
  ["2026-03-02T03:00:00Z", "America/New_York", [8, 21], true, "2026-03-02T08:00"],
  ["2026-03-02T09:30:00Z", "Europe/London", [10, 24], true, "2026-03-02T10:00"],
  ["2026-03-02T23:30:00Z", "Europe/London", [10, 24], false, "2026-03-03T10:00"],
] as const)(
  "at %s in %s with the hours %j it is night: %s, and the next morning is %s",
  (at, zone, [decentHoursFrom, decentHoursTo], isNight, morning) => {
    const hours = { decentHoursFrom, decentHoursTo };
    expect(isOutsideHours(hours, fieldTime(at, zone))).toBe(isNight);
    expect(nextMorning(hours, Date.parse(at), zone)).toBe(morning);
  },
);

test("what was done without a connection says when it was done and when it arrived, with the day where that is another", () => {
  const now = Date.parse("2026-03-02T18:00:00Z");
  const [done, arrived] = ["2026-03-02T14:02:00Z", "2026-03-02T16:40:00Z"];
  expect(doneOffline(done, arrived, now)).toBe(`done at ${clockAt(done)} offline, arrived ${clockAt(arrived)}`);
  const earlier = "2026-02-27T14:02:00Z";
  expect(doneOffline(earlier, arrived, now)).toBe(`done at ${dayAt(earlier)} offline, arrived ${clockAt(arrived)}`);
});

test("a stored sentence is shown with its times as people read them, and on the customer's clock too where that is another", () => {
  const now = Date.parse("2026-03-02T09:00:00Z");
  const warsaw = "Europe/Warsaw";
  const promised = timeWords(new Date("2026-03-02T14:30:00Z"), "Europe/Warsaw");
  expect(inTimesOfReader(`Promised for ${promised}.`, now)).toBe(
    `Promised for ${clockAt("2026-03-02T14:30:00Z")} · ${clockAt("2026-03-02T14:30:00Z", warsaw)} in Warsaw.`,
  );
  // The clocks of Warsaw have changed by then.
  expect(inTimesOfReader("Until 2026-07-02 15:30 (Europe/Warsaw), 4 left.", now)).toBe(
    `Until ${dayAt("2026-07-02T13:30:00Z")} · ${clockAt("2026-07-02T13:30:00Z", warsaw)} in Warsaw, 4 left.`,
  );
  const own = fieldTime("2026-03-02T10:00:00Z", ownZone()).replace("T", " ");
  expect(inTimesOfReader(`At ${own} (${ownZone()})`, now)).toBe(`At ${clockAt("2026-03-02T10:00:00Z")}`);
  // The day is another, too, where it is already tomorrow.
  const auckland = fieldTime("2026-03-02T20:00:00Z", "Pacific/Auckland").replace("T", " ");
  expect(inTimesOfReader(`At ${auckland} (Pacific/Auckland)`, now)).toBe(
    `At ${clockAt("2026-03-02T20:00:00Z")} · ${dayAt("2026-03-02T20:00:00Z", "Pacific/Auckland")} in Auckland`,
  );
  expect(inTimesOfReader("A signature has been missing since 2026-02-24.", now)).toMatch(/ since .*24 Feb|Feb.* 24/);
  expect(inTimesOfReader("At 2026-03-02 15:30 (Mars/Base)", now)).toBe("At 2026-03-02 15:30 (Mars/Base)");
});

test("a thousand rows of times are written with the same few formats, which take long to make", () => {
  const made = vi.spyOn(Intl, "DateTimeFormat");
  const zones = ["Europe/London", "America/New_York", "Asia/Kolkata"];
  const begun = Date.parse("2026-03-02T09:00:00Z");
  for (let n = 0; n < 1_000; n += 1) {
    const at = new Date(begun + n * MINUTE).toISOString();
    dayAndTime(at, begun, zones[n % 3]);
    exactly(at);
    ownZone();
  }
  expect(made.mock.calls.length).toBeLessThan(12);
  vi.restoreAllMocks();
});
