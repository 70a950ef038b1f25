/** The question to a model, and its answer. */

export type Message = Readonly<{ role: "system" | "user" | "assistant"; content: string }>;
export type Ask = Readonly<{
  messages: readonly Message[];
  /** 1 at the first attempt. */
  attempt: number;
  /** Limit on the tokens of an answer; null: the model's own. */
  maxTokens: number | null;
  signal: AbortSignal;
}>;
/** An unknown number of tokens is null, not 0. */
export type Answer = Readonly<{
  text: string;
  finishReason: string;
  tokensIn: number | null;
  tokensOut: number | null;
}>;
