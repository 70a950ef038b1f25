/** Numbers, hours and days as people say them, for the patterns that find them. */

export const NUMBERS = [
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];

/** The months in order, by the letters with which their names and abbreviations begin. */
export const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** The beginning of the name of a month. */
export const MONTH_START = `(?:${MONTHS.join("|")})`;

/** One hour, in digits or as a word. */
export const HOUR = `(\\d{1,2}|${NUMBERS.join("|")})`;

/** The half of the day, am or pm, if it is said. */
export const HALF = "(?:\\s*(a\\.?m\\.?|p\\.?m\\.?)(?![a-z]))?";

export const WEEKDAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";

export const DAY_NAME = "((?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)";

/** The number that digits or a word name. */
export function numberOf(hour: string): number {
  if (/^an?$/.test(hour)) return 1;
  const word = NUMBERS.indexOf(hour);
  return word === -1 ? Number(hour) : word + 1;
}

/** The minutes that words such as “quarter” or “twenty-five” name. */
export function wordsOfMinutes(words: string): number {
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

/** The words without the part that was found. */
export function cut(words: string, found: { 0: string; index: number }): string {
  return `${words.slice(0, found.index)} ${words.slice(found.index + found[0].length)}`;
}
