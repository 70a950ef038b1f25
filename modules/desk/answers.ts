import type { Outcome } from "#modules/durable-queue";

/**
 * What an answer of the API means for something that an agent did, by its code; never by its status, which two meanings
 * share. Whatever is not named here is a refusal with a sentence: it is final, and trying again would be answered alike.
 */
export const ANSWERS: Readonly<Record<string, Outcome["kind"]>> = {
  // It has come before, and its answer is forgotten by now.
  already_applied: "done",
  // Nobody was reached, or somebody who is not Ringback: a portal answers every request with a page of its own.
  offline: "unreachable",
  unreadable: "unreachable",
  // Ringback is busy.
  unavailable: "later",
  internal: "later",
  key_in_use: "later",
  too_many_requests: "later",
  conflict: "later",
  // Nothing of this person can go out until somebody has signed in as them.
  unauthenticated: "held",
  another_person: "held",
  // This page cannot do that, or not as this page says it: it is older than the server.
  client_too_old: "parked",
  forbidden: "parked",
  method_not_allowed: "parked",
  unsupported_media_type: "parked",
};

type Answered = { code: string; message: string; retryAfterMs?: number | undefined };

/** How an attempt ended that was answered in this way instead of with what was asked for. */
export function outcomeOf({ code, message, retryAfterMs }: Answered): Outcome {
  const reason = { code, sentence: message };
  const kind = ANSWERS[code] ?? "refused";
  if (kind === "done") return { kind };
  const waits = kind === "later" || kind === "unreachable";
  return waits && retryAfterMs !== undefined ? { kind, reason, retryAfterMs } : { kind, reason };
}
