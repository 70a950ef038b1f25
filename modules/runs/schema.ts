import { z } from "zod";
import { instantIn } from "#lib/base/ids";
import { isStorableText } from "#lib/base/text";

/** Words that can be stored. */
const words = (most: number) =>
  z
    .string()
    .max(most, `must be at most ${most} characters`)
    .refine(isStorableText, "holds a character that cannot be stored");
const some = (most: number) => words(most).refine((text) => text.trim() !== "", "must not be empty");

const idempotencyKey = some(255).optional();

export const runId = z.coerce.number().int().positive().max(2_147_483_647);

export const scenario = z.strictObject({
  id: z.string().regex(/^[\w.:-]{1,100}$/, "must be 1 to 100 letters, digits, dots, colons, dashes or underscores"),
  title: some(200),
  /** How the model is set up. */
  system: some(20_000).optional(),
  /** The person's words, turn by turn. */
  messages: z.array(some(20_000)).min(1, "must be 1 to 50 messages").max(50, "must be 1 to 50 messages"),
  maxTurns: z.int().min(1, "must be 1 to 50").max(50, "must be 1 to 50").optional(),
  /** Words whose mention is counted. */
  values: z.array(some(100)).max(50, "must be at most 50 words").default([]),
});
export type Scenario = z.output<typeof scenario>;

export const createDefinitionInput = z.strictObject({
  name: some(200),
  description: some(5_000).optional(),
  scenarios: z
    .array(scenario)
    .min(1, "must have at least one scenario")
    .max(10_000, "must be at most 10000 scenarios")
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, "must not name a scenario twice"),
  /** The same key makes the same definition once. */
  idempotencyKey,
});

const SEED = "must be a whole number from 0 to 9223372036854775807";
const TOKENS = `must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`;

export const startRunInput = z.strictObject({
  definitionId: runId,
  models: z
    .array(z.string().min(1).max(200))
    .min(1, "must name at least one model")
    .max(50, "must be at most 50 models")
    .refine((all) => new Set(all).size === all.length, "must not name a model twice"),
  samplePercentage: z.number("must be 1 to 100").min(1, "must be 1 to 100").max(100, "must be 1 to 100").default(100),
  /** Chooses the sampled scenarios; the same seed takes the same ones. */
  sampleSeed: z.coerce.bigint().min(0n, SEED).max(9_223_372_036_854_775_807n, SEED).default(0n),
  priority: z.enum(["LOW", "NORMAL", "HIGH"]).default("NORMAL"),
  repetitions: z.int().min(1, "must be 1 to 20").max(20, "must be 1 to 20").default(1),
  /**
   * The budget of the run, in tokens in and out; when it is spent, the run pauses. What is running then finishes, and may spend
   * more.
   */
  maxTokens: z.int(TOKENS).min(1, TOKENS).max(Number.MAX_SAFE_INTEGER, TOKENS).optional(),
  experimentId: some(200).optional(),
  /** The same key starts the same run once. */
  idempotencyKey,
});
export type StartRunInput = z.input<typeof startRunInput>;

export const pauseInput = z.strictObject({
  /** Hard: running conversations return at their next turn. Soft: they finish. */
  isHard: z.boolean().default(false),
  why: some(500).optional(),
  until: instantIn.transform((text) => new Date(text)).optional(),
});
export type PauseInput = z.input<typeof pauseInput>;

export const retryInput = z.strictObject({
  modelId: z.string().max(200).optional(),
  class: z.string().max(50).optional(),
  /** The code of a group; empty for the group that has none. */
  code: z.string().max(200).optional(),
  itemIds: z
    .array(z.string().regex(/^[0-9]{1,9}-[0-9]{1,9}$/, "must be ids of items"))
    .max(5_000)
    .optional(),
  dryRun: z.boolean().default(false),
});
export type RetryInput = z.input<typeof retryInput>;

/** The numbers of jobs that one drain began, and of those that failed with an unexpected error. */
export const drainAnswer = z.object({ probes: z.int(), analyses: z.int(), faults: z.int() });
