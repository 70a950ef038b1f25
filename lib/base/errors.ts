import { CODES as CODES_OF_MODULES } from "#declared";
import type { Codes } from "./code.ts";

/** The codes that every request may get. */
const OWN = {
  invalid_input: { status: 400, meaning: "The input is wrong: a field is missing, unknown or out of range." },
  unauthenticated: {
    status: 401,
    meaning: "The request has no credentials, or its credentials are not valid any more.",
    isAudited: true,
  },
  forbidden: { status: 403, meaning: "The caller is known and may not do this.", isAudited: true },
  another_person: {
    status: 403,
    meaning: "Somebody else has signed in in this browser since the page was opened; open it again.",
  },
  not_found: { status: 404, meaning: "Nothing exists under this id or at this address." },
  method_not_allowed: {
    status: 405,
    meaning: "The address is right and the method is not; `allow` lists the methods that are.",
  },
  conflict: {
    status: 409,
    meaning: "Somebody else is changing the same thing at this moment; look again and repeat the request.",
  },
  wrong_state: { status: 409, meaning: "The subject of the request is in a state that does not allow this." },
  not_set_up: {
    status: 409,
    meaning: "This installation is not set up for this; an operator sets the variables that `detail` names.",
  },
  key_in_use: {
    status: 409,
    meaning: "A request with the same idempotency key is still being carried out; ask again in a moment.",
  },
  already_applied: {
    status: 409,
    meaning: "An action that a desk had stored was carried out before, and its answer is not stored any more.",
  },
  client_too_old: { status: 409, meaning: "The page is of an older version; open it again." },
  too_large: { status: 413, meaning: "The body is larger than this route accepts." },
  unsupported_media_type: { status: 415, meaning: "This route does not read bodies of this media type." },
  key_reused: { status: 422, meaning: "The idempotency key belongs to a request with other content; take a new key." },
  too_many_requests: {
    status: 429,
    meaning: "The caller sends too many requests; `Retry-After` says how many seconds to wait.",
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
