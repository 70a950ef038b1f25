/** What stands where a person's words or name stood. */
export const ERASED = "Erased";
/** What stands where the phone number stood; the column must not be empty. */
export const ERASED_PHONE = "erased";
/** The reason of the callbacks that an erasure withdraws. */
export const ERASURE_REASON = "The user's data was erased.";

/**
 * Events whose sentence and data the desk makes by itself, out of agents, numbers and times. Those of every other
 * event are erased: a type that is forgotten here loses its sentence, never keeps a person's words.
 */
export const DESK_EVENTS = [
  "queued",
  "covered",
  "rerouted",
  "refused",
  "quarantined",
  "accepted",
  "snoozed",
  "snooze_undone",
  "released",
  "returned",
  "reassigned",
  "call_started",
  "retried",
  "completed",
  "failed",
  "outcome_undone",
  "erased",
] as const;

/**
 * What the data of a message's events may keep: numbers, codes and times of ours. The words of a provider are not among them, and a field
 * that is forgotten here is lost.
 */
export const MESSAGE_FACTS = ["attempt", "transport", "code", "notBefore", "fence", "nonce", "arrived"] as const;

/** The monitoring looks back 720 hours at most, so older ticks are read by nobody. */
export const TICK_DAYS = 30;
/** A client gives up repeating a request long before; what it was answered holds names and phone numbers. */
export const KEY_DAYS = 7;
/** The longest window in which tries are counted is a quarter of an hour. */
export const LIMIT_DAYS = 1;

/** Rows per statement: short enough that nobody waits for it. */
export const BATCH = 1_000;
/** A cron may take a minute; the batch that is under way at the end has ten seconds left. */
export const BUDGET_MS = 50_000;

/** `date` moved back by whole days. */
export function minusDays(date: Date, days: number): Date {
  return new Date(date.getTime() - days * 86_400_000);
}
