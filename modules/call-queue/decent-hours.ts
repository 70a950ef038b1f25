import type { Ctx } from "#lib/base/context";
import { instantOf, localTime } from "#lib/time/zone";
import { type Hours, openHours } from "./desk-calendar.ts";

/** The limits and the calendar that the rule needs: whole hours on the called person's clock. */
export type HoursPolicy = Pick<
  Ctx["limits"],
  "decentHoursFrom" | "decentHoursTo" | "askedToleranceMinutes" | "calendar"
>;

/** Days on which a desk that is open is looked for while the user is awake: two weeks, so that one holiday hides no weekday. */
const TRIES = 14;

/** The hours of some days, by policy and zone: ten thousand people of one zone cost as much as one, in every tick of a day. */
const known = new Map<string, Hours[]>();

/** The one rule for the hours in which people are called; everything that chooses or moves a time asks it. */
export class DecentHours {
  private readonly policy: HoursPolicy;

  constructor(policy: HoursPolicy) {
    this.policy = policy;
  }

  /** The decent hours in `zone` that contain `at`, else the next ones. */
  around(at: Date, zone: string): Hours {
    const name = `${this.policy.decentHoursFrom} ${this.policy.decentHoursTo} ${zone}`;
    const before = known.get(name) ?? [];
    const found = before.find(({ until }, n) => at < until && at >= (before[n - 1]?.until ?? before[0]!.from));
    if (found) return found;
    const days = daysFrom(at, zone, this.policy);
    known.set(name, days);
    return days.find(({ until }) => at < until)!;
  }

  /** `at` if it is decent in `zone` and the desk is open, else the next such instant: for times that Ringback chooses. */
  next(at: Date, zone: string): Date {
    let time = at;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const decent = later(this.around(time, zone).from, time);
      const open = this.policy.calendar ? openHours(this.policy.calendar, decent) : null;
      if (!open || open.from <= decent) return decent;
      time = open.from;
    }
    // The desk is never open while people in this zone are awake.
    return later(this.around(at, zone).from, at);
  }

  /** Why `next` does not keep `at`, as part of a sentence about a time that was moved. */
  whyNot(at: Date, zone: string): string {
    if (!this.isIndecent(at, zone)) return "the desk is closed";
    const isEarly = Number(localTime(at, zone).slice(11, 13)) < this.policy.decentHoursFrom;
    return `it is too ${isEarly ? "early" : "late"} to call there`;
  }

  /** As `next`, but keeps `at` when the user asked for that time, up to the tolerance after it. */
  nextOrAsked(at: Date, zone: string, askedFor: Date): Date {
    return this.isAsked(at, askedFor) ? at : this.next(at, zone);
  }

  /**
   * From when and until when a user who asked for `askedFor` may be called, seen from `at`: at that time and a tolerance after it
   * at any hour, and otherwise within decent hours.
   */
  ofWish(at: Date, zone: string, askedFor: Date): Hours {
    const decent = this.around(at, zone);
    if (!this.isAsked(at, askedFor)) return { from: later(decent.from, at), until: decent.until };
    const tolerated = this.tolerated(askedFor);
    const runsOn = decent.from <= tolerated && decent.until > tolerated;
    return { from: at, until: runsOn ? decent.until : tolerated };
  }

  private isAsked(at: Date, askedFor: Date): boolean {
    return at >= askedFor && at < this.tolerated(askedFor);
  }

  private tolerated(askedFor: Date): Date {
    return new Date(askedFor.getTime() + this.policy.askedToleranceMinutes * 60_000);
  }

  /** Whether it is too early or too late in `zone` at `at` to call without being asked to. */
  isIndecent(at: Date, zone: string): boolean {
    return this.around(at, zone).from > at;
  }

  /** What an agent reads before calling outside these hours; null within them, and at a time that the user asked for. */
  warning(now: Date, zone: string, askedFor: Date | null): string | null {
    const mayBeCalled = askedFor === null ? !this.isIndecent(now, zone) : this.ofWish(now, zone, askedFor).from <= now;
    return mayBeCalled ? null : `It is ${localTime(now, zone).slice(11, 16)} there.`;
  }
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}

/** The decent hours of yesterday, today and the next three days on the clock of `zone`. */
function daysFrom(at: Date, zone: string, { decentHoursFrom, decentHoursTo }: HoursPolicy): Hours[] {
  const today = Date.parse(`${localTime(at, zone).slice(0, 10)}T00:00:00Z`);
  return [-1, 0, 1, 2, 3].map((day) => ({
    from: clock(today, day, decentHoursFrom, zone),
    until: clock(today, day, decentHoursTo, zone),
  }));
}

function clock(today: number, day: number, hour: number, zone: string): Date {
  // Hour 24 is midnight at the end of the day, which a plain time cannot express.
  const local = new Date(today + (day * 24 + hour) * 3_600_000).toISOString().slice(0, 19);
  return instantOf(local, zone);
}
