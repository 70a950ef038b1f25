import { instantOf, localTime } from "#lib/time/zone";

/** From `from` until before `until`. */
export type Hours = { from: Date; until: Date };
/**
 * Hours that begin on one weekday, on the clock of the desk, as "09:00". Those that close no later than they open end on the next
 * day: 22:00 to 06:00 is a night, and 00:00 is the end of the day.
 */
type Opening = Readonly<{ opens: string; closes: string }>;
/** The opening hours of the desk: seven days from Monday (null: closed), and the dates on which it is closed as well. */
export type DeskCalendar = Readonly<{
  timeZone: string;
  week: readonly (Opening | null)[];
  holidays: readonly Readonly<{ date: string; name: string }>[];
}>;

const DAY_MS = 86_400_000;
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/** A desk that does not open within this many days counts as one without a calendar. */
const FAR_DAYS = 90;

/** Why the desk is closed at `at`, in a sentence; null when it is open. */
export function closedWhy(calendar: DeskCalendar, at: Date): string | null {
  const next = openHours(calendar, at);
  if (next && next.from <= at) return null;
  const today = localTime(at, calendar.timeZone).slice(0, 10);
  const before = dateAfter(today, -1);
  const weekOnly = { ...calendar, holidays: [] };
  const isOfTheNight = contains(hoursFrom(weekOnly, before), at);
  const date = isOfTheNight ? before : today;
  const holiday = holidayOn(calendar, date);
  if (holiday) return `The desk is closed then: ${dayWords(date)} (${holiday.name}).`;
  const opening = openingOf(calendar, today);
  if (opening) return `The desk is closed then: it is open ${hoursWords(opening, today)}.`;
  const night = openingOf(calendar, before);
  return night && passesMidnight(night)
    ? `The desk is closed then: it is open ${hoursWords(night, before)}.`
    : `The desk is closed then: ${weekdayOf(today)}.`;
}

/** The opening hours that contain `at`, else the next ones; null when there are none within `FAR_DAYS`. */
export function openHours(calendar: DeskCalendar, at: Date): Hours | null {
  const today = localTime(at, calendar.timeZone).slice(0, 10);
  // Hours that pass midnight began yesterday.
  for (let days = -1; days < FAR_DAYS; days += 1) {
    const hours = hoursFrom(calendar, dateAfter(today, days));
    if (hours && at < hours.until) return hours;
  }
  return null;
}

/** Whether these are hours that a day can have; those that end at the time at which they begin are so only at midnight. */
export function arePossibleHours(opening: Opening): boolean {
  return opening.opens !== opening.closes || opening.closes === "00:00";
}

/** The hours that begin on `date`; null when it is closed, or when they lie in an hour that the clocks skip. */
function hoursFrom(calendar: DeskCalendar, date: string): Hours | null {
  const opening = openingOf(calendar, date);
  if (!opening) return null;
  const lastDay = endsNextDay(opening) ? dateAfter(date, 1) : date;
  const from = instantOf(`${date}T${opening.opens}`, calendar.timeZone);
  const until = instantOf(`${lastDay}T${opening.closes}`, calendar.timeZone);
  return from < until ? { from, until } : null;
}

function contains(hours: Hours | null, at: Date): boolean {
  return hours !== null && hours.from <= at && at < hours.until;
}

function endsNextDay({ opens, closes }: Opening): boolean {
  return closes <= opens;
}

function passesMidnight(opening: Opening): boolean {
  return endsNextDay(opening) && opening.closes !== "00:00";
}

/** "09:00 to 17:00 on Tuesday", "from 22:00 on Tuesday to 06:00 on Wednesday". */
function hoursWords(opening: Opening, date: string): string {
  const { opens, closes } = opening;
  return passesMidnight(opening)
    ? `from ${opens} on ${weekdayOf(date)} to ${closes} on ${weekdayOf(dateAfter(date, 1))}`
    : `${opens} to ${closes} on ${weekdayOf(date)}`;
}

function dateAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** A holiday closes the hours that begin on its day, to their end; hours that began on the day before go on. */
function openingOf(calendar: DeskCalendar, date: string): Opening | null {
  return holidayOn(calendar, date) ? null : (calendar.week[weekdayNumber(date)] ?? null);
}

function holidayOn({ holidays }: DeskCalendar, date: string): { name: string } | undefined {
  return holidays.find((one) => one.date === date);
}

function weekdayNumber(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

function weekdayOf(date: string): string {
  return DAYS[weekdayNumber(date)]!;
}

function dayWords(date: string): string {
  const day = { day: "numeric", month: "long", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat("en-GB", day).format(new Date(`${date}T00:00:00Z`));
}
