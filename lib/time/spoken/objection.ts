/** Words that name a time and are still none. */
import { HALF, HOUR, MONTH_START } from "#lib/time/spoken/number-words";

/** "From 3" without an end; "a week from tuesday" and "from 2 to 4" are others. */
const FROM_ON = new RegExp(
  `\\bfrom (?:(?:about|around) )?(?:(?:${HOUR}(?!\\d)(?:[:.][0-5]\\d)?${HALF}|noon|midday|lunch-?time)(?! ?(?:-|–|(?:to|and)\\b)|[:.\\d])|(?:today|tomorrow|now) (?:at|on)\\b)`,
);

/** "UTC+2", and after a time "+05:30", "-0500" or, in ISO 8601, "-05:00"; "3:00-05:00" is a range. */
const OFFSET =
  /\b(?:gmt|utc) ?[+\u2212-] ?\d|(?:\d:\d\d(?:\.\d+)?|\d ?[ap]\.?m\.?) ?(?:\+ ?\d|[\u2212-]0\d{3}\b)|\dt[\d:.]+[\u2212-]\d/;

/** "The end of next week", "mid March". */
const PART_OF_SPAN = new RegExp(
  `\\b(end|beginning|start|middle|mid) (of )?(the )?(next )?(week|month|year|${MONTH_START})`,
);

/** Why words that name a time are still no time: they say when not to call, or leave one end open. */
export function objection(words: string, quoted: string): string | null {
  if (
    /\b(not|no|never|don'?t|can'?t|cannot|won'?t|isn'?t|except|but|other than|apart from|unless|without|avoid|any day|any time|anytime)\b/.test(
      words,
    )
  )
    return `${quoted} says when not to call, or leaves it open; say the time at which to call.`;
  const minutesTo = /\b(5|10) to (\d{1,2})/.exec(words);
  if (minutesTo && !/\b(between|from)\b|\d ?[ap]\.?m/.test(words)) {
    const hour = (Number(minutesTo[2]) + 11) % 12 || 12;
    const byDay = hour < 8 ? hour + 12 : hour;
    return `${quoted} can be read in two ways; say it with both hours, or as ${byDay}:${60 - Number(minutesTo[1])}.`;
  }
  if (OFFSET.test(words)) return `${quoted} names an offset; say the city or the zone whose clock is meant.`;
  const bounds = words.replace(/\bday after tomorrow\b/g, "");
  if (/\b(before|after|by|within|until|till|latest|earliest|since|onwards?|later than|earlier than)\b/.test(bounds))
    return `${quoted} is open at one end; which time?`;
  if (FROM_ON.test(words)) return `${quoted} is open at one end; which time?`;
  if (/\b(last|previous|yesterday|ago|earlier)\b|(?<!\w ?)- ?\d+(\.\d+)? ?(h|m|d|w)/.test(words))
    return `${quoted} has passed already; say a time to come.`;
  if (/\bor\b/.test(words)) return `${quoted} names two times; which one?`;
  if (PART_OF_SPAN.test(words)) return `${quoted} does not name a day; which one?`;
  if (/\bquarters?\b(?! (?:past|to)\b)/.test(words)) return `${quoted} does not name a day; which one?`;
  if (/\b(few|several)\b/.test(words)) return `${quoted} does not say how many; which time?`;
  if (/\b(every|each|daily|weekly|mondays|tuesdays|wednesdays|thursdays|fridays|weekdays?|weekends?)\b/.test(words))
    return `${quoted} names more than one day; which one?`;
  return null;
}
