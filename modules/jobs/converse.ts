import { storableText } from "#lib/base/text";
import { stopwatch } from "#lib/time/clock";
import { askModel, type Models } from "./ask.ts";
import type { Message } from "./question.ts";
import { JobError } from "./rules.ts";

/** The script of a conversation: the person's words, turn by turn, and the system prompt of the model. */
export type Script = Readonly<{ system?: string | undefined; messages: readonly string[]; maxTurns: number }>;

export type Turn = Readonly<{
  asked: string;
  answered: string;
  finishReason: string;
  tokensIn: number | null;
  tokensOut: number | null;
  latencyMs: number;
}>;

/** A pause, a cancelled run or a worker that ends: the conversation stops before its next turn and says nothing. */
export class Stopped extends Error {}

type Conversation = Readonly<{
  modelId: string;
  script: Script;
  attempt: number;
  maxTokens: number | null;
  signal: AbortSignal;
  /** Called before each turn; throws Stopped when the conversation must end. */
  beforeTurn: () => Promise<void>;
  /** Called with each turn, also with those before a fault: the model was paid for them. */
  afterTurn: (turn: Turn) => void;
}>;

/**
 * Holds a conversation of up to `maxTurns` turns; it ends early when the model refuses or is cut short. Throws a JobError for a
 * fault of the model, and passes on errors of `beforeTurn`.
 */
export async function converse(models: Models, talk: Conversation): Promise<void> {
  const { modelId, script, attempt, maxTokens, signal } = talk;
  const said: Message[] = script.system === undefined ? [] : [{ role: "system", content: script.system }];
  for (const asked of script.messages.slice(0, script.maxTurns)) {
    await talk.beforeTurn();
    signal.throwIfAborted();
    said.push({ role: "user", content: asked });
    const took = stopwatch();
    const answer = await askModel(models, modelId, { messages: said, attempt, maxTokens, signal });
    // Some of the libraries below answer although they were asked to stop.
    signal.throwIfAborted();
    const answered = storableText(answer.text);
    const { finishReason, tokensIn, tokensOut } = answer;
    talk.afterTurn({ asked, answered, finishReason, tokensIn, tokensOut, latencyMs: took() });
    if (finishReason === "error") {
      throw new JobError("transient", "finish_error", `${modelId} broke off in the middle of an answer.`);
    }
    if (finishReason !== "stop") break;
    said.push({ role: "assistant", content: answered });
  }
}
