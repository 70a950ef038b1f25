/** The queues of runs and their rules: how long a job may take, how often it is tried, and what an error means. */
import { storableText } from "#lib/base/text";

/** The queues of conversations and of analyses. Names in pg-boss take no colon; people see one. */
export const PROBE = "probe_scenario";
export const ANALYSES = { basic: "analyze_basic", deep: "analyze_deep" } as const;
export type AnalysisKind = keyof typeof ANALYSES;

/** A dead letter may be redriven for a month. A waiting job is kept for ten years, however long its run is paused. */
const KEPT_SECONDS = { deadLetter: 30 * 86_400, waiting: 10 * 365 * 86_400 };

type Rules = Readonly<{ retryLimit: number; retryDelay: number; retryDelayMax: number; expireInSeconds: number }>;

/** The rules of each queue: the number of retries, the first and the longest wait in seconds, and the expiry of an attempt. */
export const QUEUES: Readonly<Record<string, Rules>> = {
  [PROBE]: { retryLimit: 3, retryDelay: 5, retryDelayMax: 300, expireInSeconds: 300 },
  [ANALYSES.basic]: { retryLimit: 3, retryDelay: 10, retryDelayMax: 300, expireInSeconds: 600 },
  [ANALYSES.deep]: { retryLimit: 2, retryDelay: 30, retryDelayMax: 600, expireInSeconds: 1_800 },
};

/** How long a conversation, one answer in it, and a script may take. */
export const CONVERSATION_MS = 240_000;
export const ANSWER_MS = 60_000;
export const SCRIPT_MS = { basic: 240_000, deep: 1_200_000 } as const;

/** A worker that misses the heartbeat of a job for this long loses the job. */
export const HEARTBEAT_SECONDS = 60;
/** For a conversation pg-boss waits longer, because an attempt that it ends is not recorded with its item. */
const BOSS_HEARTBEAT_SECONDS = 2 * HEARTBEAT_SECONDS;
/** What pg-boss notes with a job that missed its heartbeat. */
export const HEARTBEAT_LOST = "job heartbeat timeout";
/** A queue whose workers were all silent for this long counts as without a worker. */
export const WORKER_SEEN_SECONDS = 70;

export const deadLetterOf = (queue: string): string => `${queue}_dead`;
/** How people write the name of a queue. */
export const shownQueue = (queue: string): string => queue.replace("_", ":");

/** The options pg-boss is to hold for each queue, dead-letter queues first: a queue refers to one that exists. */
export function queueOptions(archiveSeconds: number): { name: string; options: Record<string, unknown> }[] {
  const kept = { deleteAfterSeconds: archiveSeconds, retentionSeconds: KEPT_SECONDS.waiting };
  const queues = Object.entries(QUEUES);
  return [
    ...queues.map(([name]) => ({
      name: deadLetterOf(name),
      options: { ...kept, retentionSeconds: KEPT_SECONDS.deadLetter, retryLimit: 0 },
    })),
    ...queues.map(([name, rules]) => ({
      name,
      options: {
        ...kept,
        ...rules,
        retryBackoff: true,
        deadLetter: deadLetterOf(name),
        heartbeatSeconds: name === PROBE ? BOSS_HEARTBEAT_SECONDS : HEARTBEAT_SECONDS,
      },
    })),
  ];
}

/**
 * The first pair of timeouts that contradict each other, as a sentence: an attempt must not expire while a model or script may
 * still answer.
 */
export function timesFault(): string | null {
  const pairs: [string, number, number][] = [
    ["an answer of a model within a conversation", CONVERSATION_MS, ANSWER_MS],
    ["a conversation within its attempt", QUEUES[PROBE]!.expireInSeconds * 1_000, CONVERSATION_MS],
    ["the basic script within its attempt", QUEUES[ANALYSES.basic]!.expireInSeconds * 1_000, SCRIPT_MS.basic],
    ["the deep script within its attempt", QUEUES[ANALYSES.deep]!.expireInSeconds * 1_000, SCRIPT_MS.deep],
  ];
  const wrong = pairs.find(([, outer, inner]) => outer <= inner);
  return wrong ? `There is no time for ${wrong[0]}.` : null;
}

export const PRIORITIES = { LOW: 0, NORMAL: 5, HIGH: 10 } as const;
export type Priority = keyof typeof PRIORITIES;
/** When a HIGH run always has work, one of seventeen jobs is of a LOW run: no run starves. */
export const WEIGHTS: Readonly<Record<Priority, number>> = { LOW: 1, NORMAL: 4, HIGH: 16 };

/** Classes of errors; the class decides whether a job is retried. */
export const ERROR_CLASSES = [
  "transient",
  "throttled",
  "exhausted",
  "permanent",
  "invalid_output",
  "refused",
  "cut_short",
  "expired",
  "cancelled",
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** The classes that another attempt may heal. */
const RETRIED: readonly ErrorClass[] = ["transient", "invalid_output", "expired"];
export const isRetried = (errorClass: ErrorClass): boolean => RETRIED.includes(errorClass);

/** A job that was only throttled has failed after this time. */
export const THROTTLED_MOST_SECONDS = 6 * 3_600;
/**
 * The pause of a model that throttles without a Retry-After, and the shortest and the longest one that a Retry-After may ask for: a
 * provider that always says 0, or a time that has passed, is not asked without end.
 */
export const THROTTLE_SECONDS = { unsaid: 30, least: 1, most: 3_600 };

/** How many conversations a model takes at once. */
export const BATCH_SIZE = { first: 4, least: 1, most: 32 };

/**
 * A fault of a job: its class, a code for programs, a sentence for people, and the Retry-After of the provider as it was sent. Code
 * and sentence may quote the other side, so characters that cannot be stored are replaced.
 */
export class JobError extends Error {
  readonly errorClass: ErrorClass;
  readonly code: string;
  readonly retryAfter: string | undefined;

  constructor(errorClass: ErrorClass, code: string, sentence: string, retryAfter?: string) {
    super(storableText(sentence));
    this.name = "JobError";
    this.errorClass = errorClass;
    this.code = storableText(code);
    this.retryAfter = retryAfter;
  }
}

/** Codes of providers for a spent budget; a 429 with another code, or with none, is a throttle. */
const EXHAUSTED = new Set(["insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "quota_exceeded"]);
const HEALING = new Set([408, 425]);

/**
 * The class of an answer that is an error: by its structured code, then by its status, never by its words. Without a status the
 * network failed before an answer came. An unknown error is tried again.
 */
export function classOf(status: number | undefined, code: string | undefined): ErrorClass {
  if (code !== undefined && EXHAUSTED.has(code)) return "exhausted";
  if (status === undefined) return "transient";
  if (status === 429) return "throttled";
  if (status === 402) return "exhausted";
  if (HEALING.has(status) || status >= 500) return "transient";
  return status >= 400 ? "permanent" : "transient";
}
