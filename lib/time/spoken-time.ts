import { casual, GB } from "chrono-node/en";
import { countryOfZone } from "./country.ts";
import { namedTime, withDatesOfNamedDays } from "./named-times.ts";
import { isZone, localTime } from "./zone.ts";
import { zoneOfAbbreviation } from "./zone-abbreviations.ts";

/**
 * The meaning of words: a wall-clock time (as `2026-03-02T09:00:00`), the zone they name if any, and a sentence for each
 * ambiguity and its reading. `instant`: of a span such as "in two hours", which passes also while the clocks change. Or the reason why
 * they are no time, as a sentence for the person who wrote them.
 */
export type Spoken = { local: string; instant: Date | null; zone: string | null; notes: string[] } | { why: string };

type TimeOfDay = { minutes: number; rest: string; note: string | null };

/**
 * Reads words such as "tomorrow 3pm", "half past 3 on friday" or "in two hours" as a time in `zone`, or in the zone they name.
 * All words must be understood: unknown words, times when not to call, open ranges and a day without an hour are refused. A range
 * counts from its beginning, and "lunchtime" is an hour with a note. The day comes before the month outside the United States, and an hour without am or pm is the one by
 * day. A time of today that has passed is the next one to come. English only.
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
  const date = dateOf(withoutPartOfDay(time?.rest ?? rest), local, isAmerican(zone));
  if (date?.why) return { why: date.why };
  const unread = (date?.rest ?? withoutPartOfDay(time?.rest ?? rest))
    .replace(FILLERS, " ")
    .replace(/[\s,.;!()-]+/g, " ")
    .trim();
  if (!time && !date?.isExact) {
    const read = date ? ` I read only “${(withoutFillers(rest) || date.text).trim()}”; which time?` : "";
    return { why: read.trim() || `${quoted} is not a time; try “tomorrow 3pm” or “in 2 hours”.` };
  }
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

const NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const HOUR = `(\\d{1,2}|${NUMBERS.join("|")})`;
const HALF = "(?:\\s*(a\\.?m\\.?|p\\.?m\\.?)(?![a-z]))?";
const FILLERS =
  /\b(at|on|the|by phone|please|pls|thanks|call|ring|phone|me|us|her|him|them|back|again|around|about|ish|then|for|o'?clock|sharp|maybe|and|of|is|fine|good|best|would|be|time)\b/g;
const WEEKDAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";

function plain(text: string, local: string): string {
  const [today, clock] = [local.slice(0, 10), local.slice(11, 16)];
  return withDatesOfNamedDays(
    today,
    text
      .replace(/(\d) ?([¼½¾])/g, (_, hours: string, part: string) => `${hours}${PARTS_OF_ONE[part]}`)
      .normalize("NFKC")
      .toLowerCase()
      .replace(/[’`]/g, "'")
      .replace(/@/g, " at ")
      .replace(/\s+/g, " ")
      .replace(
        /\b(?:(?:at|over|in|during) )?(?:(?:her|his|their|my|the) )?lunch(?: (?:break|hour))?(?![a-z]|[- ]?time)/g,
        "lunchtime",
      )
      .replace(/\bthis (?=lunch|(?:early|mid|late)[- ]?(?:morning|afternoon|evening))/g, "today ")
      .replace(/\be\.o\.d\.?|\blast thing\b(?! at night)/g, "end of day")
      .replace(/\bin (?:about|around|roughly) /g, "in ")
      .replace(/ or (?:so|thereabouts)\b/g, "")
      .replace(/\b(?:at )?(?:this|the same|same) time (?=(?:tomorrow|next|on|a week|in)\b)/g, `${clock} `)
      .replace(/\b(half|a?quarter) past (?:noon|midday)\b/g, "$1 past 12pm")
      // "Quarter after three", "ten till four" and "quarter of five" are said in the United States.
      .replace(MINUTES_AROUND, (_, minutes: string, side: string) => `${minutes} ${side === "after" ? "past" : "to"} `)
      .replace(/\b(?:the )?day after tomorrow\b/g, "in 2 days")
      .replace(/\b(?:a |one )?fortnight\b/g, "2 weeks")
      .replace(/\b(day|week|month|hour|minute)(s?)'?(s?)'? time\b/g, "$1$2$3")
      .replace(WEEKS_FROM_TOMORROW, (_, before = "1", after = before) => `in ${7 * numberOf(after) + 1} days`)
      .replace(/\b(?:12(?:[:.]00)?|twelve) ?(?=(?:noon|midday|midnight)\b)/g, "")
      .replace(/(\d ?(?:[ap]\.?m\.?)? ?(?:to|and|until|till|-|–) ?)(?:noon|midday)\b/g, "$112pm")
      .replace(/\b(?:(?:between|from) )?(?:noon|midday) (?:to|and|until|till) (?=\d)/g, "between 12pm and ")
      .replace(/\bfrom (\S+(?: ?[ap]\.?m\.?)?) (?:until|till) (?=\d)/g, "from $1 to ")
      // A minute after a dash is no hour: "3-30pm" is no range.
      .replace(/\b(\d{1,2})-([3-5]\d)(?= ?[ap]\.?m)/g, "$1:$2")
      .replace(/\b(an?|one|two|three|four|\d) (weeks?) (?:from )?today\b/g, "in $1 $2")
      // Four digits are also a year, except when the first is a zero.
      .replace(/(?<![\d.:/-])(0\d)([0-5]\d)(?![\d.:/-])(?! ?h)/g, "$1:$2")
      .replace(/\b(?:2mor+ow|2moro|tomoro|tomorow|tommorow|tommorrow|tomoz|tmw)\b/g, "tomorrow")
      // "15:00Z", the end of a time in ISO 8601, names its zone.
      .replace(/(\d:\d\d(?::\d\d)?)z\b/g, "$1 utc")
      .replace(/\ba (?=quarter (?:past|to)\b)/g, "")
      .replace(MANY_MINUTES, (_, number: string) => String(MINUTES_IN_WORDS[number.replace("-", " ")]))
      .replace(TIME_IN_WORDS, (_, hour: string, minutes: string) => `${numberOf(hour)}:${wordsOfMinutes(minutes)}`)
      .replace(/\?+$/, "")
      .replace(/\bweds?\b/g, "wednesday")
      .replace(/\btues?\b/g, "tuesday")
      .replace(/\b(?:an|one|1) hour and a half\b/g, "90 minutes")
      .replace(/\b(\w+) (?:and a half hours|hours and a half)\b/g, (_, hours: string) => `${numberOf(hours)}.5 hours`)
      .replace(/\b(?:an|one|1) hour and a quarter\b/g, "75 minutes")
      .replace(
        /\b(\w+) (?:and a quarter hours|hours and a quarter)\b/g,
        (_, hours: string) => `${60 * numberOf(hours) + 15} minutes`,
      )
      // "In 2.25 hours" is a span, and "2.25" alone a time of day.
      .replace(
        /\bin (\d{1,2})[.,](\d{1,2}) ?(?:hours?|hrs?|h)\b/g,
        (_, hours: string, part: string) => `in ${Math.round(60 * Number(`${hours}.${part}`))} minutes`,
      )
      .replace(HOURS_AND_MINUTES, (span, hours: string, minutes: string) =>
        /^in | now$/.test(span) ? `in ${60 * numberOf(hours) + Number(minutes)} minutes` : span,
      )
      .replace(/\bthree quarters of an hour\b/g, "45 minutes")
      .replace(/\b(?:a )?quarter of an hour\b/g, "15 minutes")
      .replace(IN_NEXT_WEEK, "$1 next week")
      .replace(IN_THIS_WEEK, "this $1")
      // Around three is at three; "15h30" and "at 0900" are 15:30 and 09:00.
      .replace(ROUGHLY, "$1")
      .replace(/\b(?:around|about|roughly) (?=\d)/g, "at ")
      .replace(/(?<!\bin )\b([01]?\d|2[0-3])h([0-5]\d)\b/g, "$1:$2")
      .replace(/\bat ([01]\d|2[0-3])([0-5]\d)(?: ?h(?:ou)?rs)?\b/g, "at $1:$2")
      .replace(/(?<!\bin )\b([01]\d|2[0-3])([0-5]\d) ?h(?:ou)?rs\b/g, "at $1:$2")
      .replace(/(?<!\bin )\b(1[3-9]|2[0-3]) ?h\b(?! (?:from|later))/g, "at $1:00")
      .trim(),
  );
}

function withoutFillers(words: string): string {
  return words.replace(/\b(please|call|ring|phone|me|us|her|him|them|back|again)\b/g, " ").replace(/\s+/g, " ");
}

/** "3½ hours": otherwise the digits would run together. */
const PARTS_OF_ONE: Record<string, string> = { "¼": ".25", "½": ".5", "¾": ".75" };

