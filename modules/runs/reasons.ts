/** The reasons why something waits, as data and in words. Pure; the browser uses it as well. */

/** What a reason may say beside its code; null where it says nothing. `T` is how an instant is written. */
export type ReasonFacts<T> = Readonly<{
  code:
    | "PAUSED_RUN"
    | "PAUSED_MODEL"
    | "PAUSED_QUEUE"
    | "THROTTLED"
    | "RETRY_AT"
    | "MODEL_LIMIT"
    | "FAIR_SHARE"
    | "NO_WORKER"
    | "NOT_ALL_QUEUED"
    | "LOST"
    | "ENDING"
    | "CANCELLING"
    | "RUNNING";
  /** The model that it concerns alone. */
  modelId: string | null;
  /** When a pause ends by itself, or when the next attempt may begin. */
  until: T | null;
  /** When a worker was seen last. */
  since: T | null;
  pausedBy: string | null;
  isHard: boolean | null;
  /** The words of a person, or of Ringback, about a pause, or about an attempt that was lost. */
  why: string | null;
  /** Conversations that run: of the run, of the model, or in spite of a pause that waits for them. */
  running: number | null;
  /** How many conversations the model takes at once. */
  atOnce: number | null;
  /** How many other runs are served before it. */
  ahead: number | null;
  /** How many jobs are queued so far, of how many. */
  queued: number | null;
  total: number | null;
}>;

const NOTHING = {
  modelId: null,
  until: null,
  since: null,
  pausedBy: null,
  isHard: null,
  why: null,
  running: null,
  atOnce: null,
  ahead: null,
  queued: null,
  total: null,
} as const;

/** A reason with what it says, and with its sentence for readers of no known zone. */
export type Reason = ReasonFacts<Date> & Readonly<{ sentence: string }>;

/** Makes a reason of its code and of what it says. */
export function reason(code: Reason["code"], says: Partial<ReasonFacts<Date>> = {}): Reason {
  const facts = { ...NOTHING, ...says, code };
  return { ...facts, sentence: reasonSentence(facts, (at) => at.toISOString()) };
}

/** The sentence of a reason, with its instants as `clock` writes them. */
export function reasonSentence<T>(facts: ReasonFacts<T>, clock: (at: T) => string): string {
  const { code, modelId, until, since, running, atOnce, queued, total } = facts;
  const ahead = facts.ahead ?? 0;
  switch (code) {
    case "PAUSED_RUN":
    case "PAUSED_MODEL":
    case "PAUSED_QUEUE":
    case "THROTTLED":
      return pauseSentence(facts, clock);
    case "RETRY_AT":
      return `${facts.why === null ? "" : `${facts.why} `}${modelId === null ? "It" : `A conversation with ${modelId}`} is tried again at ${until === null ? "a time to come" : clock(until)}.`;
    case "MODEL_LIMIT":
      return `${modelId} takes ${atOnce} at once and has ${running}.`;
    case "FAIR_SHARE":
      if (ahead === 0) return "It is next.";
      return ahead === 1
        ? "1 other run is served before it."
        : `${ahead} other runs are served before it, each in its turn.`;
    case "NO_WORKER":
      return `No worker was ${since === null ? "ever seen" : `seen since ${clock(since)}`}; run npm run worker, or let the cron /api/cron/jobs be called.`;
    case "NOT_ALL_QUEUED":
      return `${queued} of ${total} jobs are queued so far.`;
    case "LOST":
      return `${modelId === null ? "Its job" : `The job of a conversation with ${modelId}`} is missing; the next sweep queues it again.`;
    case "ENDING":
      return "Its last attempt has ended and is being recorded.";
    case "CANCELLING":
      return "Its run was cancelled; it is being taken out of the queue.";
    case "RUNNING":
      if (running === null) return "A worker is working on it.";
      return `${running} of its conversations${modelId === null ? "" : ` with ${modelId}`} ${running === 1 ? "is" : "are"} running.`;
  }
}

function pauseSentence<T>(facts: ReasonFacts<T>, clock: (at: T) => string): string {
  const { code, modelId, until, pausedBy, isHard, why, running } = facts;
  const what = code === "PAUSED_QUEUE" ? "Everything" : code === "PAUSED_RUN" ? "The run" : `The model ${modelId}`;
  const held =
    code === "THROTTLED"
      ? "is left alone"
      : `was paused${isHard ? " hard" : ""} by ${pausedBy === "service" ? "the API" : pausedBy}`;
  const end = until === null ? "" : ` until ${clock(until)}`;
  const sentence = `${what} ${held}${end}${why === null ? "." : `: ${why}`}`;
  if (running === null) return sentence;
  // A reason that a person wrote may end without a full stop.
  return `${sentence.replace(/[^.!?]$/, "$&.")} Pausing: ${running} still running.`;
}
