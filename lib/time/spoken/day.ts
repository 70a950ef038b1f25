/** The day that words name. */
import { casual, GB } from "chrono-node/en";
import { countryOfZone } from "#lib/time/country";
import { cut, DAY_NAME, MONTH_START, numberOf, WEEKDAY } from "#lib/time/spoken/number-words";

/**
 * `isExact`: the words contain the hour, too. `isSpan`: they contain a span, such as "in two hours". `isVague`: they name a week, a
 * month or a year and no day of it. `isOfMonth`: they name a number and no month, "the 31st". `why`: weekday and date contradict
 * each other.
 */
export type Day = {
  local: string;
  text: string;
  rest: string;
  isExact: boolean;
  isSpan: boolean;
  isWeekday: boolean;
  isVague?: boolean;
  isOfMonth?: boolean;
  note: string | null;
  why?: string;
};

/** "Friday week", "a week on friday", "two weeks from friday". */
const WEEKS_LATER = new RegExp(
  `\\b(?:(${WEEKDAY}) (?:(\\d) )?weeks?|(?<!\\b(?:next|this|same|that|the|coming|following|in) )(?:(?:an?|(one|two|three|four|\\d)) )?(?<!\\b(?:next|this|same|that|the|coming|following) )weeks? (?:(?:from|on) )?(${WEEKDAY}))\\b`,
);

/** "The 31st" that no name of a month follows. */
const OF_MONTH = new RegExp(`\\b(?:the )?(\\d{1,2})(?:st|nd|rd|th)\\b(?! (?:of )?${MONTH_START})`);
const NAMES_MONTH = new RegExp(`\\b${MONTH_START}`);

/** The day in the words, seen from `local`, and the words that are left; null when they name none, or more than one. */
export function dateOf(words: string, local: string, isUs: boolean): Day | null {
  const ofMonth = OF_MONTH.exec(words);
  if (ofMonth && !NAMES_MONTH.test(words)) return dayOfMonth(words, ofMonth, local);
  const later = WEEKS_LATER.exec(words);
  // The library misses the day of "3 april" before several spaces.
  const asked = (later ? words.replace(later[0], (later[1] ?? later[4])!) : words).replace(/ +/g, " ").trim();
  // Parsed as if that clock were UTC, so that the library does not use the zone of this machine.
  const reference = { instant: new Date(`${local}Z`), timezone: 0 };
  const found = (isUs ? casual : GB).parse(asked, reference, { forwardDate: true });
  const [first] = found;
  if (!first || found.length > 1 || first.end) return null;
  // The library turns a date of a thirteenth month around.
  if (Number(/^\d{4}\D(\d{1,2})\D\d/.exec(first.text)?.[1]) > 12) return null;
  const date = first.start.date();
  if (later) date.setUTCDate(date.getUTCDate() + 7 * numberOf(later[2] ?? later[3] ?? "1"));
  const isInTwoWays =
    /^\d{1,2}[/.-]\d{1,2}(?! ?[a-z])/.test(first.text) || new RegExp(`\\bnext ${DAY_NAME}\\b`).test(asked);
  const isExact = first.start.isCertain("hour");
  const [namesDay, namesWeekday] = [first.start.isCertain("day"), first.start.isCertain("weekday")];
  const isOfOtherYear =
    namesDay && !first.start.isCertain("year") && date.getUTCFullYear() !== Number(local.slice(0, 4));
  const isOther = namesDay && namesWeekday && first.start.get("weekday") !== date.getUTCDay();
  return {
    local: date.toISOString().slice(0, 19),
    text: first.text,
    rest: cut(asked, { 0: first.text, index: first.index }),
    isExact,
    isSpan: isExact && /\b(hours?|hrs?|h|minutes?|mins?|seconds?|secs?|now)\b|\d ?(h|hrs?|m|mins?)\b/.test(first.text),
    isWeekday: namesWeekday && !namesDay && !later,
    isVague:
      !isExact &&
      !namesWeekday &&
      (!namesDay || /^(next|this|coming|following) week\b/.test(first.text)) &&
      !/^in /.test(first.text),
    note: isInTwoWays || isOfOtherYear ? `“${first.text}” was read as ${dayWords(date, isOfOtherYear)}.` : null,
    ...(isOther && { why: `${dayWords(date)} is a ${weekdayOf(date)}; which day?` }),
  };
}

function dayWords(date: Date, withYear = false): string {
  const words: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", timeZone: "UTC" };
  if (withYear) words.year = "numeric";
  return new Intl.DateTimeFormat("en-GB", words).format(date);
}

function weekdayOf(date: Date): string {
  return new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "UTC" }).format(date);
}

const OF_WEEK = new RegExp(`\\b${DAY_NAME}\\b`);

/** "the 31st", "friday the 13th": the next day of that number, in this month or a later one. */
function dayOfMonth(words: string, found: RegExpExecArray, local: string): Day | null {
  const day = Number(found[1]);
  if (day < 1 || day > 31) return null;
  const today = new Date(`${local.slice(0, 10)}T00:00:00Z`);
  for (let months = 0; months < 13; months += 1) {
    const date = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + months, day));
    if (date.getUTCDate() !== day || date < today) continue;
    const rest = cut(words, found);
    const weekday = OF_WEEK.exec(rest);
    const isOther = weekday !== null && !weekdayOf(date).toLowerCase().startsWith(weekday[1]!);
    return {
      local: date.toISOString().slice(0, 19),
      text: found[0],
      rest: weekday ? cut(rest, weekday) : rest,
      isExact: false,
      isSpan: false,
      isWeekday: false,
      isOfMonth: true,
      note: null,
      ...(isOther && { why: `${dayWords(date)} is a ${weekdayOf(date)}; which day?` }),
    };
  }
  return null;
}

/** Whether people in this zone write the month before the day. */
export function isAmerican(zone: string): boolean {
  return countryOfZone(zone) === "US";
}
