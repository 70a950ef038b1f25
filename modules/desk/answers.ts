import type { Outcome } from "#modules/durable-queue";

/**
 * The outcome of an action in the browser's queue for each code of an answer. The code decides, never the status, because two codes
 * may share a status. A code that is not listed is a final refusal with a sentence: another attempt would get the same answer.
 */
export const ANSWERS: Readonly<Record<string, Outcome["kind"]>> = {
  // The server has carried out this request before, and does not store its answer any more.
  already_applied: "done",
  // The network failed, or the answer is not Ringback's: a portal answers every request with a page of its own.
  offline: "unreachable",
  // Ringback is busy.
  unavailable: "later",
  internal: "later",
  key_in_use: "later",
  too_many_requests: "later",
  conflict: "later",
  // No action of this person can be sent until the person has signed in.
  unauthenticated: "held",
  another_person: "held",
  // No action of this page can be sent; the lane goes on when the page is opened anew.
  client_too_old: "held",
  // This page cannot send the action, or not in this form.
  forbidden: "parked",
  method_not_allowed: "parked",
  unsupported_media_type: "parked",
};

type Answered = { code: string; message: string; retryAfterMs?: number | undefined };

/** The outcome of an attempt that got this answer instead of a success. */
export function outcomeOf({ code, message, retryAfterMs }: Answered): Outcome {
  const reason = { code, sentence: message };
  const kind = ANSWERS[code] ?? "refused";
  if (kind === "done") return { kind };
  const waits = kind === "later" || kind === "unreachable";
  return waits && retryAfterMs !== undefined ? { kind, reason, retryAfterMs } : { kind, reason };
}
