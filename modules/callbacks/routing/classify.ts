import { DecentHours, type Hours } from "#modules/call-queue";
import { laterOf, LEAD_MINUTES, plusMinutes } from "../rules.ts";
import type { Hindered, Hindrance } from "../reason-schema.ts";
import type { Policy } from "./presence.ts";
import type { DueCallback, LiveEntry } from "./snapshot.ts";

/** The measures of the cases. `expired`: the entries whose lease on an agent has expired, by id, with the reason. */
export type Judged = { now: Date; hours: DecentHours; expired: ReadonlyMap<number, Hindered> };

/**
 * A user with a due callback: all due callbacks of the user, earliest first, and the live entry, whichever callback it is for.
 */
export type DueUser = { userId: string; entry: LiveEntry | null; due: readonly DueCallback[] };

/**
 * Every due user is exactly one of these. `callable`: the due callbacks that may be called; `lead` is the first of them.
 * `hindered`: those that may not be called, by id, with the reason.
 */
export type Case =
  | { kind: "locked" }
  | { kind: "in call"; entry: LiveEntry; callable: DueCallback[] }
  | ({ kind: "nobody callable"; entry: LiveEntry | null } & WithHindered)
  | ({ kind: "held"; entry: LiveEntry; lead: DueCallback; callable: DueCallback[] } & WithHindered)
  | ({ kind: "to place"; entry: LiveEntry | null; lead: DueCallback; callable: DueCallback[] } & WithHindered);
type WithHindered = { hindered: ReadonlyMap<number, Hindrance> };

/** Classifies a user into one of the five cases of this tick. Pure. */
export function classify({ entry, due }: DueUser, judged: Judged): Case {
  if (entry?.locked) return { kind: "locked" };
  const free = due.filter(({ locked }) => !locked);
  const isExpired = entry !== null && judged.expired.has(entry.id);
  if (entry && entry.callSessionId !== null && !isExpired) return { kind: "in call", entry, callable: free };
  const hindered = new Map<number, Hindrance>();
  for (const callback of free) {
    const hindrance = hindranceOf(callback);
    if (hindrance) hindered.set(callback.id, hindrance);
  }
  const callable = free.filter(({ id }) => !hindered.has(id));
  const lead =
    callable.find(({ status }) => status === "accepted") ??
    (callable.length > 1 ? callable.find((callback) => !isNight(judged, hoursOf(judged, callback))) : undefined) ??
    callable[0];
  if (!lead) return { kind: "nobody callable", entry, hindered };
  const isItsOwn = entry?.callbackId === lead.id && entry.agentId !== null && !isClosed(judged, entry);
  if (entry && !isExpired && (entry.isAccepted || isItsOwn)) return { kind: "held", entry, lead, callable, hindered };
  return { kind: "to place", entry, lead, callable, hindered };
}

/** Why this callback cannot be called: an unknown user, a mark, or rows that cannot be written. Null: it can. */
function hindranceOf({ userId, doNotCall, wrongNumber, namesNumber, quarantineCode }: DueCallback): Hindrance | null {
  if (doNotCall === null) return { kind: "user_unknown", userId };
  if (doNotCall) return { kind: "do_not_call", userId, namesNumber };
  if (wrongNumber) return { kind: "wrong_number", userId, namesNumber };
  const failed: Hindrance["kind"] = "write_failed";
  return quarantineCode === failed ? { kind: failed, isSetAside: true } : null;
}

/** When this callback may be offered: in the decent hours of its user, and around the time that the user asked for. */
export function hoursOf({ hours, now }: Judged, { scheduledFor, zone, promisedFor }: DueCallback): Hours {
  const at = laterOf(now, scheduledFor);
  const found = hours.ofWish(at, zone, promisedFor);
  return found.from > at ? found : { ...found, from: scheduledFor };
}

/** Whether these hours begin only after the next tick: no agent gets a callback that cannot be called before then. */
export function isNight({ now }: Pick<Judged, "now">, { from }: Pick<Hours, "from">): boolean {
  return from > plusMinutes(now, LEAD_MINUTES);
}

/** Whether the hours in which an entry may be offered have ended. */
export function isClosed({ now }: Pick<Judged, "now">, { availableUntil }: LiveEntry): boolean {
  return availableUntil !== null && availableUntil <= now;
}

/** The measures of a tick. */
export function judgedBy(policy: Policy, now: Date, expired: ReadonlyMap<number, Hindered>): Judged {
  return { now, hours: new DecentHours(policy), expired };
}
