import { Refusal } from "#lib/base/errors";

/** What was asked of a run is not possible as it was said; nothing was queued. */
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
