import { expect, test } from "vitest";
import { spokenTime } from "#lib/time/spoken-time";

// The clock reads Monday 2 March 2026, 9:00 in London and 4:00 in New York.
const NOW = new Date("2026-03-02T09:00:00Z");
const read = (text: string, zone = "Europe/London") => spokenTime(text, NOW, zone);
const localOf = (text: string, zone?: string) => {
  const spoken = read(text, zone);
  return "local" in spoken ? spoken.local.slice(0, 16) : spoken.why;
};

test.each(["America/New_York", "US/Eastern", "Pacific/Honolulu", "America/Indiana/Knox"])(
  "to somebody in %s, a zone of the United States, the month comes before the day",
  (zone) => expect(localOf("3/4 2pm", zone)).toMatch(/-03-04T14:00/),
);

test.each(["America/Toronto", "America/Puerto_Rico", "Europe/London", "UTC"])(
  "to somebody in %s the day comes before the month",
  (zone) => expect(localOf("3/4 2pm", zone)).toMatch(/-04-03T14:00/),
);

test.each([
  ["tomorrow 3pm", "2026-03-03T15:00"],
  ["3pm tomorrow", "2026-03-03T15:00"],
  ["Tomorrow at 3 p.m.", "2026-03-03T15:00"],
  ["tomorrow at 3", "2026-03-03T15:00"],
  ["tomorrow at nine", "2026-03-03T09:00"],
  ["the day after tomorrow at nine", "2026-03-04T09:00"],
  ["tomorrow 1:30am", "2026-03-03T01:30"],
  ["15.30 tomorrow", "2026-03-03T15:30"],
  ["3:30 tomorrow", "2026-03-03T15:30"],
  ["07:15 tomorrow", "2026-03-03T07:15"],
  ["half past 3 tomorrow", "2026-03-03T15:30"],
  ["half three tomorrow", "2026-03-03T15:30"],
  ["half past ten tomorrow", "2026-03-03T10:30"],
  ["quarter to five tomorrow", "2026-03-03T16:45"],
  ["quarter past 9 on friday", "2026-03-06T09:15"],
  ["ten to four today", "2026-03-02T15:50"],
  ["twenty five past two", "2026-03-02T14:25"],
  ["20 to 4", "2026-03-02T15:40"],
  ["10 past 3", "2026-03-02T15:10"],
  ["from 10 to 4", "2026-03-02T10:00"],
  ["3 o'clock tomorrow", "2026-03-03T15:00"],
  ["between 2 and 4pm", "2026-03-02T14:00"],
  ["tomorrow between 10 and 12", "2026-03-03T10:00"],
  ["tomorrow 2-4pm", "2026-03-03T14:00"],
  ["from 11 to 2pm", "2026-03-02T11:00"],
  ["5pm-6pm", "2026-03-02T17:00"],
  ["the 31st at 10", "2026-03-31T10:00"],
  ["on the 1st at 10", "2026-04-01T10:00"],
  ["8 tonight", "2026-03-02T20:00"],
  ["tonight at 11pm", "2026-03-02T23:00"],
  ["8 in the evening", "2026-03-02T20:00"],
  ["10 in the morning tomorrow", "2026-03-03T10:00"],
  ["tomorrow morning at 9", "2026-03-03T09:00"],
  ["this afternoon at 4", "2026-03-02T16:00"],
  ["noon", "2026-03-02T12:00"],
  ["12am", "2026-03-03T00:00"],
  ["12pm tomorrow", "2026-03-03T12:00"],
  ["8am", "2026-03-03T08:00"],
  ["16:45", "2026-03-02T16:45"],
  ["in half an hour", "2026-03-02T09:30"],
  ["in 2 hours", "2026-03-02T11:00"],
  ["in 3 minutes", "2026-03-02T09:03"],
  ["in two days at 4pm", "2026-03-04T16:00"],
  ["the day after tomorrow at 10", "2026-03-04T10:00"],
  ["friday at 10", "2026-03-06T10:00"],
  ["monday 8am", "2026-03-09T08:00"],
  ["friday week at 10am", "2026-03-13T10:00"],
  ["a week from friday 10am", "2026-03-13T10:00"],
  ["3 april 14:00", "2026-04-03T14:00"],
  ["april 3rd 2pm", "2026-04-03T14:00"],
  ["25 december 11am", "2026-12-25T11:00"],
  ["2026-03-05 10:00", "2026-03-05T10:00"],
  ["3/4 2pm", "2026-04-03T14:00"],
  ["03/04/2026 14:00", "2026-04-03T14:00"],
  ["please call me back tomorrow at 3pm", "2026-03-03T15:00"],
  ["1am tonight", "2026-03-03T01:00"],
  ["12:30 tonight", "2026-03-03T00:30"],
  ["half 12 tonight", "2026-03-03T00:30"],
  ["at 12 tonight", "2026-03-03T00:00"],
  ["tomorrow night at 12:30am", "2026-03-04T00:30"],
  ["9:30 tonight", "2026-03-02T21:30"],
  ["in a fortnight at 3pm", "2026-03-16T15:00"],
  ["a fortnight today at 3pm", "2026-03-16T15:00"],
  ["a week today 10am", "2026-03-09T10:00"],
  ["10am two weeks from today", "2026-03-16T10:00"],
  ["0930 friday", "2026-03-06T09:30"],
  ["tomorrow 0815", "2026-03-03T08:15"],
  ["weds 3pm", "2026-03-04T15:00"],
  ["tues at 10", "2026-03-03T10:00"],
  ["around 3ish tomorrow", "2026-03-03T15:00"],
  ["15h30 tomorrow", "2026-03-03T15:30"],
  ["at 0900 tomorrow", "2026-03-03T09:00"],
  ["in an hour and a half", "2026-03-02T10:30"],
  ["in two and a half hours", "2026-03-02T11:30"],
  ["tuesday 3 march 3pm", "2026-03-03T15:00"],
  ["1500 hours tomorrow", "2026-03-03T15:00"],
  ["14h", "2026-03-02T14:00"],
  ["in 14h", "2026-03-02T23:00"],
  ["8 tomorrow morning", "2026-03-03T08:00"],
  ["12 in the afternoon tomorrow", "2026-03-03T12:00"],
  ["in a month at 3pm", "2026-04-02T15:00"],
  ["a quarter to five tomorrow", "2026-03-03T16:45"],
  ["three thirty tomorrow", "2026-03-03T15:30"],
  ["tomorrow at ten forty-five", "2026-03-03T10:45"],
  ["ten thirty am on thursday", "2026-03-05T10:30"],
  ["tomoro at 3pm?", "2026-03-03T15:00"],
  ["tomorrow @3", "2026-03-03T15:00"],
  ["3pm (her time) tomorrow", "2026-03-03T15:00"],
  ["in twenty minutes", "2026-03-02T09:20"],
  ["in forty-five mins", "2026-03-02T09:45"],
  ["in an hour and a quarter", "2026-03-02T10:15"],
  ["in two hours and a quarter", "2026-03-02T11:15"],
  ["in 2.25 hours", "2026-03-02T11:15"],
  ["in 2½ hours", "2026-03-02T11:30"],
  ["in a quarter of an hour", "2026-03-02T09:15"],
  ["next week on tuesday at 3pm", "2026-03-10T15:00"],
  ["next week, friday, 10am", "2026-03-13T10:00"],
  ["this week on tuesday at 3pm", "2026-03-03T15:00"],
  ["friday the 13th at 3pm", "2026-03-13T15:00"],
  ["noonish tomorrow", "2026-03-03T12:00"],
  ["tomorrow lunchtime", "2026-03-03T12:00"],
  ["lunch-time on friday", "2026-03-06T12:00"],
  ["over lunch tomorrow", "2026-03-03T12:00"],
  ["in her lunch break tomorrow", "2026-03-03T12:00"],
  ["tomorrow lunchtime at 1", "2026-03-03T13:00"],
  ["lunchtime", "2026-03-02T12:00"],
  ["breakfast time", "2026-03-03T08:00"],
  ["first thing tomorrow", "2026-03-03T09:00"],
  ["tomorrow, first thing in the morning", "2026-03-03T09:00"],
  ["start of business on friday", "2026-03-06T09:00"],
  ["mid-morning tomorrow", "2026-03-03T10:30"],
  ["tomorrow late morning", "2026-03-03T11:00"],
  ["early afternoon on friday", "2026-03-06T13:00"],
  ["early afternoon on friday at 2", "2026-03-06T14:00"],
  ["mid afternoon", "2026-03-02T15:00"],
  ["this late afternoon", "2026-03-02T16:00"],
  ["this lunchtime", "2026-03-02T12:00"],
  ["tomorrow teatime", "2026-03-03T16:00"],
  ["tea time tomorrow at 5", "2026-03-03T17:00"],
  ["eod", "2026-03-02T17:00"],
  ["EOD friday", "2026-03-06T17:00"],
  ["end of day tomorrow", "2026-03-03T17:00"],
  ["at the end of the day on friday", "2026-03-06T17:00"],
  ["close of business tomorrow", "2026-03-03T17:00"],
  ["cob tomorrow", "2026-03-03T17:00"],
  ["close of play friday", "2026-03-06T17:00"],
  ["last thing tomorrow", "2026-03-03T17:00"],
  ["early evening tomorrow", "2026-03-03T18:00"],
  ["3pm on boxing day", "2026-12-26T15:00"],
  ["christmas eve at 11", "2026-12-24T11:00"],
  ["christmas day lunchtime", "2026-12-25T12:00"],
  ["New Year’s Eve 10am", "2026-12-31T10:00"],
  ["nye at 4pm", "2026-12-31T16:00"],
  ["new years day 2pm", "2027-01-01T14:00"],
  ["valentine's day at 10", "2027-02-14T10:00"],
  ["St Patrick's Day first thing", "2026-03-17T09:00"],
  ["halloween at 4", "2026-10-31T16:00"],
  ["bonfire night at 6", "2026-11-05T18:00"],
  ["boxing day, 26 december at 10", "2026-12-26T10:00"],
  ["boxing day 2027 at 10", "2027-12-26T10:00"],
])("“%s” is %s", (text, local) => expect(localOf(text)).toBe(local));

