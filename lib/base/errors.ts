import { CODES as CODES_OF_MODULES } from "#declared";
import type { Codes } from "./code.ts";

/** The codes that every request may get. */
const OWN = {
  invalid_input: { status: 400, meaning: "The input is wrong: a field is missing, unknown or out of range." },
  unauthenticated: {
    status: 401,
    meaning: "The request proves nobody's identity, or what it proves it with is no longer good.",
    isAudited: true,
  },
  forbidden: { status: 403, meaning: "The caller is known and may not do this.", isAudited: true },
  another_person: {
    status: 403,
    meaning: "Somebody else has signed in in this browser since the page was opened; open it again.",
  },
  not_found: { status: 404, meaning: "There is nothing under this id or at this address." },
  method_not_allowed: { status: 405, meaning: "The address is right and the method is not; `allow` says which are." },
  conflict: { status: 409, meaning: "Somebody else is changing the same at this moment; look again and repeat it." },
  wrong_state: { status: 409, meaning: "What the request is about is not in a state in which this can be done." },
  not_set_up: {
    status: 409,
    meaning: "This installation has not been set up for it; an operator sets the variables that `detail` names.",
  },
  key_in_use: {
    status: 409,
    meaning: "A request with the same idempotency key is still being carried out; ask again in a moment.",
  },
  already_applied: {
    status: 409,
    meaning: "What a desk had kept was carried out before, and its answer is forgotten.",
  },
  client_too_old: { status: 409, meaning: "The page is of an older version; open it again." },
  too_large: { status: 413, meaning: "The body is larger than may be sent here." },
  unsupported_media_type: { status: 415, meaning: "The body is of another media type than this route reads." },
  key_reused: { status: 422, meaning: "The idempotency key belongs to a request with other content; take a new key." },
  too_many_requests: {
    status: 429,
    meaning: "The caller asks too often; `Retry-After` says how many seconds to wait.",
    isAudited: true,
  },
  internal: { status: 500, meaning: "This failed on our side; the log says why under the request id." },
  unavailable: {
    status: 503,
    meaning: "The database or a queue does not answer; `Retry-After` says how many seconds to wait.",
  },
} as const satisfies Codes;

/**
 * All refusal codes: those above, and those that modules declare in their `codes.ts`. The type of a code is the keys of this
 * table, so every code has a status and a meaning. The page of the API and the OpenAPI document are made from it.
 */
export const CODES = { ...OWN, ...CODES_OF_MODULES } as const;

export type Code = keyof typeof CODES;

/**
 * A request that cannot be carried out; nothing was written. People read `sentence`: it says what is wrong and what to do.
 * `details` is data for programs and becomes part of the answer.
 */
export class Refusal extends Error {
  readonly code: Exclude<Code, "internal">;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: Exclude<Code, "internal">, sentence: string, details?: Record<string, unknown>) {
    super(sentence);
    this.name = "Refusal";
    this.code = code;
    this.details = details;
  }
}

/** A queue cannot accept or deliver now; nothing was queued. */
export class QueueError extends Refusal {
  constructor(sentence: string, details?: Record<string, unknown>) {
    super("unavailable", sentence, details);
    this.name = "QueueError";
  }
}
