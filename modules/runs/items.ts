import { z } from "zod";
import type { Ctx } from "#lib/context";
import { Refusal } from "#lib/errors";
import { query, type Sql, sql } from "#lib/sql";
import type { Turn } from "#modules/jobs";
import { checked } from "./input.ts";
import { runOf } from "./store.ts";

const itemRow = z.object({
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
type Item = z.infer<typeof itemRow>;

const COLUMNS = sql`i.run_id || '-' || i.place AS "itemId", i.place, i.scenario_id AS "scenarioId", s.scenario ->> 'title' AS title,
  i.model_id AS "modelId", i.repetition, i.state, i.state = 'failed' AND i.is_live AS "isRetried", i.attempts, i.class, i.code, i.error,
  i.turns, i.tokens_in AS "tokensIn", i.tokens_out AS "tokensOut", i.latency_ms AS "latencyMs", i.finish_reason AS "finishReason",
  i.started_at AS "startedAt", i.ended_at AS "endedAt"`;

const itemsInput = z.strictObject({
  first: z.int().min(1).max(100).default(20),
  /** The place of the last item that is known. */
  after: z.int().min(0).optional(),
  state: z.enum(["waiting", "completed", "failed", "cancelled"]).optional(),
  modelId: z.string().max(200).optional(),
  /** Words of the transcript, in whatever case. */
  search: z.string().trim().min(2, "must be at least 2 characters").max(100).optional(),
});

/** So many transcripts one search reads, so that it is answered soon however large the run is. */
const MAX_SEARCHED = 2_000;

/** Written out, so that the indexes of what waits and of what failed are used. */
const STATES = {
  waiting: sql`AND i.state = 'waiting' AND i.is_live`,
  completed: sql`AND i.state = 'completed'`,
  failed: sql`AND i.state = 'failed'`,
  cancelled: sql`AND i.state = 'cancelled'`,
};

/**
 * The items of a run in its order, a page at a time, those of the filter. A page may hold fewer than were asked for, or none, and `next`
 * says that there are more to look at: a search reads 2,000 transcripts at a time. Refuses `not_found` and JobValidationError.
 */
export async function items(
  ctx: Pick<Ctx, "db">,
  runId: number,
  given: z.input<typeof itemsInput> = {},
): Promise<{ items: Item[]; next: number | null }> {
  const { first, after = -1, state, modelId, search } = checked(itemsInput, given);
  await runOf(ctx, runId);
  const fits = sql`i.run_id = ${runId} AND i.place > ${after} ${state ? STATES[state] : sql``}
    ${modelId === undefined ? sql`` : sql`AND i.model_id = ${modelId}`}`;
  const looked = sql`SELECT i.* FROM run_items i WHERE ${fits} ORDER BY i.place LIMIT ${search === undefined ? first + 1 : MAX_SEARCHED}`;
  const rows = await query(
    ctx.db,
    itemRow,
    sql`WITH looked AS MATERIALIZED (${looked})
        SELECT ${COLUMNS} FROM looked i JOIN run_scenarios s ON s.run_id = i.run_id AND s.place = i.scenario_place
        WHERE ${search ?? null}::text IS NULL OR EXISTS (
          SELECT FROM run_transcripts t, jsonb_array_elements(t.transcript) AS turn WHERE t.run_id = i.run_id AND t.place = i.place
            AND strpos(lower((turn ->> 'asked') || E'\n' || (turn ->> 'answered')), lower(${search ?? null}::text)) > 0)
        ORDER BY i.place LIMIT ${first + 1}`,
  );
  const page = rows.slice(0, first);
  if (rows.length > first) return { items: page, next: page.at(-1)!.place };
  return { items: page, next: search === undefined ? null : await lastLooked(ctx, looked) };
}

/** The place that a search came to; null when it has looked at everything. */
async function lastLooked(ctx: Pick<Ctx, "db">, looked: Sql): Promise<number | null> {
  const [row] = await query(
    ctx.db,
    z.object({ place: z.int().nullable() }),
    sql`SELECT CASE WHEN count(*) = ${MAX_SEARCHED} THEN max(place) END AS place FROM (${looked}) i`,
  );
  return row!.place;
}

const transcriptRow = itemRow.extend({ transcript: z.custom<Turn[]>().nullable() });

/** One item with what was said in it. Refuses `not_found`. */
export async function item(ctx: Pick<Ctx, "db">, itemId: string): Promise<z.infer<typeof transcriptRow>> {
  const [, runId, place] = /^([0-9]{1,9})-([0-9]{1,9})$/.exec(itemId) ?? [];
  const [found] = await query(
    ctx.db,
    transcriptRow,
    sql`SELECT ${COLUMNS}, t.transcript FROM run_items i JOIN run_scenarios s ON s.run_id = i.run_id AND s.place = i.scenario_place
        LEFT JOIN run_transcripts t ON t.run_id = i.run_id AND t.place = i.place
        WHERE i.run_id = ${Number(runId ?? 0)} AND i.place = ${Number(place ?? 0)}`,
  );
  if (!found) throw new Refusal("not_found", `There is no item ${itemId.slice(0, 40)}.`);
  return found;
}
