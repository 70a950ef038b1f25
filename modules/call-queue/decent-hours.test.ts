import fc from "fast-check";
import { expect, test } from "vitest";
import { DecentHours } from "./decent-hours.ts";
import { closedWhy, type DeskCalendar, openHours } from "./desk-calendar.ts";
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

test.each([
  ["2026-03-02T06:59:00Z", "it is too early to call there"],
  ["2026-03-02T21:00:00Z", "it is too late to call there"],
  ["2026-03-03T00:30:00Z", "it is too early to call there"],
  ["2026-03-02T09:00:00Z", "the desk is closed"],
])(
  "a time that is moved is moved because of the hours there, or else because the desk is closed: %s, %s",
  (at, why) => {
    expect(hours().whyNot(new Date(at), "Europe/London")).toBe(why);
  },
);

test("an opening is said with its place", () => {
  expect(openingWords(new Date("2026-03-03T13:00:00Z"), "America/New_York")).toBe("8:00 in New York");
});

const time = fc.integer({ min: 0, max: 95 }).map((n) => new Date(n * 900_000).toISOString().slice(11, 16));
const opening = fc
  .record({ opens: time, closes: fc.oneof(fc.constant("00:00"), time) })
  .filter(({ opens, closes }) => opens !== closes || opens === "00:00");
const week = fc.array(fc.option(opening), { minLength: 7, maxLength: 7 });

test.each([
  ["Europe/London", "2026-03-28", 60],
  ["Europe/London", "2026-10-24", 0],
  ["America/New_York", "2026-03-07", 60],
  ["Australia/Lord_Howe", "2026-10-03", 30],
  ["Asia/Kolkata", "2026-03-07", 0],
])("in %s from %s, with a change of %s minutes, a desk is open when its wall clock says so", (timeZone, first, gap) => {
  const wallClock = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  const start = Date.parse(first);
  const minutes = Array.from({ length: 4 * 1440 }, (_, n) => wallClock.format(start + n * 60_000));
  const days = [-1, 0, 1, 2, 3, 4].map((n) => new Date(start + n * 86_400_000).toISOString().slice(0, 10));
  // The model knows minutes alone: hours begin and end when the wall clock first shows their time, a skipped one after the gap.
  const firstAt = (day: string, clock: string) => {
    const found = minutes.indexOf(`${day} ${clock}`);
    if (found >= 0) return found;
    const moved = new Date(Date.parse(`${day}T${clock}Z`) + gap * 60_000).toISOString();
    const after = minutes.indexOf(moved.slice(0, 16).replace("T", " "));
    return after >= 0 ? after : `${day} ${clock}` < minutes[0]! ? 0 : minutes.length;
  };
  const holiday = fc.constantFrom(...days);
  const looks = fc.array(fc.integer({ min: 720, max: 2 * 1440 + 720 }), { minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(week, holiday, looks, (hours, date, at) => {
      const calendar: DeskCalendar = { timeZone, week: hours, holidays: [{ date, name: "Holiday" }] };
      const isOpen = minutes.map(() => false);
      for (const [n, day] of days.slice(0, -1).entries()) {
        const one = hours[(new Date(day).getUTCDay() + 6) % 7];
        if (!one || day === date) continue;
        isOpen.fill(true, firstAt(day, one.opens), firstAt(one.opens < one.closes ? day : days[n + 1]!, one.closes));
      }
      for (const minute of at) {
        const instant = new Date(start + minute * 60_000);
        expect(closedWhy(calendar, instant) === null).toBe(isOpen[minute]);
        const next = isOpen.indexOf(true, minute);
        const found = openHours(calendar, instant);
        if (next >= 0) expect(Math.max(found!.from.getTime(), instant.getTime())).toBe(start + next * 60_000);
      }
    }),
  );
});
