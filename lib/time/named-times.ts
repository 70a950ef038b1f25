/**
 * Times of a day that have a name, with the hour that is meant by it at a desk. They are vague, so an answer says how they were read.
 * Whole mornings, afternoons and evenings are no such times.
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

/** Days that fall on one date every year, wherever they are kept. Those that move, such as Easter, are asked for. */
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

/** The pattern of every named day. */
export const NAMED_DAY = NAMED_DAYS.map(([names]) => names).join("|");
const DAYS = NAMED_DAYS.map(([names, date]) => ({ pattern: new RegExp(`\\b(?:${names})(?![a-z'])`, "g"), date }));

const BEFORE_DATE = new RegExp(
  `\\b(?:${NAMED_DAY}),? \\(?(?=(?:the )?\\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))`,
  "g",
);

/** The words without the names of days that are followed by their date: "boxing day, 26 december". */
export function withoutNamesBeforeDates(words: string): string {
  return words.replace(BEFORE_DATE, "");
}

/** The words with the dates of the named days in them, so that "boxing day" is read as "26 december". */
export function withDatesOfNamedDays(words: string): string {
  return DAYS.reduce((read, { pattern, date }) => read.replace(pattern, date), withoutNamesBeforeDates(words));
}
