import { type Day, dateOf, isAmerican } from "#lib/time/spoken/day";
import { namedTime } from "#lib/time/named-times";
import { namedZone } from "#lib/time/spoken/named-zone";
import { cut } from "#lib/time/spoken/number-words";
import { objection } from "#lib/time/spoken/objection";
import { plain } from "#lib/time/spoken/plain";
import { atNamedTime, isWithin, NAMED_TIME_MINUTES, timeOfDay, withoutPartOfDay } from "#lib/time/spoken/time-of-day";
import { localTime } from "#lib/time/zone";

/**
 * The meaning of words: a wall-clock time (as `2026-03-02T09:00:00`), the zone they name if any, and a sentence for each ambiguity
 * and its reading. `instant`: of a span such as "in two hours", which passes also while the clocks change. Or the reason why they
 * are no time, as a sentence for the person who wrote them.
 */
export type Spoken = { local: string; instant: Date | null; zone: string | null; notes: string[] } | { why: string };

/**
 * Reads words such as "tomorrow 3pm", "half past 3 on friday" or "in two hours" as a time in `zone`, or in the zone they name.
 * All words must be understood: unknown words, times when not to call, open ranges and a day without an hour are refused. A range
 * counts from its beginning, and "lunchtime" is an hour with a note. The day comes before the month outside the United States, and
 * an hour without am or pm is the one by day. A time of today that has passed is the next one to come. English only.
 *
 * Its steps lie in `spoken/`: one spelling (`plain`), the zone (`named-zone`), why it is no time (`objection`), the hour
 * (`time-of-day`) and the day (`day`); each takes its words away, and the words that are left at the end were not understood.
 */
export function spokenTime(text: string, now: Date, zone: string): Spoken {
  const quoted = `“${text}”`;
  const words = plain(text, localTime(now, zone));
  const named = namedZone(words, zone);
  const all = named?.rest ?? words;
  const vague = namedTime(all);
  const rest = vague ? cut(all, vague) : all;
  const open = objection(rest, quoted);
  if (open !== null) return { why: open };
  const there = named?.zone ?? zone;
  const local = localTime(now, there).slice(0, 19);
  const partOfDay = /\b(morning|afternoon|evening|night|tonight)\b/.exec(all)?.[1] ?? null;
  const exact = timeOfDay(rest, partOfDay);
  const time = exact ?? (vague && atNamedTime(vague, rest));
  if (time && timeOfDay(time.rest, partOfDay)) return { why: `${quoted} names two times; which one?` };
  const isElsewhere = exact && vague && Math.abs(exact.minutes - vague.minutes) > NAMED_TIME_MINUTES;
  if (isElsewhere || (time && !isWithin(partOfDay, time.minutes)))
    return { why: `${quoted} names an hour of another part of the day; which one?` };
  const date = comingDay(withoutPartOfDay(time?.rest ?? rest), time?.minutes ?? null, local, isAmerican(zone));
  if (date?.why) return { why: date.why };
  const unread = (date?.rest ?? withoutPartOfDay(time?.rest ?? rest))
    .replace(FILLERS, " ")
    .replace(/[\s,.;!()-]+/g, " ")
    .trim();
  if (!time && !date?.isExact) {
    const read = date ? ` I read only “${(withoutFillers(rest) || date.text).trim()}”; which time?` : "";
    return { why: read.trim() || `${quoted} is not a time; try “tomorrow 3pm” or “in 2 hours”.` };
  }
  if (date?.isExact && !date.isSpan && !isWithin(partOfDay, minutesIn(date.local)))
    return { why: `${quoted} names an hour of another part of the day; which one?` };
  if (time && date?.isExact) return { why: `${quoted} names two times; which one?` };
  if (date?.isVague) return { why: `I read only “${date.text.trim()}”; which day?` };
  if (unread !== "") return { why: `I did not understand “${unread}” in ${quoted}; say it in other words.` };
  const notes = [time?.note ?? null, date?.note ?? null, named?.note ?? null].filter((note) => note !== null);
  const said = { zone: named?.zone ?? null, notes };
  if (!time && date!.isSpan) {
    const instant = new Date(now.getTime() + Date.parse(`${date!.local}Z`) - Date.parse(`${local}Z`));
    return { local: localTime(instant, there).slice(0, 19), instant, ...said };
  }
  if (!time) return { local: date!.local, instant: null, ...said };
  const isTonight = /\b(to)?night\b/.test(rest);
  return { local: joined(date, time.minutes, local, isTonight), instant: null, ...said };
}

/** Words that may stand around a time without changing it. */
const FILLERS =
  /\b(at|on|the|by phone|please|pls|thanks|(?:call|ring|phone)(?: us)?(?: back)?|me|her|him|them|back|again|around|about|ish|then|for|o'?clock|sharp|maybe|and|of|is|fine|good|best|would|be|time)\b/g;

function withoutFillers(words: string): string {
  return words.replace(/\b(please|call|ring|phone|me|us|her|him|them|back|again)\b/g, " ").replace(/\s+/g, " ");
}

/** The day in the words; "the 31st" is the next one on which that hour has not passed. */
function comingDay(words: string, minutes: number | null, local: string, isUs: boolean): Day | null {
  const day = dateOf(words, local, isUs);
  const hasPassed = minutes !== null && day?.local.slice(0, 10) === local.slice(0, 10) && minutes < minutesIn(local);
  return day?.isOfMonth && hasPassed ? dateOf(words, `${dayAfter(local)}T00:00:00`, isUs) : day;
}

function dayAfter(local: string): string {
  return new Date(Date.parse(`${local.slice(0, 10)}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

function minutesIn(local: string): number {
  return 60 * Number(local.slice(11, 13)) + Number(local.slice(14, 16));
}

/** Until then a night is the one of the day before. */
const NIGHT_ENDS = 5 * 60;

/**
 * That time on that day; without a day, or on a weekday that is today, the next time it comes. The small hours of a night that has
 * not begun are those of the day after: "12:30 tonight", "1am tonight".
 */
function joined(date: Day | null, minutes: number, local: string, isAtNight: boolean): string {
  const day = new Date(`${(date?.local ?? local).slice(0, 10)}T00:00:00Z`);
  const isToday = date?.local.slice(0, 10) === local.slice(0, 10);
  const hasNightBegun = isToday && Number(local.slice(11, 13)) * 60 < NIGHT_ENDS;
  const isSmallHour = isAtNight && !hasNightBegun && minutes < NIGHT_ENDS;
  day.setUTCMinutes(minutes + (isSmallHour ? 24 * 60 : 0));
  const passed = day.toISOString().slice(0, 19) < local;
  if (passed && !date) day.setUTCDate(day.getUTCDate() + 1);
  if (passed && date?.isWeekday) day.setUTCDate(day.getUTCDate() + 7);
  return day.toISOString().slice(0, 19);
}
