import { DecentHours, type HoursPolicy } from "#modules/call-queue";
import { CALL_STATES, type OutcomeType } from "./schema.ts";

/** Nobody was reached: the callback is tried again, until its attempts are spent. */
const UNREACHED: readonly OutcomeType[] = ["no_answer", "busy", "voicemail"];
/** After these the user wants or needs no new promise. */
const ENDS_CONTACT: readonly OutcomeType[] = ["wrong_number", "do_not_call"];

/** How long an outcome can be taken back. The desk offers it for eight seconds; the rest is for a slow line. */
export const UNDO_SECONDS = 60;

/** Whether a call in this state is still going on. */
export function isOpenCall(status: string): boolean {
  return ["initiated", "ringing", "in_progress"].includes(status);
}

/** The reports before this one: only after one of them does it bring a call forward. */
export function reportsBefore(status: (typeof CALL_STATES)[number]): readonly string[] {
  return isOpenCall(status) ? CALL_STATES.slice(0, CALL_STATES.indexOf(status)) : CALL_STATES.filter(isOpenCall);
}

/** Whether somebody who can speak for the promise was reached. */
export function isReached(outcomeType: OutcomeType): boolean {
  return !UNREACHED.includes(outcomeType);
}

/** Whether this outcome ends all calls to the number, also for other users who have it. */
export function endsContact(outcomeType: OutcomeType): boolean {
  return ENDS_CONTACT.includes(outcomeType);
}

/** Whether a new promise can come out of this conversation. */
export function mayPromise(outcomeType: OutcomeType): boolean {
  return isReached(outcomeType) && !endsContact(outcomeType);
}

/** When an unanswered call is tried again: after the pause, moved into the decent hours of the user's zone. */
export function retryAt(now: Date, policy: HoursPolicy & { callbackRetryMinutes: number }, zone: string): Date {
  return new DecentHours(policy).next(new Date(now.getTime() + policy.callbackRetryMinutes * 60_000), zone);
}
