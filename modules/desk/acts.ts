/** The actions of an agent that must not be lost, as task types of the durable queue. */
import { Problem, submit } from "#lib/browser/api";
import { serverNow } from "#lib/browser/clock";
import type { Outcome, RunContext, TaskType } from "#modules/durable-queue";
import { outcomeOf } from "./answers.ts";
import type { Act } from "./schema.ts";

export type { Act } from "./schema.ts";

/** The action in this input, or null. It accepts exactly what `actPayload` accepts, without the library that would be a tenth of the desk. */
export function readAct(input: unknown): Act | null {
  if (!isRecord(input)) return null;
  const { request, body, title, callbackId, callSessionId, words } = input;
  const isAct =
    isRequest(request) &&
    isRecord(body) &&
    typeof title === "string" &&
    (callbackId === null || Number.isSafeInteger(callbackId)) &&
    isStringOrNull(callSessionId) &&
    isStringOrNull(words);
  if (!isAct) return null;
  return { request, body: ownFields(body), title, callbackId: callbackId as number | null, callSessionId, words };
}

/** A stored `__proto__` is no field of a request; the schema leaves it out, too. */
const ownFields = (body: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== "__proto__"));

const isRecord = (input: unknown): input is Record<string, unknown> =>
  typeof input === "object" && input !== null && !Array.isArray(input);
const isStringOrNull = (input: unknown): input is string | null => input === null || typeof input === "string";
const isRequest = (input: unknown): input is Act["request"] =>
  typeof input === "string" && (input.startsWith("POST /") || input.startsWith("PUT /"));

const payload = {
  parse(input: unknown): Act {
    const act = readAct(input);
    if (act === null) throw new TypeError("This is no action of a desk.");
    return act;
  },
};

const MINUTE_MS = 60_000;
/** An action that has waited longer is sent only after a person has confirmed it. */
export const ASKS_AFTER_MS = 24 * 60 * MINUTE_MS;
export const TOO_OLD = {
  code: "too_old",
  sentence: "This is more than a day old. Send it all the same, or discard it.",
};

const sent: Pick<TaskType, "lane" | "version" | "payload"> & { run(act: Act, context: RunContext): Promise<Outcome> } =
  {
    lane: "send",
    version: 1,
    payload,
    run: sendAct,
  };

/** Each action with the time for which it stays valid: a note stays true for ever, an accept does not. */
export const ACTS = {
  accept: {
    ...sent,
    validForMs: 10 * MINUTE_MS,
    expiredSentence: "Ten minutes passed before it could be asked for. Accept it again.",
  },
  snooze: {
    ...sent,
    validForMs: 60 * MINUTE_MS,
    expiredSentence: "An hour passed before the snooze could be sent. Snooze it again.",
  },
  status: {
    ...sent,
    validForMs: 10 * MINUTE_MS,
    expiredSentence: "Ten minutes passed before it could be sent. Choose your status again.",
  },
  release: sent,
  // The server refuses a time that has passed in the meantime, with a sentence.
  reschedule: sent,
  outcome: sent,
} satisfies Record<string, TaskType>;

/** Sends an action with the id of its task as idempotency key, so that the server applies a repeated request once. */
async function sendAct({ request, body }: Act, { taskId, createdAt, retriedAt }: RunContext): Promise<Outcome> {
  // The age of an action from a clock that was days ahead is not known, so it is asked about, too.
  if (Math.abs(serverNow() - (retriedAt ?? createdAt)) > ASKS_AFTER_MS) return { kind: "parked", reason: TOO_OLD };
  try {
    return { kind: "done", output: await submit<unknown>(request, body, { id: taskId, doneAt: createdAt }) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return outcomeOf(error);
  }
}