test.each([
  ["3/4 2pm", "2026-03-04T14:00"],
  ["03/04/2026 14:00", "2026-03-04T14:00"],
  ["at 5", "2026-03-02T17:00"],
])("to somebody in New York “%s” is %s", (text, local) => expect(localOf(text, "America/New_York")).toBe(local));

test.each([
  ["tomorrow 3pm New York time", "2026-03-03T15:00", "America/New_York"],
  ["3pm EST tomorrow", "2026-03-03T15:00", "America/New_York"],
  ["tomorrow 3pm PST", "2026-03-03T15:00", "America/Los_Angeles"],
  ["10am London time tomorrow", "2026-03-03T10:00", "Europe/London"],
  ["tomorrow at 10 in Tokyo", "2026-03-03T10:00", "Asia/Tokyo"],
  ["5pm utc", "2026-03-02T17:00", "UTC"],
  ["3pm in Berlin on friday", "2026-03-06T15:00", "Europe/Berlin"],
  ["3pm in Paris tomorrow", "2026-03-03T15:00", "Europe/Paris"],
  ["at 10 in New York friday", "2026-03-06T10:00", "America/New_York"],
  ["3pm British time tomorrow", "2026-03-03T15:00", "Europe/London"],
  ["2026-03-03T15:00Z", "2026-03-03T15:00", "UTC"],
  ["2026-03-03 15:00:00z", "2026-03-03T15:00", "UTC"],
])("“%s” is %s in %s", (text, local, zone) => {
  const spoken = read(text);
  expect(spoken).toMatchObject({ zone });
  expect(localOf(text)).toBe(local);
});

