import { Refusal } from "#lib/base/errors";

/** The request contradicts the run or the models; nothing was queued. */
export class JobValidationError extends Refusal {
  constructor(sentence: string, details?: Record<string, unknown>) {
    super("invalid_input", sentence, details);
    this.name = "JobValidationError";
  }
}

/** A run in this state does not allow the operation. */
export class RunStateError extends Refusal {
  constructor(sentence: string, details?: Record<string, unknown>) {
    super("wrong_state", sentence, details);
    this.name = "RunStateError";
  }
}
