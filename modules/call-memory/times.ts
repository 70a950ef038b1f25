import { DAY_IN_MONTH, NAMED_DAY, NAMED_TIME, namedTime, SEASON, withoutNamesBeforeDates } from "#lib/time/named-times";
import { spokenTime } from "#lib/time/spoken-time";
import { localTime } from "#lib/time/zone";
import type { DueTime } from "./schema.ts";

/**
 * The time that a clause names, on the clock of `zone`, for words written at the instant `at`. Null when it names neither a day nor
 * an hour, or several: a time is proposed only where it is certain. The clause must be in full English.
 */
export function timeOf(said: string, at: Date, zone: string): DueTime | null {
  const outside = said.replace(/\([^)]*\)/g, " ");
  const named = outside.search(DAY) === -1 && outside.search(TIME) === -1 ? said : outside;
  const clause = withoutNamesBeforeDates(named.replace(GIVEN_UP, "$<kept>"))
    .replace(/\btonight\b/g, "today evening")
    .replace(/\bthis (morning|afternoon|evening)\b/g, "today $1");
  if (OF_ANOTHER_DAY.test(clause)) return null;
  const days = [...clause.matchAll(DAY)];
  const withoutDays = clause.replace(DAY, (day) => " ".repeat(day.length));
  if (SEASON.test(withoutDays)) return null;
  const found = [...withoutDays.matchAll(TIME)];
  // "This afternoon at 4": the part of the day says which four it is.
  const part = found.length === 2 ? found.find(([words]) => PART_OF_DAY.test(words)) : undefined;
  const times = part ? found.filter((one) => one !== part && !PART_OF_DAY.test(one[0])) : found;
  if (days.length > 1 || times.length > 1 || (part && times.length === 0)) return null;
  const [day] = days;
  const [time = bareHour(clause, day)] = times;
  if (!day && !time) return null;
  const both = [day, time].filter((found) => found !== undefined).sort((a, b) => a.index - b.index);
  const words = clause.slice(both[0]!.index, both.at(-1)!.index + both.at(-1)![0].length);
  const bound =
    both.map((found) => boundOf(clause.slice(0, found.index), found[0])).find((one) => one !== null) ?? null;
  const hour = time ? withPart(hourOf(time[0]), part?.[0]) : null;
  const isLength = day !== undefined && /^(?:with)?in .*(?:minute|hour)/.test(day[0]);
  const phrase = [day ? dayWords(day[0], at, zone) : "", isLength ? "" : (hour ?? "at 09:00")].join(" ").trim();
  const read = spokenTime(phrase, at, zone);
  if ("why" in read || (!NAMES_A_YEAR.test(words) && isMostOfAYearAhead(read.local, at))) return null;
  const local = day && isTodaysName(day[0], at, zone) ? aWeekLater(read.local, at, zone) : read.local;
  return { local: local.slice(0, hour === null && !isLength ? 10 : 16), bound, words };
}

/** A day relative to another event: "the day after", "the morning before". */
const OF_ANOTHER_DAY = /\bthe (?:day|morning|evening|week) (?:after|before)\b(?! tomorrow)/;

/** Whether the words of a time name a day. */
export function namesDay(words: string): boolean {
  return words.search(DAY) !== -1;
}

const NAMES_A_YEAR = /\b20\d\d\b/;
const AHEAD_MS = 300 * 86_400_000;

/** "26 Feb", written in March, is in the past: a date without a year never means eleven months ahead. */
function isMostOfAYearAhead(local: string, at: Date): boolean {
  return Date.parse(`${local.slice(0, 10)}T00:00Z`) - at.getTime() > AHEAD_MS;
}

/** "Friday 11": a number that ends the clause after its day is an hour. */
function bareHour(clause: string, day: RegExpExecArray | undefined): RegExpExecArray | undefined {
  if (!day) return undefined;
  const end = day.index + day[0].length;
  const found = /^,? (?:at )?([1-9]|1[0-2])$/.exec(clause.slice(end));
  if (!found) return undefined;
  found.index += end;
  found[0] = `at ${found[1]}`;
  return found;
}

/** "Monday" on a Monday means the next one; this one would be "today". */
function isTodaysName(day: string, at: Date, zone: string): boolean {
  const today = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: zone }).format(at).toLowerCase();
  return day === today;
}

function aWeekLater(local: string, at: Date, zone: string): string {
  if (local.slice(0, 10) !== localTime(at, zone).slice(0, 10)) return local;
  return localTime(new Date(at.getTime() + 7 * DAY_MS), zone).slice(0, 10) + local.slice(10);
}

