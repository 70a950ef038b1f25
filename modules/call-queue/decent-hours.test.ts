import { expect, test } from "vitest";
import { DecentHours } from "./decent-hours.ts";
import { openingWords } from "#lib/time/opening-words";

const hours = () =>
  new DecentHours({ decentHoursFrom: 8, decentHoursTo: 21, askedToleranceMinutes: 30, calendar: null });

test.each([
  ["2026-03-02T07:59:59Z", "Europe/London", "2026-03-02T08:00:00.000Z", "before opening: the opening"],
  ["2026-03-02T08:00:00Z", "Europe/London", "2026-03-02T08:00:00.000Z", "at opening: as it is"],
  ["2026-03-02T20:59:59Z", "Europe/London", "2026-03-02T20:59:59.000Z", "just before closing: as it is"],
  ["2026-03-02T21:00:00Z", "Europe/London", "2026-03-03T08:00:00.000Z", "at closing: the next opening"],
  [
    "2026-03-28T22:00:00Z",
    "Europe/London",
    "2026-03-29T07:00:00.000Z",
    "over the change of the clocks: 8:00 of the new",
  ],
  ["2026-03-03T04:25:00Z", "America/New_York", "2026-03-03T13:00:00.000Z", "23:25 in New York: 8:00 there"],
  [
    "2026-03-02T20:00:00Z",
    "Pacific/Kiritimati",
    "2026-03-02T20:00:00.000Z",
    "10:00 of the next day, fourteen hours ahead",
  ],
])("the decent time for %s in %s is %s: %s", (given, zone, expected) => {
  expect(hours().next(new Date(given), zone).toISOString()).toBe(expected);
});

test("the cached hours of a zone equal newly computed ones, at every half hour of a week", () => {
  const remembering = hours();
  for (const zone of ["Europe/London", "America/New_York", "Asia/Kathmandu"]) {
    for (let n = 0; n < 7 * 48; n += 1) {
      const at = new Date(Date.UTC(2026, 2, 26 + ((n * 13) % 7), 0, n * 30));
      expect(remembering.around(at, zone)).toEqual(hours().around(at, zone));
    }
  }
});

test.each([
  ["22:00", "22:00", "22:00", "22:30", "asked for in the evening: then and half an hour longer"],
  ["22:29", "22:00", "22:29", "22:30", "still within the tolerance"],
  ["22:30", "22:00", "08:00", "21:00", "the tolerance is over: the next morning"],
  ["20:45", "20:45", "20:45", "21:15", "asked for shortly before closing: beyond it by the tolerance"],
  ["07:45", "07:45", "07:45", "21:00", "asked for shortly before opening: all day"],
  ["10:00", "09:00", "10:00", "21:00", "asked for by day and late: until closing"],
])("at %s, asked for %s, it may be offered from %s until %s: %s", (at, askedFor, from, until) => {
  const then = (clock: string) => new Date(`2026-03-02T${clock}:00Z`);
  const found = hours().ofWish(then(at), "Europe/London", then(askedFor));
  expect([found.from, found.until].map((one) => one.toISOString().slice(11, 16))).toEqual([from, until]);
});

test("an opening is said with its place", () => {
  expect(openingWords(new Date("2026-03-03T13:00:00Z"), "America/New_York")).toBe("8:00 in New York");
});