/** "In twenty minutes". */
const MINUTES_IN_WORDS: Record<string, number> = {
  fifteen: 15,
  twenty: 20,
  "twenty five": 25,
  thirty: 30,
  forty: 40,
  "forty five": 45,
  fifty: 50,
  sixty: 60,
  ninety: 90,
};
const MANY_MINUTES =
  /\b(fifteen|(?:twenty|forty)[ -]five|twenty|thirty|forty|fifty|sixty|ninety)(?= (?:minutes?|mins?)\b)/g;

/** "In 1h30", "1 hr 30 from now"; "1h30" alone is a time of day, and "in 1 hour 9:30" two times. */
const HOURS_AND_MINUTES = new RegExp(
  `\\b(?:in )?(\\d{1,2}|an?|${NUMBERS.join("|")}) ?(?:hours?|hrs?|h) ?([0-5]\\d)(?: ?m(?:in(?:ute)?s?)?)?\\b(?![:.]\\d| ?[ap]\\.?m)(?: from now)?`,
  "g",
);

const MINUTES_AROUND = new RegExp(
  `\\b(quarter|five|ten|twenty(?:[ -]five)?) (after|till?|of) (?=(?:\\d{1,2}|${NUMBERS.join("|")})\\b)`,
  "g",
);

/** "A week tomorrow", "tomorrow fortnight". */
const WEEKS_FROM_TOMORROW = new RegExp(
  `\\b(?<!\\b(?:next|this|same|that|the) )(?:(?:(an?|one|two|three|four|\\d) )?weeks? (?:(?:from|on) )?tomorrow|tomorrow (?:(\\d) )?weeks?)\\b`,
  "g",
);