const DAY_MS = 86_400_000;

const NUMBER = "(?:\\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|half an)";
const WEEKDAY = "(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)";
const MONTH =
  "(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)";
const ORDINAL = "\\d{1,2}(?:st|nd|rd|th)";
const DAY = new RegExp(
  `\\b(?:${[
    "day after tomorrow",
    NAMED_DAY,
    DAY_IN_MONTH,
    `(?:a fortnight|(?:two|three|2|3) weeks) (?:on |from )?(?:tomorrow|${WEEKDAY})`,
    `(?:tomorrow|${WEEKDAY}) fortnight`,
    "today",
    "tomorrow",
    `(?:with)?in ${NUMBER} (?:minutes?|hours?|days?|weeks?)`,
    `(?:a )?week (?:from |on )?(?:today|tomorrow)`,
    `(?:a )?week (?:from|on) ${WEEKDAY}`,
    "(?<!start and )end of week",
    `next week(?: on)?,? ${WEEKDAY}`,
    `${WEEKDAY}(?: of)? next week`,
    `(?:next |this |coming )?${WEEKDAY}(?: week)?(?:,? (?:the )?(?:${ORDINAL}|\\d{1,2})(?: of)? ${MONTH}|,? (?:the )?${ORDINAL}|,? \\d{1,2}/(?:0?\\d|1[0-2])(?![\\d:]))?`,
    `(?:the )?(?:${ORDINAL}|\\d{1,2}) (?:of )?${MONTH}(?: \\d{4})?`,
    `${MONTH} (?:the )?(?:${ORDINAL}|\\d{1,2})(?!\\d|:)`,
    `the ${ORDINAL}`,
    `${ORDINAL}(?! (?:time|call|attempt|floor|reminder|contact|letter|party|line|class|instal\\w+|person|visit|of (?!${MONTH})))`,
    "(?<!(?:at|after|before|by|from|until|around) )(?:[0-2]?\\d|3[01])/(?:0?\\d|1[0-2])(?!\\d)(?:/\\d{2,4})?(?! ?[ap]m|\\d)(?=$|[ ,])",
    // "On 12.3." is a date; "tomorrow 4.10" is an hour.
    "(?<=\\b(?:on|the) )(?:[0-2]?\\d|3[01])\\.(?:0?[1-9]|1[0-2])(?!\\d)(?:\\.(?:20\\d\\d)?)?(?! ?[ap]m)(?=$|[ ,])",
    "(?:[0-2]?\\d|3[01])\\.(?:0?[1-9]|1[0-2])\\.20\\d\\d(?=$|[ ,])",
    "\\d{4}-\\d\\d-\\d\\d",
  ].join("|")})(?![a-z])`,
  "g",
);
const HOUR = "(?:\\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)";
const CLOCK = `(?:\\d{1,2}[:.][0-5]\\d ?(?:[ap]\\.?m\\b\\.?)?|${HOUR} ?[ap]\\.?m\\b\\.?|${HOUR} o'?clock)`;
const RANGE_END = `(?:\\d{1,2}(?:[:.][0-5]\\d)?|${HOUR}) ?(?:[ap]\\.?m\\b\\.?)?`;
const TIME = new RegExp(
  `\\b(?:${[
    `(?:between|from) ${RANGE_END} ?(?:and|to|until|till|-) ?${RANGE_END}`,
    `${RANGE_END} ?(?:-|to) ?${RANGE_END}(?= ?$|[ ,])(?<=[ap]m|:\\d\\d|\\d ?- ?\\d{1,2})`,
    `(?:half|quarter|ten|five|twenty) (?:past|to) ${HOUR}`,
    `half ${HOUR}`,
    CLOCK,
    `for ${HOUR}(?= (?:on|today|tomorrow|${WEEKDAY})\\b)`,
    "\\d{1,2} in the (?:morning|afternoon|evening)",
    `(?:at|after|before|from|by|until|around|about|past) ${HOUR}(?! of\\b)(?: ?[ap]\\.?m\\b\\.?)?(?! ?(?:st|nd|rd|th|%|${MONTH}|minutes?|hours?|days?|weeks?|times?|pounds?|people)\\b)(?![\\d:/£$€]|\\.\\d)`,
    "noon|midday|(?<=\\b(?:at|over|after|before|around|by|till|until) )lunch(?! ?(?:break|hour|time))",
    NAMED_TIME,
    "(?:in the )?(?:morning|afternoon|evening)|pm",
  ].join("|")})(?=$|[^a-z\\d])`,
  "g",
);