test.each([
  ["tomorrow", "I read only “tomorrow”; which time?"],
  ["friday", "I read only “friday”; which time?"],
  ["tomorrow morning", "I read only “tomorrow morning”; which time?"],
  ["next week", "I read only “next week”; which time?"],
  ["the 31st", "I read only “the 31st”; which time?"],
  ["tomorrow at dinner time", /dinner/],
  ["by eod", /open at one end/],
  ["before lunch tomorrow", /open at one end/],
  ["not at lunchtime", /when not to call/],
  ["lunchtime or teatime tomorrow", /two times/],
  ["lunchtime tomorrow at 4", /another part of the day/],
  ["end of the week", /does not name a day/],
  ["boxing day", "I read only “26 december”; which time?"],
  ["around christmas at 3pm", /did not understand|which day/],
  ["easter monday 3pm", /easter/],
  ["not tomorrow", /when not to call/],
  ["any day but tuesday 10am", /when not to call/],
  ["not before 3pm", /when not to call/],
  ["tomorrow, but not at 3pm", /when not to call/],
  ["she can't at 3pm", /when not to call/],
  ["after 5pm", /open at one end/],
  ["before noon", /open at one end/],
  ["3pm or 4pm", /two times/],
  ["10 to 4", /two ways/],
  ["tomorrow 3pm 5pm", /two times/],
  ["in 2 hours at 4pm", /two times/],
  ["every friday at 10", /more than one day/],
  ["9", /not a time/],
  ["in 20", /not a time/],
  ["31 feb 10am", /did not understand “31 feb”/],
  ["the 35th at 10", /did not understand/],
  ["13pm tomorrow", /13pm|which time/],
  ["whenever you like", /not a time/],
  ["tomorrow 3pm Springfield time", /springfield/],
  ["last friday 3pm", /has passed/],
  ["yesterday 3pm", /has passed/],
  ["an hour ago", /has passed/],
  ["half past", /not a time/],
  ["in a fortnight", /which time/],
  ["wednesday 3 march 3pm", "3 March is a Tuesday; which day?"],
  ["monday 3/4 2pm", "3 April is a Friday; which day?"],
  ["next week 3pm", "I read only “next week”; which day?"],
  ["this week at 3pm", "I read only “this week”; which day?"],
  ["next month 3pm", "I read only “next month”; which day?"],
  ["march 3pm", "I read only “march”; which day?"],
  ["feb 29 10am", "I read only “feb 29”; which day?"],
  ["weekday 3pm", /more than one day/],
  ["in a few hours", /how many/],
  ["not tomorrow but the day after at 10", /when not to call/],
  ["within 2 hours", /open at one end/],
  ["within the hour", /open at one end/],
  ["-2 hours", /has passed/],
  ["2 hours earlier", /has passed/],
  ["end of march 10am", /does not name a day/],
  ["end of the month 10am", /does not name a day/],
  ["start of next week 10am", /does not name a day/],
  ["several days at 3pm", /how many/],
  ["tomorrow morning at 3pm", /another part of the day/],
  ["tomorrow morning at 12", /another part of the day/],
  ["tomorrow evening at 12", /another part of the day/],
  ["tonight 9am", /another part of the day/],
  ["noon tonight", /another part of the day/],
  ["tomorrow at 3 at night", /another part of the day/],
  ["monday the 10th at 3pm", "10 March is a Tuesday; which day?"],
  ["in a quarter at 10am", /does not name a day/],
  ["the week on friday 10am", /did not understand/],
])("“%s” is no time, and the answer says why", (text, why) => {
  expect(localOf(text)).toMatch(why);
});

