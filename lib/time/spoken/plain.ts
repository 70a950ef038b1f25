/** One spelling for what people write in many: the readers of zones, hours and days know only this one. */
import { withDatesOfNamedDays } from "#lib/time/named-times";
import { DAY_NAME, NUMBERS, numberOf, wordsOfMinutes } from "#lib/time/spoken/number-words";

export function plain(text: string, local: string): string {
  const [today, clock] = [local.slice(0, 10), local.slice(11, 16)];
  return withDatesOfNamedDays(
    today,
    text
      .replace(/(\d) ?([¼½¾])/g, (_, hours: string, part: string) => `${hours}${PARTS_OF_ONE[part]}`)
      // Also without accents: "São Paulo time".
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/[’`]/g, "'")
      .replace(/@/g, " at ")
      .replace(/\s+/g, " ")
      .replace(/\bo ?clock\b/g, "o'clock")
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

const IN_NEXT_WEEK = new RegExp(`\\bnext week,? (?:on )?${DAY_NAME}\\b`, "g");

const IN_THIS_WEEK = new RegExp(`\\b(?:this|the same) week,? (?:on )?${DAY_NAME}\\b`, "g");

/** "3ish", "noonish"; never a part of "British time". */
const ROUGHLY = new RegExp(
  `(\\d(?: ?[ap]\\.?m\\.?)?|\\b(?:${NUMBERS.join("|")}|fifteen|thirty|noon|midday))-?ish\\b`,
  "g",
);

/** "Three thirty", "ten fifteen". */
const TIME_IN_WORDS = new RegExp(`\\b(${NUMBERS.join("|")}) (fifteen|thirty|forty[ -]five)\\b`, "g");
