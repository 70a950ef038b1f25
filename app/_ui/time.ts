/**
 * Times as people read them. `now` is the server's clock in milliseconds, never the browser's. Instants are shown in the reader's
 * own zone and language unless a zone is named.
 */

const NEAR_HOURS = 12;
/** 300 days. */
const FAR_MS = 300 * 24 * 60 * 60_000;

/** "18 s", "6 min", "2 h 10 min", "20 h", "3 days". Never negative. */
export function span(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes === 0) return `${Math.max(0, Math.floor(milliseconds / 1_000))} s`;
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return rest === 0 || hours >= NEAR_HOURS ? `${hours} h` : `${hours} h ${rest} min`;
}

/** "3:48", "1:02:05"; for a time that has passed, the time since then. */
export function countdown(seconds: number): string {
  const left = Math.abs(seconds);
  const [hours, minutes, rest] = [Math.floor(left / 3_600), Math.floor(left / 60) % 60, left % 60];
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, "0")}:${String(rest).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

const FORMS = {
  clock: { hour: "2-digit", minute: "2-digit" },
  seconds: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  day: { weekday: "short", day: "numeric", month: "short" },
  date: { day: "numeric", month: "short" },
  weekday: { weekday: "short" },
  year: { year: "numeric" },
  exact: { dateStyle: "full", timeStyle: "long" },
} as const;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Creating a format takes longer than using it a hundred times, and a list of a thousand rows uses the same few. */
function format(form: keyof typeof FORMS, at: string | number, timeZone?: string): string {
  const name = `${form} ${timeZone}`;
  const known = formats.get(name) ?? new Intl.DateTimeFormat(undefined, { ...FORMS[form], timeZone });
  formats.set(name, known);
  return known.format(new Date(at));
}

/** The clock of `timeZone` at an instant, such as 14:30; without a zone, the reader's own clock. */
export function clockAt(instant: string | number, timeZone?: string): string {
  return format("clock", instant, timeZone);
}

/** "Fri", where there is little room. */
export function weekdayAt(at: string, timeZone: string): string {
  return format("weekday", at, timeZone);
}

/** Day and clock: "Fri 27 Feb, 14:30". */
export function dayAt(at: string | number, timeZone?: string): string {
  return `${dayOf(at, timeZone)}, ${clockAt(at, timeZone)}`;
}

/**
 * "14:30" today, "Fri 27 Feb, 14:30" on another day, and with the year where the day alone could be read as one of the coming or the last
 * weeks; on the clock of `timeZone` when one is named.
 */
export function dayAndTime(at: string, now: number, timeZone?: string): string {
  const day = dayOf(at, timeZone);
  const time = clockAt(at, timeZone);
  if (Math.abs(Date.parse(at) - now) > FAR_MS) return `${day} ${format("year", at, timeZone)}, ${time}`;
  return day === dayOf(now, timeZone) ? time : `${day}, ${time}`;
}

/**
 * The time of an entry that is kept for long: "14:30" today, "Fri 27 Feb, 14:30" on another day, and with the year unless it is this
 * one; to the second where two entries may share a minute.
 */
export function timeOfEntry(at: string, now: number, clock: "clock" | "seconds" = "clock"): string {
  const [day, time] = [dayOf(at), format(clock, at)];
  const year = format("year", at);
  if (year !== format("year", now)) return `${day} ${year}, ${time}`;
  return day === dayOf(now) ? time : `${day}, ${time}`;
}

/** For an action of a browser that was offline: "done at 14:02 offline, arrived 16:40". */
export function doneOffline(doneAt: string, arrivedAt: string, now: number): string {
  return `done at ${dayAndTime(doneAt, now)} offline, arrived ${dayAndTime(arrivedAt, now)}`;
}

/** "Thu 12 Nov", with the year unless it is this year. */
export function dayOnly(at: string, now: number): string {
  const day = dayOf(at);
  const [year, thisYear] = [at.slice(0, 4), new Date(now).toISOString().slice(0, 4)];
  return year === thisYear ? day : `${day} ${year}`;
}

/** "12 Nov", where there is little room. */
export function dateOf(at: string): string {
  return format("date", at);
}

/**
 * An instant on the clock of `timeZone`, with its place: "10:00 in New York", with the day where that is another. Null where the
 * reader's own clock shows the same.
 */
export function theirTime(at: string, timeZone: string): string | null {
  const theirs = dayAt(at, timeZone);
  if (theirs === dayAt(at)) return null;
  return `${dayOf(at, timeZone) === dayOf(at) ? clockAt(at, timeZone) : theirs} in ${placeOf(timeZone)}`;
}

/** An instant on the reader's clock, and where that differs on the customer's: "Fri 27 Feb, 15:00 · 10:00 in New York". */
export function onBothClocks(at: string, now: number, timeZone: string): string {
  return [dayAndTime(at, now), theirTime(at, timeZone)].filter(Boolean).join(" · ");
}

/** A time in a sentence of the server, as `timeWords` of lib/time/zone.ts writes it: `2026-03-29 09:30 (Europe/London)`. */
const TIME_IN_SENTENCE = /(\d{4}-\d\d-\d\d) (\d\d:\d\d) \(([A-Za-z][\w+/-]*)\)/g;
/** A day at the end of such a sentence: `A signature has been missing since 2026-03-05.` */
const DAY_IN_SENTENCE = /(?<=\bsince )\d{4}-\d\d-\d\d(?=\.)/g;

/**
 * A sentence of the server with its times as people read them, on the reader's clock and, where that is another, on the
 * customer's: "14:30" today, "Thu 5 Mar, 14:30 · 9:30 in New York" on another day.
 */
export function inTimesOfReader(sentence: string, now: number): string {
  const withDays = sentence.replaceAll(DAY_IN_SENTENCE, (day) => dayOnly(`${day}T12:00:00Z`, now));
  return withDays.replaceAll(TIME_IN_SENTENCE, (stored, day: string, clock: string, zone: string) => {
    try {
      return onBothClocks(instantOn(`${day}T${clock}`, zone), now, zone);
    } catch {
      // A zone that this browser does not know stays as it is written.
      return stored;
    }
  });
}

/** The instant at which a clock of `timeZone` shows this. */
function instantOn(local: string, timeZone: string): string {
  const asUtc = Date.parse(`${local}Z`);
  const ahead = Date.parse(`${fieldTime(new Date(asUtc).toISOString(), timeZone)}Z`) - asUtc;
  return new Date(asUtc - ahead).toISOString();
}

function dayOf(at: string | number, timeZone?: string): string {
  return format("day", at, timeZone);
}

/** To the second, with the zone: the text on hover. */
export function exactly(at: string): string {
  return format("exact", at);
}

/** The local time of an instant in `timeZone`, in the format of a field for date and time: `2026-03-02T14:30`. */
export function fieldTime(at: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone });
  return parts.format(new Date(at)).replace(" ", "T");
}

