import { Refusal } from "#lib/base/errors";
import { timeWords } from "#lib/time/zone";
import type { Settlement } from "#modules/callbacks";
import type { Consequences } from "./consequences.ts";
import type { Decided, Standing } from "./decide.ts";
import { differencesTo } from "./outcome-request.ts";
import type { RecordOutcomeAnswer, RecordOutcomeInput } from "./schema.ts";
import type { Call, Held } from "./sql/hold.ts";

/** The first answer to a recorded outcome, for its repeat. Refuses `outcome_differs` for another one. */
export function repeated(call: Call, input: RecordOutcomeInput): RecordOutcomeAnswer {
  const { request, answer } = call.recorded!;
  const differs = differencesTo({ request, notes: call.notes }, input);
  if (differs.length === 0) return answer;
  const sentence =
    differs.join() === "notes"
      ? `Call ${call.id} already has this outcome, with other notes. An outcome is recorded once: the first notes stand and these were not kept; put them into the notes of the next call.`
      : `Call ${call.id} already has the outcome ${call.lastOutcomeType}; an outcome is recorded once.`;
  throw new Refusal("outcome_differs", sentence, { outcomeType: call.lastOutcomeType, differs });
}

/** The call, its callbacks and the other open promises, as they are when only the recording is left. */
export function answerOf(
  { call, callbacks, openCallbacks, isErased }: Held,
  { standing, callback, own: ended, covered }: Decided,
  { promised, conflicts, cost }: Consequences,
  input: RecordOutcomeInput,
): RecordOutcomeAnswer {
  const { outcomeType } = input;
  const settled = callbacks.map(({ id, status, scheduledFor, attempts }) => ({
    id,
    status,
    scheduledFor: scheduledFor.toISOString(),
    attempts,
  }));
  const own = settled.find(({ id }) => id === callback?.id) ?? null;
  const others = settled.filter(({ id }) => covered.ids.includes(id));
  const notOpen = [callback?.id, promised?.id, ...covered.ids];
  const open = openCallbacks.filter(({ id }) => !notOpen.includes(id)).slice(0, MAX_OPEN);
  const sentences = [
    sentenceOf(standing, own?.status),
    ...(ended ? [settledWords(ended.settlement, call.userTimeZone)] : []),
    ...(promised ? [`The next callback is promised for ${timeWords(promised.scheduledFor, call.userTimeZone)}.`] : []),
    ...(isErased && input.notes ? ["The data of this person was erased meanwhile, so the notes were not kept."] : []),
    ...cost,
    ...coveredWords(others.filter(({ status }) => status === "completed").length),
    ...(open.length > 0 ? ["The user has other open callbacks."] : []),
  ];
  return {
    success: true,
    message: sentences.join(" "),
    callSessionId: String(call.id),
    outcomeType,
    callback: own,
    covered: others,
    newCallbackId: promised?.id ?? null,
    conflicts: [...conflicts, ...notAgreed(covered, input)],
    openCallbacks: open,
  };
}

/** The times agreed on that a late outcome could not set any more. */
function notAgreed({ agreed }: Decided["covered"], { stillOpen = [] }: RecordOutcomeInput): string[] {
  return stillOpen
    .filter(({ callbackId }) => !agreed.some((time) => time.callbackId === callbackId))
    .map(
      ({ callbackId }) => `Callback ${callbackId} did not get its new time: the call had been given back meanwhile.`,
    );
}

/** Maximum open callbacks that an answer names. */
const MAX_OPEN = 20;

function settledWords(settlement: Settlement, zone: string): string {
  if (settlement.kind === "completed") return "The promise is kept.";
  return settlement.kind === "retried"
    ? `It is tried again at ${timeWords(settlement.at, zone)}${settlement.because}.`
    : settlement.why;
}

function coveredWords(count: number): string[] {
  if (count === 0) return [];
  return [
    count === 1
      ? "Another promise to this user is settled with it."
      : `${count} other promises to this user are settled with it.`,
  ];
}

function sentenceOf(standing: Standing, status: string | undefined): string {
  if (standing.kind === "current") return "Recorded.";
  if (standing.kind === "late") return "Recorded. The call had been given back meanwhile; nobody else has called.";
  if (standing.by !== null)
    return `Recorded on your call. ${standing.by} has called this user meanwhile and settles what was promised.`;
  return `Recorded on your call. The callback was ${status} meanwhile.`;
}
