import { instantOf, localTime } from "#lib/time/zone";

/** From `from` until before `until`. */
export type Hours = { from: Date; until: Date };
/** Hours of one weekday on the clock of the desk, as "09:00". To close at "00:00" is to close at the end of the day. */
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
  const local = localTime(at, calendar.timeZone);
  const date = local.slice(0, 10);
  const holiday = calendar.holidays.find((one) => one.date === date);
  if (holiday) return `The desk is closed then: ${dayWords(date)} (${holiday.name}).`;
  const opening = openingOf(calendar, date);
  if (!opening) return `The desk is closed then: ${weekdayOf(date)}.`;
  const clock = local.slice(11, 16);
  if (clock >= opening.opens && (clock < opening.closes || isOpenUntilMidnight(opening))) return null;
  return `The desk is closed then: it is open ${opening.opens} to ${opening.closes} on ${weekdayOf(date)}.`;
}

/** The opening hours that contain `at`, else the next ones; null when there are none within `FAR_DAYS`. */
export function openHours(calendar: DeskCalendar, at: Date): Hours | null {
  const today = Date.parse(`${localTime(at, calendar.timeZone).slice(0, 10)}T00:00:00Z`);
  for (let days = 0; days < FAR_DAYS; days += 1) {
    const date = new Date(today + days * DAY_MS).toISOString().slice(0, 10);
    const opening = openingOf(calendar, date);
    if (!opening) continue;
    const from = instantOf(`${date}T${opening.opens}`, calendar.timeZone);
    const lastDay = isOpenUntilMidnight(opening) ? dateAfter(date) : date;
    const until = instantOf(`${lastDay}T${opening.closes}`, calendar.timeZone);
    if (at < until) return { from, until };
  }
  return null;
}

/** Whether these are hours that a day can have: they begin before they end, at midnight at the latest. */
export function arePossibleHours(opening: Opening): boolean {
  return opening.opens < opening.closes || isOpenUntilMidnight(opening);
}

function isOpenUntilMidnight({ closes }: Opening): boolean {
  return closes === "00:00";
}

function dateAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

function openingOf(calendar: DeskCalendar, date: string): Opening | null {
  if (calendar.holidays.some((one) => one.date === date)) return null;
  return calendar.week[weekdayNumber(date)] ?? null;
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
