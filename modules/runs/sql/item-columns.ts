import { z } from "zod";
import { sql } from "#lib/database/sql";

export const itemRow = z.object({
  itemId: z.string(),
  place: z.int(),
  scenarioId: z.string(),
  title: z.string(),
  modelId: z.string(),
  repetition: z.int(),
  state: z.enum(["waiting", "completed", "failed", "cancelled"]),
  /** It failed, and is tried again. */
  isRetried: z.boolean(),
  attempts: z.int(),
  class: z.string().nullable(),
  code: z.string().nullable(),
  error: z.string().nullable(),
  turns: z.int().nullable(),
  tokensIn: z.bigint().nullable(),
  tokensOut: z.bigint().nullable(),
  latencyMs: z.int().nullable(),
  finishReason: z.string().nullable(),
  startedAt: z.date().nullable(),
  endedAt: z.date().nullable(),
});
export type Item = z.infer<typeof itemRow>;

/** The columns of an item `i` with its scenario `s`. */
export const ITEM_COLUMNS = sql`i.run_id || '-' || i.place AS "itemId", i.place, i.scenario_id AS "scenarioId", s.scenario ->> 'title' AS title,
  i.model_id AS "modelId", i.repetition, i.state, i.state = 'failed' AND i.is_live AS "isRetried", i.attempts, i.class, i.code, i.error,
  i.turns, i.tokens_in AS "tokensIn", i.tokens_out AS "tokensOut", i.latency_ms AS "latencyMs", i.finish_reason AS "finishReason",
  i.started_at AS "startedAt", i.ended_at AS "endedAt"`;
