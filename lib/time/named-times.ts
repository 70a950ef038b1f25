import { MONTH_START, MONTHS } from "#lib/time/spoken/number-words";

/**
 * Times of a day that have a name, with the hour that is meant by it at a desk. They are vague, so an answer says how they were
 * read. Whole mornings, afternoons and evenings are no such times.
 */
const NAMED_TIMES: readonly (readonly [names: string, hour: string])[] = [
  ["early morning|breakfast[- ]?time", "08:00"],
  ["first thing|(?:start|beginning) of (?:the )?(?:working )?(?:day|business)", "09:00"],
  ["mid[- ]?morning|elevenses", "10:30"],
  ["late morning", "11:00"],
  ["lunch[- ]?time", "12:00"],
  ["early afternoon", "13:00"],
  ["mid[- ]?afternoon", "15:00"],
  ["late afternoon|tea[- ]?time", "16:00"],
  ["(?:end|close) of (?:the )?(?:working )?(?:day|business|play)|eod|cob", "17:00"],
  ["early evening", "18:00"],
];

/** The pattern of every named time. */
export const NAMED_TIME = NAMED_TIMES.map(([names]) => names).join("|");
const NAMED = NAMED_TIMES.map(([names, hour]) => ({
  pattern: new RegExp(`\\b(?:at |the )?\\b(${names})(?![a-z])`),
  hour,
}));

/** The first named time in the words, and its place; null without one. */
export function namedTime(words: string): { name: string; minutes: number; 0: string; index: number } | null {
  for (const { pattern, hour } of NAMED) {
    const found = pattern.exec(words);
    if (!found) continue;
    const minutes = Number(hour.slice(0, 2)) * 60 + Number(hour.slice(3));
    return { name: found[1]!, minutes, 0: found[0], index: found.index };
  }
  return null;
}

/** Days that fall on one date every year, wherever they are kept. */
const NAMED_DAYS: readonly (readonly [names: string, date: string])[] = [
  ["new year'?s day", "1 january"],
  ["epiphany|three kings(?:' day)?", "6 january"],
  ["burns night", "25 january"],
  ["australia day", "26 january"],
  ["valentine'?s?(?: day)?", "14 february"],
  ["(?:st\\.?|saint) david'?s(?: day)?", "1 march"],
  ["(?:st\\.?|saint) (?:patrick|paddy)'?s(?: day)?", "17 march"],
  ["april fools?'?s?(?: day)?", "1 april"],
  ["(?:st\\.?|saint) george'?s day", "23 april"],
  ["anzac day", "25 april"],
  ["may day(?! bank)", "1 may"],
  ["juneteenth", "19 june"],
  ["canada day", "1 july"],
  ["(?:the )?fourth of july", "4 july"],
  ["bastille day", "14 july"],
  ["hallowe'?en", "31 october"],
  ["bonfire night|guy fawkes(?:'?s?)?(?: night| day)?", "5 november"],
  ["armistice day|remembrance day|veterans'? day", "11 november"],
  ["(?:st\\.?|saint) andrew'?s day", "30 november"],
  ["(?:christmas|xmas) eve", "24 december"],
  ["(?:christmas|xmas) day", "25 december"],
  ["boxing day|(?:st\\.?|saint) stephen'?s day", "26 december"],
  ["new year'?s eve|nye|hogmanay", "31 december"],
];

/** Days counted from Easter Sunday, as most churches keep it. */
const DAYS_OF_EASTER: readonly (readonly [names: string, days: number])[] = [
  ["(?:shrove|pancake) tuesday|pancake day", -47],
  ["ash wednesday", -46],
  ["palm sunday", -7],
  ["maundy thursday", -3],
  ["good friday", -2],
  ["(?:holy|easter) saturday", -1],
  ["easter (?:sunday|day)", 0],
  ["easter monday", 1],
  ["ascension (?:day|thursday)", 39],
  ["whit sunday|pentecost(?: sunday)?", 49],
  ["whit monday|pentecost monday", 50],
];

/** The names of a season as well; they mean the day only where nothing says "around", "over" or "week". */
const SEASONS: readonly (readonly [names: string, date: string | number])[] = [
  ["christmas|xmas", "25 december"],
  ["easter", 0],
];
/** Seasons and holidays of several days, which are no single day. */
export const SEASON = /\b(?:christmas|xmas|easter|new year|bank holiday)\b/;
const IS_NO_SEASON = {
  before: "(?<!\\b(?:around|about|before|after|over|during|by|until|till|since|near|nearer|happy|merry) (?:the )?)",
  after: "(?! ?(?:-|week|time|holiday|break|period|season|month|term|party|bank))(?![a-z'])",
};

/** Friday and Monday of this name follow the fourth Thursday of November. */
const DAYS_OF_SALES: readonly (readonly [names: string, days: number])[] = [
  ["black friday", 1],
  ["cyber monday", 4],
];

/** The pattern of every named day. */
export const NAMED_DAY = [...NAMED_DAYS, ...DAYS_OF_EASTER, ...DAYS_OF_SALES].map(([names]) => names).join("|");
type DateIn = (year: number) => string;
const inYear =
  (days: number): DateIn =>
  (year) =>
    dateWords(easterSunday(year), days);
const afterThanksgiving =
  (days: number): DateIn =>
  (year) =>
    dateWords(nthWeekday(year, 10, 4, 4), days);
