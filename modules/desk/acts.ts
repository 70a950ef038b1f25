/** The actions of an agent that must not be lost, as task types of the durable queue. */
import { z } from "zod";
import { Problem, submit } from "#lib/browser/api";
import { serverNow } from "#lib/browser/clock";
import type { Outcome, RunContext, TaskType } from "#modules/durable-queue";
import { outcomeOf } from "./answers.ts";

/** The request of an action, and the words that a person reads while it waits. */
export const actPayload = z.object({
  request: z.templateLiteral([z.enum(["POST", "PUT"]), " /", z.string()]),
  body: z.record(z.string(), z.unknown()),
  /** The action and its person, in words. */
  title: z.string(),
  callbackId: z.int().nullable(),
  callSessionId: z.string().nullable(),
  /** The typed text that is lost when the action is discarded. */
  words: z.string().nullable(),
});
export type Act = z.infer<typeof actPayload>;

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
    payload: actPayload,
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
  if (serverNow() - Math.max(createdAt, retriedAt ?? 0) > ASKS_AFTER_MS) return { kind: "parked", reason: TOO_OLD };
  try {
    return { kind: "done", output: await submit<unknown>(request, body, { id: taskId, doneAt: createdAt }) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return outcomeOf(error);
  }
}