const DAY_NAME = "((?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)";
const IN_NEXT_WEEK = new RegExp(`\\bnext week,? (?:on )?${DAY_NAME}\\b`, "g");
const IN_THIS_WEEK = new RegExp(`\\b(?:this|the same) week,? (?:on )?${DAY_NAME}\\b`, "g");

/** "3ish", "noonish"; never a part of "British time". */
const ROUGHLY = new RegExp(
  `(\\d(?: ?[ap]\\.?m\\.?)?|\\b(?:${NUMBERS.join("|")}|fifteen|thirty|noon|midday))-?ish\\b`,
  "g",
);

/** "Three thirty", "ten fifteen". */
const TIME_IN_WORDS = new RegExp(`\\b(${NUMBERS.join("|")}) (fifteen|thirty|forty[ -]five)\\b`, "g");

/** "From 3" without an end; "a week from tuesday" and "from 2 to 4" are others. */
const FROM_ON = new RegExp(
  `\\bfrom (?:(?:about|around) )?(?:(?:${HOUR}(?!\\d)(?:[:.][0-5]\\d)?${HALF}|noon|midday|lunch-?time)(?! ?(?:-|–|(?:to|and)\\b)|[:.\\d])|(?:today|tomorrow|now) (?:at|on)\\b)`,
);