const DAYS: readonly { pattern: RegExp; dateIn: DateIn }[] = [
  ...NAMED_DAYS.map(([names, date]) => ({ names: `(?:${names})(?![a-z'])`, dateIn: () => date })),
  ...DAYS_OF_EASTER.map(([names, days]) => ({ names: `(?:${names})(?![a-z'])`, dateIn: inYear(days) })),
  ...DAYS_OF_SALES.map(([names, days]) => ({ names: `(?:${names})(?![a-z'])`, dateIn: afterThanksgiving(days) })),
  ...SEASONS.map(([names, date]) => ({
    names: `${IS_NO_SEASON.before}(?:${names})${IS_NO_SEASON.after}`,
    dateIn: typeof date === "string" ? () => date : inYear(date),
  })),
].map(({ names, dateIn }) => ({ pattern: new RegExp(`\\b${names}(?:,? (20\\d\\d)\\b)?`, "g"), dateIn }));

const BEFORE_DATE = new RegExp(
  `\\b(?:${NAMED_DAY}),? \\(?(?=(?:the )?\\d{1,2}(?:st|nd|rd|th)? (?:of )?${MONTH_START})`,
  "g",
);

/** The words without the names of days that are followed by their date: "boxing day, 26 december". */
export function withoutNamesBeforeDates(words: string): string {
  return words.replace(BEFORE_DATE, "");
}

/**
 * The words with dates instead of the named days, so that "boxing day" is read as "26 december", and of days such as "the last
 * friday in december" and "the 3rd of next month". A day that moves is the next one on or after `today`.
 */
export function withDatesOfNamedDays(today: string, words: string): string {
  return DAYS.reduce(
    (read, { pattern, dateIn }) =>
      read.replace(pattern, (_, said?: string) => (said ? `${dateIn(Number(said))} ${said}` : nextDate(dateIn, today))),
    withoutNamesBeforeDates(words),
  )
    .replace(new RegExp(WEEKDAY_OF_MONTH, "g"), (said) => weekdayOfMonth(said, today))
    .replace(DAY_OF_NEXT_MONTH, (_, before?: string, after?: string) => {
      const first = new Date(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)), 1));
      return `${before ?? after} ${MONTHS[first.getUTCMonth()]} ${first.getUTCFullYear()}`;
    })
    .replace(/(?<=\b\d{1,2}(?:st|nd|rd|th)) (?:of|in) (?:the|this) month\b/g, "");
}

/** The date of that day in this year, or in the next when it has passed. */
function nextDate(dateIn: DateIn, today: string): string {
  const year = Number(today.slice(0, 4));
  return dateIn(isoOf(dateIn(year), year) < today ? year + 1 : year);
}

/** The date of "the last friday in december" or "the first monday of next month". */
function weekdayOfMonth(said: string, today: string): string {
  const [, which = "", weekday = "", name = "", saidYear] = WEEKDAY_OF_MONTH.exec(said)!;
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1];
  const dayIn = (of: number, at: number) =>
    dateWords(nthWeekday(of, at, WEEKDAYS.indexOf(weekday.slice(0, 3)), NTH[which]!));
  const index = MONTHS.findIndex((one) => name.startsWith(one));
  if (index !== -1 && saidYear) return `${dayIn(Number(saidYear), index)} ${saidYear}`;
  if (index !== -1) return nextDate((of) => dayIn(of, index), today);
  const here = dayIn(year, month);
  return name === "next month" || isoOf(here, year) < today ? dayIn(year, month + 1) : here;
}

const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const NTH: Record<string, number> = {
  first: 1,
  "1st": 1,
  second: 2,
  "2nd": 2,
  third: 3,
  "3rd": 3,
  fourth: 4,
  "4th": 4,
  last: -1,
};
const A_MONTH = `(?:the |this )?month|next month|${MONTH_START}[a-z]*`;
const WEEKDAY_OF_MONTH = new RegExp(
  `\\b(?:the )?(${Object.keys(NTH).join("|")}) ((?:${WEEKDAYS.join("|")})[a-z]*) (?:of|in) (${A_MONTH})(?: (20\\d\\d))?\\b`,
);
const DAY_OF_NEXT_MONTH =
  /\b(?:(?:the )?(\d{1,2})(?:st|nd|rd|th) (?:of|in) next month|next month,? (?:on )?(?:the )?(\d{1,2})(?:st|nd|rd|th))\b/g;

/** The pattern of days that are named by their place in a month, without groups. */
export const DAY_IN_MONTH = [WEEKDAY_OF_MONTH, DAY_OF_NEXT_MONTH]
  .map(({ source }) => source.replace(/\((?!\?)/g, "(?:"))
  .join("|");

/** "5 january", so many days after this one. */
function dateWords(date: Date, days = 0): string {
  const day = new Date(date.getTime() + days * 86_400_000);
  return `${day.getUTCDate()} ${new Intl.DateTimeFormat("en-GB", { month: "long", timeZone: "UTC" }).format(day).toLowerCase()}`;
}

function isoOf(date: string, year: number): string {
  const [day, month] = date.split(" ");
  return `${year}-${String(MONTHS.indexOf(month!.slice(0, 3)) + 1).padStart(2, "0")}-${day!.padStart(2, "0")}`;
}

/** The nth such weekday of a month, or the last one for -1. */
function nthWeekday(year: number, month: number, weekday: number, nth: number): Date {
  const first = new Date(Date.UTC(year, nth === -1 ? month + 1 : month, 1));
  const day = 1 + ((7 + weekday - first.getUTCDay()) % 7) + 7 * (nth === -1 ? -1 : nth - 1);
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), day));
}

/** Easter Sunday of the Gregorian calendar, by the method of Meeus, Jones and Butcher. */
function easterSunday(year: number): Date {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const h = (19 * a + b - (b >> 2) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * (c >> 2) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return new Date(Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 1));
}
