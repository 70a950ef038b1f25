/** The hour that words name. */
import { cut, HALF, HOUR, numberOf, wordsOfMinutes } from "#lib/time/spoken/number-words";

/** Minutes since midnight, the words that are left, and how an ambiguity was read. */
export type TimeOfDay = { minutes: number; rest: string; note: string | null };

/** The time of day in the words, and the remaining words. */
export function timeOfDay(words: string, partOfDay: string | null): TimeOfDay | null {
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
    ) ?? at(`(?<!\\d-)${HOUR}(?:[:.](\\d\\d))?${HALF} ?(?:to|-|–) ?${HOUR}(?:[:.](\\d\\d))?${HALF}(?![\\d/-])`);
  if (
    range &&
    isHour(range[4]!) &&
    (range[0].match(/between|from|to/) || range[3] || range[6] || range[2] || range[5])
  ) {
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
export const NAMED_TIME_MINUTES = 120;

/** The hour of a named time, with a note about how it was read. */
export function atNamedTime({ name, minutes }: { name: string; minutes: number }, rest: string): TimeOfDay {
  return { minutes, rest, note: `“${name}” was read as ${shown(minutes)}.` };
}

/** Whether a range may end at this hour; 24:00 is the end of a day. */
function isHour(end: string): boolean {
  return numberOf(end) <= 24;
}

/** "2 and 4pm" begins at 2pm, "11 to 2pm" at 11am. */
function halfOfRange(range: RegExpExecArray): string | undefined {
  const [begin, end, half] = [numberOf(range[1]!), numberOf(range[4]!), range[6]];
  if (!half || begin > 12) return undefined;
  const isBefore = begin % 12 < end % 12 || (begin === end && Number(range[2] ?? 0) < Number(range[5] ?? 0));
  return isBefore ? half : half.startsWith("p") ? "am" : "pm";
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
export function isWithin(partOfDay: string | null, minutes: number): boolean {
  const [begin, end] = PARTS[partOfDay ?? ""] ?? [0, 48];
  return [minutes, minutes + 24 * 60].some((at) => at >= begin * 60 && at < end * 60);
}

function shown(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** Once the hour is known, "tonight" and "this evening" name the day, and "in the morning" adds nothing. */
export function withoutPartOfDay(words: string): string {
  return words
    .replace(/\b(tonight|this (morning|afternoon|evening))\b/g, "today")
    .replace(/\b(in the |at )?(morning|afternoon|evening|night)\b/g, " ");
}