/** The hours of the called person's own clock in which people are called without having asked for it, from 0 to 24. */
export type DecentHours = Readonly<{ decentHoursFrom: number; decentHoursTo: number }>;

/** Whether this time on the customer's clock, such as `2026-03-02T03:00`, lies outside these hours. */
export function isOutsideHours({ decentHoursFrom, decentHoursTo }: DecentHours, local: string): boolean {
  const hour = Number(local.slice(11, 13));
  return hour < decentHoursFrom || hour >= decentHoursTo;
}

/** The next time at which these hours begin on a clock of `timeZone`, as a field for date and time takes it. */
export function nextMorning({ decentHoursFrom: from }: DecentHours, now: number, timeZone: string): string {
  const local = fieldTime(new Date(now).toISOString(), timeZone);
  const days = Number(local.slice(11, 13)) < from ? 0 : 1;
  const day = new Date(Date.parse(`${local.slice(0, 10)}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
  return `${day}T${String(from).padStart(2, "0")}:00`;
}

/** "New York" of "America/New_York". */
export function placeOf(timeZone: string): string {
  return (timeZone.split("/").at(-1) ?? timeZone).replaceAll("_", " ");
}

let zone: string | undefined;

/** The zone of the reader's browser. */
export function ownZone(): string {
  zone ??= new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone;
}
