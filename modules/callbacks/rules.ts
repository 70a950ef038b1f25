import type { CallbackState } from "./schema.ts";

/** Lower is called sooner. Regular users are at 0 and above. */
export const ACCEPTED_SCORE = -2_000;
export const CALLBACK_SCORE = -1_000;

/** A callback should be in the queue this long before its time. */
export const QUEUED_AHEAD_MINUTES = 5;
/** The tick takes callbacks that are due within this time: one tick more than they need, so that a late tick is still in time. */
export const LEAD_MINUTES = QUEUED_AHEAD_MINUTES + 1;
/** A promise that is taken within this time of its own, before or after, is kept; when it is not taken by then, it is late. */
export const LATE_AFTER_SECONDS = 300;
/** How far ahead an agent's list shows coming callbacks. */
export const LISTED_AHEAD_MINUTES = 10;
/** A poll that finds the last tick older than this starts a tick itself. */
export const CATCH_UP_AFTER_SECONDS = 90;
/** For how long routing excludes an agent who released a callback, or from whom it was taken. */
export const RELEASE_COOL_DOWN_MINUTES = 10;
/** Consecutive ticks that fail for a callback's own reasons before it is set aside. */
export const QUARANTINE_AFTER = 3;
/** How far back a missed call may have been, and how far ahead a promise may be. */
export const SCHEDULE_WINDOW = { pastHours: 24, aheadDays: 366 } as const;
/** Open promises to one user. More of them are a flood on one number, not promises. */
export const OPEN_PER_USER = 20;
/** Callbacks that one tick looks at, those without an entry first; the rest is deferred with a reason. */
export const TICK_LIMIT = 50_000;

/** From which states each event leads to which. The conditional writes, the tests and the README follow this table. */
export const TRANSITIONS = {
  created: { from: [], to: ["pending"] },
  queued: { from: ["pending"], to: ["pending"] },
  covered: { from: ["pending"], to: ["pending"] },
  rerouted: { from: ["pending"], to: ["pending"] },
  refused: { from: ["pending", "accepted"], to: ["pending"] },
  quarantined: { from: ["pending", "accepted"], to: ["pending"] },
  accepted: { from: ["pending"], to: ["accepted"] },
  snoozed: { from: ["pending", "accepted"], to: ["pending"] },
  snooze_undone: { from: ["pending"], to: ["pending"] },
  released: { from: ["accepted"], to: ["pending"] },
  skipped: { from: ["pending", "accepted"], to: ["pending"] },
  returned: { from: ["pending", "accepted"], to: ["pending"] },
  reassigned: { from: ["pending", "accepted"], to: ["pending", "accepted"] },
  rescheduled: { from: ["pending", "accepted"], to: ["pending"] },
  call_started: { from: ["pending", "accepted"], to: ["pending", "accepted"] },
  retried: { from: ["pending", "accepted"], to: ["pending"] },
  completed: { from: ["pending", "accepted"], to: ["completed"] },
  failed: { from: ["pending", "accepted"], to: ["failed"] },
  cancelled: { from: ["pending", "accepted"], to: ["cancelled"] },
  outcome_undone: { from: ["pending", "completed", "failed"], to: ["pending", "accepted"] },
  erased: { from: ["completed", "cancelled", "failed"], to: ["completed", "cancelled", "failed"] },
} as const satisfies Record<string, { from: readonly CallbackState[]; to: readonly CallbackState[] }>;

/** `date` moved by whole minutes. */
export function plusMinutes(date: Date, minutes: number): Date {
  return new Date(date.getTime() + minutes * 60_000);
}

/** `date` moved back by whole seconds. */
export function minusSeconds(date: Date, seconds: number): Date {
  return new Date(date.getTime() - seconds * 1_000);
}

/** The later of two instants. */
export function laterOf(a: Date, b: Date): Date {
  return a > b ? a : b;
}
