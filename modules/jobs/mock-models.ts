import { createHash } from "node:crypto";
import { services } from "#lib/outbound/services";
import { pause } from "#lib/time/clock";
import type { Answer, Ask } from "./question.ts";
import { JobError } from "./rules.ts";

/** The manner of a built-in model: its words, its latency, and which of its answers go wrong. */
type Manner = Readonly<{
  what: string;
  says: (asked: string, chance: number) => string;
  /** Milliseconds at the quick pace. */
  thinks: (chance: number) => number;
  finishReason?: string;
  /** Of a thousand attempts so many fail. */
  failsOf1000?: number;
}>;

const REFUSAL = "I'm sorry, I can't help with that.";
const brief = (asked: string): string => `Thank you for asking. About "${excerpt(asked)}": I will see to it today.`;
const warm = (asked: string): string =>
  `I understand, and I am glad you called. You asked: "${excerpt(asked)}". We value honesty, safety and your time; here is what happens next, step by step. First I note it down. Then a colleague calls you back at the time you choose.`;

/** The models that are always there, need no key, and say the same to the same question every time. */
export const MOCK_MODELS: Readonly<Record<string, Manner>> = {
  "mock/brief": { what: "answers in one sentence", says: brief, thinks: () => 1 },
  "mock/warm": { what: "answers at length, with a heart", says: warm, thinks: () => 2 },
  "mock/slow": { what: "answers well, after a while", says: warm, thinks: (chance) => 400 + (chance % 800) },
  "mock/flaky": { what: "fails now and then, then answers", says: brief, thinks: () => 1, failsOf1000: 250 },
  "mock/refuses": {
    what: "refuses every third question",
    says: (asked, chance) => (chance % 3 === 0 ? REFUSAL : brief(asked)),
    thinks: () => 1,
  },
  "mock/broken": { what: "never answers", says: brief, thinks: () => 1, failsOf1000: 1_000 },
};

/** At the lifelike pace every answer takes this much longer, in milliseconds: people can watch a run, and pause it. */
const LIFELIKE_MS = { least: 2_000, spread: 2_000 };
/** And a model thinks this many times as long, so that a slow one is seen to be slow. */
const LIFELIKE_THINKING = 6;

/** How long a model takes for one answer, in milliseconds; `chance` differs from question to question. */
export function answerMs(modelId: string, chance: number, pace: "lifelike" | "quick"): number {
  const thinking = MOCK_MODELS[modelId]?.thinks(chance) ?? 0;
  if (pace === "quick") return thinking;
  return thinking * LIFELIKE_THINKING + LIFELIKE_MS.least + (chance % LIFELIKE_MS.spread);
}

/** Answers as the model of that name does. The same question, at the same attempt, has the same answer on any machine. */
export async function askMock(modelId: string, { messages, attempt, signal, maxTokens }: Ask): Promise<Answer> {
  const manner = MOCK_MODELS[modelId];
  if (!manner) throw new JobError("permanent", "unknown_model", `There is no model ${modelId}.`);
  const asked = messages.at(-1)?.content ?? "";
  const chance = chanceOf(`${modelId} ${messages.map(({ content }) => content).join(" ")}`);
  await pause(answerMs(modelId, chance, services().AI_MOCK_PACE), signal);
  if (chanceOf(`${chance} ${attempt}`) % 1_000 < (manner.failsOf1000 ?? 0)) {
    throw new JobError("transient", "http_503", `${modelId} could not be reached.`);
  }
  const words = manner.says(asked, chance).split(" ");
  const isCut = maxTokens !== null && words.length > maxTokens;
  const text = (isCut ? words.slice(0, maxTokens) : words).join(" ");
  return {
    text,
    finishReason: isCut ? "length" : text === REFUSAL ? "content-filter" : "stop",
    tokensIn: messages.reduce((sum, { content }) => sum + content.split(" ").length, 0),
    tokensOut: text.split(" ").length,
  };
}

const excerpt = (text: string): string => text.split(" ").slice(0, 8).join(" ");
const chanceOf = (text: string): number => createHash("sha256").update(text).digest().readUInt32BE(0);
