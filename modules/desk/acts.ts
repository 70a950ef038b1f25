/** What an agent does at the desk and must not be lost, as types of task. */
import { z } from "zod";
import { Problem, submit } from "#lib/browser/api";
import { serverNow } from "#lib/browser/clock";
import type { Outcome, RunContext, TaskType } from "#modules/durable-queue";
import { outcomeOf } from "./answers.ts";

/** What is sent, and what a person reads about it while it waits. */
export const actPayload = z.object({
  request: z.templateLiteral([z.enum(["POST", "PUT"]), " /", z.string()]),
  body: z.record(z.string(), z.unknown()),
  /** In words: what was done, and for whom. */
  title: z.string(),
  callbackId: z.int().nullable(),
  callSessionId: z.string().nullable(),
  /** What was typed and is lost when this is thrown away. */
  words: z.string().nullable(),
});
export type Act = z.infer<typeof actPayload>;

const MINUTE_MS = 60_000;
/** What waited longer goes out only after a person has said so. */
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

/** Each with the time in which it is still what was meant: what an agent wrote is true for ever, an accept is not. */
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
  // A time that has passed meanwhile is refused by the server, with a sentence.
  reschedule: sent,
  outcome: sent,
} satisfies Record<string, TaskType>;

/** Sends it under the id of its task, so that the server does it once however often it comes. */
async function sendAct({ request, body }: Act, { taskId, createdAt, retriedAt }: RunContext): Promise<Outcome> {
  if (serverNow() - Math.max(createdAt, retriedAt ?? 0) > ASKS_AFTER_MS) return { kind: "parked", reason: TOO_OLD };
  try {
    return { kind: "done", output: await submit<unknown>(request, body, { id: taskId, doneAt: createdAt }) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return outcomeOf(error);
  }
}