/** Why words that name a time are still no time: they say when not to call, or leave one end open. */
function objection(words: string, quoted: string): string | null {
  if (
    /\b(not|no|never|don'?t|can'?t|cannot|won'?t|isn'?t|except|but|other than|apart from|unless|without|avoid|any day|any time|anytime)\b/.test(
      words,
    )
  )
    return `${quoted} says when not to call, or leaves it open; say the time at which to call.`;
  if (/\b(5|10) to \d/.test(words) && !/\b(between|from)\b|\d ?[ap]\.?m/.test(words))
    return `${quoted} can be read in two ways; say it with both hours, or as 15:50.`;
  const bounds = words.replace(/\bday after tomorrow\b/g, "");
  if (/\b(before|after|by|within|until|till|latest|earliest|since|onwards?|later than|earlier than)\b/.test(bounds))
    return `${quoted} is open at one end; which time?`;
  if (FROM_ON.test(words)) return `${quoted} is open at one end; which time?`;
  if (/\b(last|previous|yesterday|ago|earlier)\b|(?<!\w ?)- ?\d+(\.\d+)? ?(h|m|d|w)/.test(words))
    return `${quoted} has passed already; say a time to come.`;
  if (/\bor\b/.test(words)) return `${quoted} names two times; which one?`;
  if (
    /\b(end|beginning|start|middle|mid) (of )?(the )?(next )?(week|month|year|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/.test(
      words,
    )
  )
    return `${quoted} does not name a day; which one?`;
  if (/\bquarters?\b(?! (?:past|to)\b)/.test(words)) return `${quoted} does not name a day; which one?`;
  if (/\b(few|several)\b/.test(words)) return `${quoted} does not say how many; which time?`;
  if (/\b(every|each|daily|weekly|mondays|tuesdays|wednesdays|thursdays|fridays|weekdays?|weekends?)\b/.test(words))
    return `${quoted} names more than one day; which one?`;
  return null;
}

let cities: Map<string, string> | undefined;

function namedZone(words: string, own: string): { zone: string | null; rest: string; note?: string } | null {
  const theirs = /\b(their|local|her|his|my) time\b/.exec(words);
  // Written by an agent who repeats the words of the user; the agent's own clock may be meant as well.
  const note = theirs?.[1] === "my" ? { note: "“my time” was read as the time of the user." } : {};
  if (theirs) return { zone: null, rest: cut(words, theirs), ...note };
  cities ??= new Map(
    Intl.supportedValuesOf("timeZone").map((zone) => [
      zone.split("/").at(-1)!.replaceAll("_", " ").toLowerCase(),
      zone,
    ]),
  );
  for (const found of words.matchAll(
    /\b(?:in )?([a-z][a-z/_]*(?: [a-z]+){0,2}?) time\b|\bin ([a-z]+(?: [a-z]+)?)(?=$|[ ,])/g,
  )) {
    const name = found[1] ?? found[2] ?? "";
    // "in berlin on friday": the last words may belong to the day.
    for (const start of [...startsOf(name), ...(found[2] ? [name.split(" ")[0]!] : [])]) {
      const zone = cities.get(start);
      if (zone)
        return {
          zone,
          rest: cut(words, {
            // Only the place, and "time" after it: "in Berlin tomorrow" names the day as well.
            0: found[1] ? found[0].slice(found[0].indexOf(start)) : start,
            index: found.index + found[0].indexOf(start),
          })
            .replace(/\bin\s*$/, "")
            .replace(/\bin {2,}/, ""),
        };
    }
  }
  const abbreviated = zoneOfAbbreviation(words, own);
  if (abbreviated) return { zone: abbreviated.zone, rest: cut(words, abbreviated) };
  const iana = /\b[a-z]+\/[a-z_]+(?:\/[a-z_]+)?\b/.exec(words);
  return iana && isZone(iana[0]) ? { zone: canonical(iana[0]), rest: cut(words, iana) } : null;
}

/** "3pm new york": the whole, then without its first word, and so on. */
function startsOf(name: string): string[] {
  const parts = name.split(" ");
  return parts.map((_, n) => parts.slice(n).join(" "));
}

function canonical(zone: string): string {
  return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
}

function cut(words: string, found: { 0: string; index: number }): string {
  return `${words.slice(0, found.index)} ${words.slice(found.index + found[0].length)}`;
}

/** The time of day in the words, and the remaining words. */
function timeOfDay(words: string, partOfDay: string | null): TimeOfDay | null {
  const at = (pattern: string) => new RegExp(`\\b(?:at )?${pattern}`).exec(words);
  const taken = (found: RegExpExecArray, minutes: number | null, note: string | null = null): TimeOfDay | null =>
    minutes === null ? null : { minutes, rest: cut(words, found), note };
  const clock = (hour: string, half: string | undefined, minute = 0) => minutesOf(hour, minute, half, partOfDay);

  const past = at(
    `(half|quarter|five|ten|twenty(?:[ -]five)?|20|25|5(?= past)|10(?= past)|\\d{1,2} minutes?)(?: minutes?)? (past|to) ${HOUR}${HALF}\\b`,
  );
  if (past) {
    const hour = clock(past[3]!, past[4]);
    const offset = wordsOfMinutes(past[1]!);
    return taken(past, hour === null ? null : hour + (past[2] === "past" ? offset : -offset));
  }
  const range =
    at(
      `(?:between|from) ${HOUR}(?:[:.](\\d\\d))?${HALF} ?(?:and|to|until|till|-|–) ?${HOUR}(?:[:.](\\d\\d))?${HALF}(?![\\d/])`,
    ) ?? at(`${HOUR}(?:[:.](\\d\\d))?${HALF} ?(?:to|-|–) ?${HOUR}(?:[:.](\\d\\d))?${HALF}(?![\\d/-])`);
  if (range && (range[0].match(/between|from|to/) || range[3] || range[6] || range[2] || range[5])) {
    const half = range[3] ?? halfOfRange(range);
    const minutes = clock(range[1]!, half, Number(range[2] ?? 0));
    const note = minutes === null ? null : `The beginning of “${range[0].trim()}” was taken: ${shown(minutes)}.`;
    return taken(range, minutes, note);
  }
  const half = at(`half ${HOUR}${HALF}\\b`);
  if (half) return taken(half, clock(half[1]!, half[2], 30));
  const digits = at(`(\\d{1,2})[:.]([0-5]\\d)(?::00)?${HALF}(?![\\d/.])`);
  if (digits) return taken(digits, clock(digits[1]!, digits[3], Number(digits[2])));
  const noon = at("(noon|midday|midnight)\\b");
  if (noon?.[1] === "midnight") return taken(noon, 24 * 60, "Midnight was read as the one at the end of the day.");
  if (noon) return taken(noon, 12 * 60);
  const whole = at(`${HOUR}\\s*(a\\.?m\\.?|p\\.?m\\.?)(?![a-z])`);
  if (whole) return taken(whole, clock(whole[1]!, whole[2]));
  const said =
    /\bat ?(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?! ?(?:\/|\d|st|nd|rd|th|:))\b(?: ?o'?clock)?/.exec(
      words,
    ) ??
    at(`${HOUR} o'?clock`) ??
    at(
      `${HOUR}(?= (?:in the (?:morning|afternoon|evening)|at night|tonight|(?:this|tomorrow) (?:morning|afternoon|evening))\\b)`,
    );
  return said ? taken(said, clock(said[1]!, undefined)) : null;
}

/** "Lunchtime at one": an hour that is no further from a named time than this is the same time, said exactly. */
const NAMED_TIME_MINUTES = 120;

function atNamedTime({ name, minutes }: { name: string; minutes: number }, rest: string): TimeOfDay {
  return { minutes, rest, note: `“${name}” was read as ${shown(minutes)}.` };
}

/** "2 and 4pm" begins at 2pm, "11 to 2pm" at 11am. */
function halfOfRange(range: RegExpExecArray): string | undefined {
  const [begin, end, half] = [numberOf(range[1]!), numberOf(range[4]!), range[6]];
  if (!half || begin > 12) return undefined;
  const isBefore = begin % 12 < end % 12 || (begin === end && Number(range[2] ?? 0) < Number(range[5] ?? 0));
  return isBefore ? half : half.startsWith("p") ? "am" : "pm";
}

function numberOf(hour: string): number {
  if (/^an?$/.test(hour)) return 1;
  const word = NUMBERS.indexOf(hour);
  return word === -1 ? Number(hour) : word + 1;
}

function wordsOfMinutes(words: string): number {
  const known: Record<string, number> = {
    half: 30,
    quarter: 15,
    five: 5,
    ten: 10,
    twenty: 20,
    fifteen: 15,
    thirty: 30,
  };
  if (words.startsWith("forty")) return 45;
  return known[words] ?? (words.startsWith("twenty") ? 25 : Number.parseInt(words, 10));
}

/** Minutes since midnight; null for an hour that does not exist. An hour without am or pm is the one by day. */
function minutesOf(hour: string, minute: number, half: string | undefined, partOfDay: string | null): number | null {
  const number = numberOf(hour);
  const said = half?.[0] ?? (partOfDay === null ? undefined : partOfDay === "morning" ? "a" : "p");
  if (number > 23 || minute > 59 || (half && (number === 0 || number > 12))) return null;
  if (number > 12 || number === 0 || (/^0/.test(hour) && !half)) return number * 60 + minute;
  // Twelve at night is midnight, and the small hours after it are said with am; twelve in the morning could be both.
  if (number === 12 && half === undefined)
    return partOfDay === "night" || partOfDay === "tonight" ? minute : 12 * 60 + minute;
  const isAfternoon = said === undefined ? number === 12 || number < 8 : said === "p";
  return ((number % 12) + (isAfternoon ? 12 : 0)) * 60 + minute;
}

/** The first hour of a part of the day, and the hour at which it ends; a night ends on the next day. */
const PARTS: Record<string, readonly [number, number]> = {
  morning: [0, 12],
  afternoon: [12, 19],
  evening: [16, 25],
  night: [17, 29],
  tonight: [17, 29],
};

/** Whether this time of day lies in the part of the day that is named; without one it does. */
function isWithin(partOfDay: string | null, minutes: number): boolean {
  const [begin, end] = PARTS[partOfDay ?? ""] ?? [0, 48];
  return [minutes, minutes + 24 * 60].some((at) => at >= begin * 60 && at < end * 60);
}

function shown(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** Once the hour is known, "tonight" and "this evening" name the day, and "in the morning" adds nothing. */
function withoutPartOfDay(words: string): string {
  return words
    .replace(/\b(tonight|this (morning|afternoon|evening))\b/g, "today")
    .replace(/\b(in the |at )?(morning|afternoon|evening|night)\b/g, " ");
}

/**
 * `isExact`: the words contain the hour, too. `isSpan`: they contain a span, such as "in two hours". `isVague`: they name a week, a
 * month or a year and no day of it. `why`: weekday and date contradict each other.
 */
type Day = {
  local: string;
  text: string;
  rest: string;
  isExact: boolean;
  isSpan: boolean;
  isWeekday: boolean;
  isVague?: boolean;
  note: string | null;
  why?: string;
};

/** "Friday week", "a week on friday", "two weeks from friday". */
const WEEKS_LATER = new RegExp(
  `\\b(?:(${WEEKDAY}) (?:(\\d) )?weeks?|(?<!\\b(?:next|this|same|that|the|coming|following|in) )(?:(?:an?|(one|two|three|four|\\d)) )?(?<!\\b(?:next|this|same|that|the|coming|following) )weeks? (?:(?:from|on) )?(${WEEKDAY}))\\b`,
);

function dateOf(words: string, local: string, isUs: boolean): Day | null {
  const ofMonth =
    /\b(?:the )?(\d{1,2})(?:st|nd|rd|th)\b(?! (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))/.exec(words);
  if (ofMonth && !/\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/.test(words))
    return dayOfMonth(words, ofMonth, local);
  const later = WEEKS_LATER.exec(words);
  // The library misses the day of "3 april" before several spaces.
  const asked = (later ? words.replace(later[0], (later[1] ?? later[4])!) : words).replace(/ +/g, " ").trim();
  // Parsed as if that clock were UTC, so that the library does not use the zone of this machine.
  const reference = { instant: new Date(`${local}Z`), timezone: 0 };
  const found = (isUs ? casual : GB).parse(asked, reference, { forwardDate: true });
  const [first] = found;
  if (!first || found.length > 1 || first.end) return null;
  const date = first.start.date();
  if (later) date.setUTCDate(date.getUTCDate() + 7 * numberOf(later[2] ?? later[3] ?? "1"));
  const isInTwoWays = /^\d{1,2}[/.]\d{1,2}(?! ?[a-z])/.test(first.text) || new RegExp(`\\bnext ${WEEKDAY}`).test(asked);
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
      note: null,
      ...(isOther && { why: `${dayWords(date)} is a ${weekdayOf(date)}; which day?` }),
    };
  }
  return null;
}

/** Until then a night is the one of the day before. */
const NIGHT_ENDS = 5 * 60;

/**
 * That time on that day; without a day, or on a weekday that is today, the next time it comes. The small hours of a night that has not
 * begun are those of the day after: "12:30 tonight", "1am tonight".
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

/** Whether people in this zone write the month before the day. */
function isAmerican(zone: string): boolean {
  return countryOfZone(zone) === "US";
}
