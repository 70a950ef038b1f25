/**
 * Every code a caller can meet, with its HTTP status. The type of a code is the keys of this table, so a code
 * without a status cannot exist.
 */
export const CODES = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  another_person: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  already_accepted: 409,
  agent_not_here: 409,
  do_not_call: 409,
  wrong_number: 409,
  user_on_call: 409,
  agent_on_call: 409,
  wrong_queue: 403,
  wrong_state: 409,
  snooze_limit: 409,
  outcome_differs: 409,
  key_in_use: 409,
  already_applied: 409,
  client_too_old: 409,
  account_taken: 409,
  task_differs: 409,
  task_expired: 409,
  not_set_up: 409,
  too_large: 413,
  unsupported_media_type: 415,
  key_reused: 422,
  too_many_requests: 429,
  accept_limit: 429,
  promise_limit: 429,
  internal: 500,
  launch_failed: 502,
  unavailable: 503,
} as const satisfies Record<string, number>;

export type Code = keyof typeof CODES;

/**
 * The order cannot be carried out, and nothing was written. `sentence` is read by people: it says what is wrong
 * and what to do. `details` is data for programs and becomes part of the answer.
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

/** The queues cannot take or give anything now; nothing was queued. */
export class QueueError extends Refusal {
  constructor(sentence: string, details?: Record<string, unknown>) {
    super("unavailable", sentence, details);
    this.name = "QueueError";
  }
}

/** What was asked of a run or a job is not possible as it was said; nothing was queued. */
export class JobValidationError extends Refusal {
  constructor(sentence: string, details?: Record<string, unknown>) {
    super("invalid_input", sentence, details);
    this.name = "JobValidationError";
  }
}

/** A run in this state cannot do that. */
export class RunStateError extends Refusal {
  constructor(sentence: string, details?: Record<string, unknown>) {
    super("wrong_state", sentence, details);
    this.name = "RunStateError";
  }
}
