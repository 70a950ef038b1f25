import { spokenTime } from "#lib/spoken-time";
import type { DueTime } from "./schema.ts";

/**
 * When a clause says that something happens, on the clock of `zone`, for words written at the instant `at`. Null when it names no
 * day, or more than one: a time is proposed only where the day is certain. Takes full English.
 */
export function timeOf(said: string, at: Date, zone: string): DueTime | null {
  const clause = said
    .replace(/\btonight\b/g, "today evening")
    .replace(/\bthis (morning|afternoon|evening)\b/g, "today $1");
  const days = [...clause.matchAll(DAY)];
  const times = [...clause.replace(DAY, (day) => " ".repeat(day.length)).matchAll(TIME)];
  if (days.length > 1 || times.length > 1) return null;
  const [day] = days;
  const [time] = times;
  if (!day && !time) return null;
  const named = [day, time].filter((found) => found !== undefined).sort((a, b) => a.index - b.index);
  const words = clause.slice(named[0]!.index, named.at(-1)!.index + named.at(-1)![0].length);
  const bound =
    named.map((found) => boundOf(clause.slice(0, found.index), found[0])).find((one) => one !== null) ?? null;
  const hour = time ? hourOf(time[0]) : null;
  const isLength = day !== undefined && /^(?:with)?in .*(?:minute|hour)/.test(day[0]);
  const phrase = [day ? dayWords(day[0]) : "", isLength ? "" : (hour ?? "at 09:00")].join(" ").trim();
  const read = spokenTime(phrase, at, zone);
  if ("why" in read) return null;
  return { local: read.local.slice(0, hour === null && !isLength ? 10 : 16), bound, words };
}

const NUMBER = "(?:\\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|half an)";
const WEEKDAY = "(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)";
const MONTH =
  "(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)";
const ORDINAL = "\\d{1,2}(?:st|nd|rd|th)";
const DAY = new RegExp(
  `\\b(?:${[
    "day after tomorrow",
    "today",
    "tomorrow",
    `(?:with)?in ${NUMBER} (?:minutes?|hours?|days?|weeks?)`,
    `(?:a )?week (?:from|on) ${WEEKDAY}`,
    `(?:next |this |coming )?${WEEKDAY}(?: week)?(?:,? (?:the )?(?:${ORDINAL}|\\d{1,2})(?: of)? ${MONTH}| the ${ORDINAL})?`,
    `(?:the )?(?:${ORDINAL}|\\d{1,2}) (?:of )?${MONTH}(?: \\d{4})?`,
    `${MONTH} (?:the )?(?:${ORDINAL}|\\d{1,2})(?!\\d|:)`,
    `the ${ORDINAL}`,
    "(?<!(?:at|after|before|by|from|until|around) )\\d{1,2}[/.]\\d{1,2}(?:[/.]\\d{2,4})?(?! ?[ap]m|\\d)(?=$|[ ,])",
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
    `${RANGE_END} ?(?:-|to) ?${RANGE_END}(?= ?$|[ ,])(?<=[ap]m|:\\d\\d|\\d ?- ?\\d)`,
    `(?:half|quarter|ten|five|twenty) (?:past|to) ${HOUR}`,
    CLOCK,
    `(?:at|after|before|from|by|until|around|about|past) ${HOUR}(?! ?(?:st|nd|rd|th|%|${MONTH}|minutes?|hours?|days?|weeks?|times?|pounds?|people)\\b)(?![\\d:./£$€])`,
    "noon|midday|lunch ?time",
    "first thing|end of (?:the )?day",
    "(?:in the )?(?:morning|afternoon|evening)|pm",
  ].join("|")})(?=$|[^a-z\\d])`,
  "g",
);

/** The hour of a part of the day, as the guide of the labelled sentences says. */
const PARTS: [part: RegExp, hour: string][] = [
  [/morning|first thing/, "at 09:00"],
  [/lunch ?time|^noon|midday/, "at 12:00"],
  [/afternoon|^pm$/, "at 13:00"],
  [/end of/, "at 17:00"],
  [/evening/, "at 18:00"],
];

/** Words for an hour as `spokenTime` reads them; an open end is read as the end that was named. */
function hourOf(words: string): string {
  const part = /\d|past|\bto\b/.test(words) ? undefined : PARTS.find(([name]) => name.test(words));
  if (part) return part[1];
  if (/between|from .*(?:to|and|until|till|-)/.test(words)) return words.replace(/\b(?:until|till)\b/, "to");
  if (/\d ?(?:-|to) ?\d/.test(words)) return `between ${words.replace(/ ?(?:-|\bto\b) ?/, " and ")}`;
  return `at ${words.replace(/^(?:at|after|before|from|by|until|around|about|past) /, "")}`;
}

function dayWords(words: string): string {
  return words.replace(/^within\b/, "in");
}

/** Which end of what was meant a time is, from the words before it. */
function boundOf(before: string, words: string): DueTime["bound"] {
  if (/\b(?:by|before|until|no later than)(?: the)? ?$/.test(before) || /^(?:by|before|until|within)\b/.test(words))
    return "before";
  return /\b(?:after|from) ?$/.test(before) || /^(?:after|from)\b/.test(words) ? "after" : null;
}