/** A time that another one replaces: "Wednesday instead of Tuesday", "Monday is better than Friday", "moved Friday's visit to the 13th". */
const GIVEN_UP = new RegExp(
  [
    `\\b(?:instead of|rather than|better than|not(?: on| at)?) (?:the )?(?:${DAY.source}|${TIME.source})`,
    `(?<kept>\\b(?:moved|changed|postponed|rearranged|rescheduled|put back|brought forward)\\b.*?) (?:from )?(?:${DAY.source})(?:'s)?(?: at \\d[\\d:.]*(?: ?[ap]m)?)?(?=.* to )`,
  ].join("|"),
);

const PART_OF_DAY = /^(?:in the )?(?:morning|afternoon|evening)$/;

/** The hour of a part of the day, as the guide of the labelled sentences says. */
const PARTS: [part: RegExp, hour: string][] = [
  [/morning/, "at 09:00"],
  [/lunch|^noon|midday/, "at 12:00"],
  [/afternoon|^pm$/, "at 13:00"],
  [/evening/, "at 18:00"],
];

/** Words for an hour as `spokenTime` reads them; an open end is read as the end that was named. */
function hourOf(words: string): string {
  if (namedTime(words)) return `at ${words}`;
  const part = /\d|past|\bto\b/.test(words) ? undefined : PARTS.find(([name]) => name.test(words));
  if (part) return part[1];
  if (/between|from .*(?:to|and|until|till|-)/.test(words)) return words.replace(/\b(?:until|till)\b/, "to");
  if (/\d ?(?:-|to) ?\d/.test(words)) return `between ${words.replace(/ ?(?:-|\bto\b) ?/, " and ")}`;
  return `at ${words.replace(/^(?:at|after|before|from|by|until|around|about|past|for) /, "")}`;
}

/** An hour with its part of the day: "at 4" of an afternoon. An hour with am or pm, and a range, stay as they are. */
function withPart(hour: string, part: string | undefined): string {
  const name = /morning|afternoon|evening/.exec(part ?? "")?.[0];
  return name && !/[ap]\.?m|between|noon/.test(hour) ? `${hour} in the ${name}` : hour;
}

function dayWords(named: string, at: Date, zone: string): string {
  const said = named.replace(/^coming /, "");
  const inWeek = /^(?:a )?week (?:from |on )?(today|tomorrow)$/.exec(said)?.[1];
  if (inWeek) return `in ${inWeek === "today" ? 7 : 8} days`;
  const ofNextWeek = said.includes("next week") ? new RegExp(WEEKDAY).exec(said)?.[0] : undefined;
  if (ofNextWeek) return dayOfNextWeek(ofNextWeek, at, zone);
  const words = said === "end of week" ? "friday" : said;
  return words
    .replace(/^(\d{1,2}(?:st|nd|rd|th))$/, "the $1")
    .replace(/^(\d{1,2})\.(\d{1,2})\b\.?/, (_, dayOf, month) => `${dayOf} ${MONTHS[Number(month) - 1]} `)
    .trim()
    .replace(/^within\b/, "in")
    .replace(/^(?:next |this )?\w+day,? (\d{1,2}\/\d{1,2})$/, "$1")
    .replace(/^(?:next |this )?\w+day,? (?:the )?(\d{1,2}(?:st|nd|rd|th))$/, "the $1");
}

const MONTHS = "january february march april may june july august september october november december".split(" ");
const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** The day of this name in the week that begins on the next Monday, as `2026-03-12`. */
function dayOfNextWeek(name: string, at: Date, zone: string): string {
  const today = new Date(`${localTime(at, zone).slice(0, 10)}T00:00Z`);
  const sinceMonday = (today.getUTCDay() + 6) % 7;
  return new Date(today.getTime() + (7 - sinceMonday + WEEKDAYS.indexOf(name)) * DAY_MS).toISOString().slice(0, 10);
}

/** Whether a time is the beginning or the end of a span, from the words before it. */
function boundOf(before: string, words: string): DueTime["bound"] {
  if (/\b(?:by|before|until|no later than)(?: the)? ?$/.test(before) || /^(?:by|before|until|within)\b/.test(words))
    return "before";
  return /\b(?:after|from) ?$/.test(before) || /^(?:after|from)\b/.test(words) ? "after" : null;
}
