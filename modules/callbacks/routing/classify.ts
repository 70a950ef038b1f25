import { DecentHours, type Hours } from "#lib/decent-hours";
import { laterOf, LEAD_MINUTES, plusMinutes } from "../rules.ts";
import type { Policy } from "./presence.ts";
import type { DueCallback, LiveEntry } from "./snapshot.ts";

/** What the cases are judged by. `expired`: the entries whose lease on an agent is over, by id, with the reason. */
export type Judged = { now: Date; hours: DecentHours; expired: ReadonlyMap<number, string> };

/** A user of whom something is due: the callbacks, earliest first, and the live entry, whatever it is for. */
export type DueUser = { userId: string; entry: LiveEntry | null; due: readonly DueCallback[] };

/** Every due user is exactly one of these. `callable`: the due callbacks that may be called; `lead` comes first among them. */
export type Case =
  | { kind: "locked" }
  | { kind: "in call"; entry: LiveEntry; callable: DueCallback[] }
  | { kind: "nobody callable"; entry: LiveEntry | null }
  | { kind: "held"; entry: LiveEntry; lead: DueCallback; callable: DueCallback[] }
  | { kind: "to place"; entry: LiveEntry | null; lead: DueCallback; callable: DueCallback[] };

/** Why a callback may not be called: the code of its refusal, and the sentence. */
export type Hindrance = { code: string; reason: string };

/** The code of a callback whose own rows the database would not take. */
export const WRITE_FAILED = "write_failed";

/** What this tick is to do about a user, as one of five cases. Pure. */
export function classify({ entry, due }: DueUser, judged: Judged): Case {
  if (entry?.locked) return { kind: "locked" };
  const free = due.filter(({ locked }) => !locked);
  const isExpired = entry !== null && judged.expired.has(entry.id);
  if (entry && entry.callSessionId !== null && !isExpired) return { kind: "in call", entry, callable: free };
  const callable = free.filter((callback) => hindranceOf(callback) === null);
  const lead =
    callable.find(({ status }) => status === "accepted") ??
    callable.find((callback) => !isNight(judged, hoursOf(judged, callback))) ??
    callable[0];
  if (!lead) return { kind: "nobody callable", entry };
  const isItsOwn = entry?.callbackId === lead.id && entry.agentId !== null && !isClosed(judged, entry);
  if (entry && !isExpired && (entry.isAccepted || isItsOwn)) return { kind: "held", entry, lead, callable };
  return { kind: "to place", entry, lead, callable };
}

/** Why nobody may call this callback, or null: an unknown user, one who must not be called, or rows that cannot be written. */
export function hindranceOf({
  userId,
  doNotCall,
  wrongNumber,
  namesNumber,
  quarantineCode,
}: DueCallback): Hindrance | null {
  if (doNotCall === null) {
    return {
      code: "user_unknown",
      reason: `User ${userId} is not known; import the user or cancel the callback.`,
    };
  }
  if (doNotCall) {
    return {
      code: "do_not_call",
      reason: `${namesNumber ? "The number that it names" : `User ${userId}`} asked not to be called; cancel the callback or lift the mark.`,
    };
  }
  if (wrongNumber) {
    const reason = namesNumber
      ? "The number that it names is wrong; promise it for another one."
      : `The number of user ${userId} is wrong; import the right one.`;
    return { code: "wrong_number", reason };
  }
  if (quarantineCode === WRITE_FAILED) {
    return {
      code: WRITE_FAILED,
      reason: "It could not be written three times running; snooze, accept or cancel it to try again.",
    };
  }
  return null;
}

/** When this callback may be offered: in the decent hours of its user, and around the time that the user asked for. */
export function hoursOf({ hours, now }: Judged, { scheduledFor, zone, promisedFor }: DueCallback): Hours {
  const at = laterOf(now, scheduledFor);
  const found = hours.ofWish(at, zone, promisedFor);
  return found.from > at ? found : { ...found, from: scheduledFor };
}

/** Whether these hours begin after the next tick: nobody is given what cannot be called before it comes. */
export function isNight({ now }: Pick<Judged, "now">, { from }: Pick<Hours, "from">): boolean {
  return from > plusMinutes(now, LEAD_MINUTES);
}

/** Whether the hours in which an entry may be offered are over. */
export function isClosed({ now }: Pick<Judged, "now">, { availableUntil }: LiveEntry): boolean {
  return availableUntil !== null && availableUntil <= now;
}

/** What the hours of a tick are reckoned by. */
export function judgedBy(policy: Policy, now: Date, expired: ReadonlyMap<number, string>): Judged {
  return { now, hours: new DecentHours(policy), expired };
}
