import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

/** An analysis reads at most this many items; of a larger run the first ones. */
const MAX_ITEMS = 50_000;

const item = z.object({
  itemId: z.string(),
  modelId: z.string(),
  scenarioId: z.string(),
  state: z.enum(["completed", "failed"]),
  class: z.string().nullable(),
  latencyMs: z.int().nullable(),
  turns: z.int().nullable(),
  tokensOut: z.number().nullable(),
  length: z.int(),
  mentions: z.int(),
  /** 0 for a failure, a refusal or a cut answer; else the share of the scenario's values that were mentioned. */
  score: z.number(),
});

/**
 * Reads the items of a run that completed or failed, in the order of the run, with the length of the answers and the number of
 * the scenario's values that they mention.
 */
export async function readEndedItems(ctx: Pick<Ctx, "db">, runId: number): Promise<z.infer<typeof item>[]> {
  return query(
    ctx.db,
    item,
    sql`WITH said AS (
          SELECT i.*, s.scenario, lower(coalesce((
            SELECT string_agg(turn ->> 'answered', E'\n') FROM jsonb_array_elements(t.transcript) AS turn), '')) AS words,
            -- Those of the answers that are analysed; the item has those of its failed attempts, too.
            (SELECT CASE WHEN count(*) = count(turn ->> 'tokensOut') THEN sum((turn ->> 'tokensOut')::float8) END
             FROM jsonb_array_elements(t.transcript) AS turn) AS answer_tokens
          FROM run_items i JOIN run_scenarios s ON s.run_id = i.run_id AND s.place = i.scenario_place
          LEFT JOIN run_transcripts t ON t.run_id = i.run_id AND t.place = i.place
          WHERE i.run_id = ${runId} AND i.state IN ('completed', 'failed') ORDER BY i.place LIMIT ${MAX_ITEMS}
        ), counted AS (
          SELECT *, jsonb_array_length(coalesce(scenario -> 'values', '[]')) AS valued, (
            SELECT count(*) FROM jsonb_array_elements_text(coalesce(scenario -> 'values', '[]')) AS v (word)
            WHERE strpos(words, lower(word)) > 0)::int AS mentions FROM said
        )
        SELECT run_id || '-' || place AS "itemId", model_id AS "modelId", scenario_id AS "scenarioId", state, class, latency_ms AS "latencyMs",
               turns, answer_tokens AS "tokensOut", length(words) AS length, mentions,
               CASE WHEN state = 'failed' OR class IS NOT NULL THEN 0 WHEN valued = 0 THEN 1 ELSE mentions::float8 / valued END::float8 AS score
        FROM counted ORDER BY place`,
  );
}
