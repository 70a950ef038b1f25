import { Refusal } from "#lib/base/errors";
import { DecentHours, type HoursPolicy } from "#modules/call-queue";
import { CALL_STATES, type OutcomeType } from "./schema.ts";

/** The person was not reached: the callback is tried again until its attempts are spent. */
const UNREACHED: readonly OutcomeType[] = ["no_answer", "busy", "voicemail"];
/** After these outcomes the user neither wants nor needs another promise. */
const ENDS_CONTACT: readonly OutcomeType[] = ["wrong_number", "do_not_call"];

/** The unique indexes that allow one open call to each user, number and agent. */
export const ONE_OPEN_CALL: readonly string[] = [
  "call_sessions_one_open_per_user",
  "call_sessions_one_open_per_number",
  "call_sessions_one_open_per_agent",
];

/** For how long an outcome can be undone. The desk offers it for eight seconds; the rest is for a slow connection. */
export const UNDO_SECONDS = 60;

/** How far the clock of a telephone system may differ from ours, in seconds. */
export const CLOCK_SECONDS = 60;

type Measured = { durationSeconds?: number | undefined };

/** The start of a call whose report names none: it lasted as long as the telephone has measured until now. */
export function beganAtLatest(now: Date, { durationSeconds = 0 }: Measured): Date {
  return new Date(now.getTime() - durationSeconds * 1_000);
}

/** Refuses `invalid_input` for a duration that is longer than the time since the start of the call. */
export function mustFitIn(now: Date, startedAt: Date, { durationSeconds = 0 }: Measured): void {
  const seconds = Math.max(0, Math.floor((now.getTime() - startedAt.getTime()) / 1_000));
  if (durationSeconds > seconds + CLOCK_SECONDS)
    throw new Refusal(
      "invalid_input",
      `durationSeconds is ${durationSeconds}, but the call began only ${seconds} seconds ago; send the seconds that were talked, and startedAt if the call began earlier.`,
    );
}

/** Whether a call in this state is open. */
export function isOpenCall(status: string): boolean {
  return ["initiated", "ringing", "in_progress"].includes(status);
}

/** The states before this one: a report moves a call forward only from one of them. */
export function reportsBefore(status: (typeof CALL_STATES)[number]): readonly string[] {
  return isOpenCall(status) ? CALL_STATES.slice(0, CALL_STATES.indexOf(status)) : CALL_STATES.filter(isOpenCall);
}

/** Whether the call reached a person who can speak for the promise. */
export function isReached(outcomeType: OutcomeType): boolean {
  return !UNREACHED.includes(outcomeType);
}

/** Whether this outcome ends all calls to the number, also for other users with the same number. */
export function endsContact(outcomeType: OutcomeType): boolean {
  return ENDS_CONTACT.includes(outcomeType);
}

/** Whether a conversation with this outcome may end with a new promise. */
export function mayPromise(outcomeType: OutcomeType): boolean {
  return isReached(outcomeType) && !endsContact(outcomeType);
}

/**
 * When an unanswered call is tried again: after the pause, moved into the decent hours of the user's zone and the hours of the desk.
 * `because` ends a sentence about that time; it is empty when the time was not moved.
 */
export function retryOf(
  now: Date,
  policy: HoursPolicy & { callbackRetryMinutes: number },
  zone: string,
): { at: Date; because: string } {
  const hours = new DecentHours(policy);
  const wished = new Date(now.getTime() + policy.callbackRetryMinutes * 60_000);
  const at = hours.next(wished, zone);
  const because =
    at > wished ? `, because ${hours.whyNot(wished, zone)} ${policy.callbackRetryMinutes} min after the call` : "";
  return { at, because };
}