test.each([
  ["2026-03-28T12:00:00Z", "in 14 hours", "2026-03-29T02:00:00Z", "2026-03-29T03:00"],
  ["2026-03-28T12:00:00Z", "in 24 hours", "2026-03-29T12:00:00Z", "2026-03-29T13:00"],
  ["2026-03-28T12:00:00Z", "in 1 day at 1pm", null, "2026-03-29T13:00"],
  ["2026-10-25T00:30:00Z", "in 60 minutes", "2026-10-25T01:30:00Z", "2026-10-25T01:30"],
])("at %s “%s” passes while the clocks change", (now, text, instant, local) => {
  const spoken = spokenTime(text, new Date(now), "Europe/London");
  expect(spoken).toMatchObject({ instant: instant && new Date(instant), local: `${local}:00` });
});

test("a night that has begun is meant until it ends", () => {
  const late = (text: string, now: string) => spokenTime(text, new Date(now), "Europe/London");
  expect(late("tonight at 12:10am", "2026-03-02T23:50:00Z")).toMatchObject({ local: "2026-03-03T00:10:00" });
  expect(late("tonight at 1am", "2026-03-02T00:30:00Z")).toMatchObject({ local: "2026-03-02T01:00:00" });
  expect(late("8 tonight", "2026-03-02T21:00:00Z")).toMatchObject({ local: "2026-03-02T20:00:00" });
});

test("an ambiguous time says how it was read", () => {
  expect(read("next friday at 10")).toMatchObject({ notes: ["“next friday” was read as 13 March."] });
  expect(read("3/4 2pm")).toMatchObject({ notes: ["“3/4” was read as 3 April."] });
  expect(read("28 feb 10am")).toMatchObject({ notes: ["“28 feb” was read as 28 February 2027."] });
  expect(read("midnight tomorrow")).toMatchObject({ notes: ["Midnight was read as the one at the end of the day."] });
  expect(read("3pm my time")).toMatchObject({ notes: ["“my time” was read as the time of the user."] });
  expect(read("between 2 and 4pm")).toMatchObject({
    notes: ["The beginning of “between 2 and 4pm” was taken: 14:00."],
  });
  expect(read("tomorrow lunchtime")).toMatchObject({ notes: ["“lunchtime” was read as 12:00."] });
  expect(read("eod")).toMatchObject({ notes: ["“eod” was read as 17:00."] });
  expect(read("tomorrow lunchtime at 1")).toMatchObject({ notes: [] });
  expect(read("tomorrow 3pm")).toMatchObject({ notes: [] });
  expect(read("1.5 hours")).toMatchObject({ notes: [] });
});
