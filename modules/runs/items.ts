import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { joined, query, type Sql, sql } from "#lib/database/sql";
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
export type Item = z.infer<typeof itemRow>;

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

type ItemsInput = z.output<typeof itemsInput>;

/** Which items are asked for. Refuses JobValidationError. */
export function itemsWish(given: z.input<typeof itemsInput>): ItemsInput {
  return checked(itemsInput, given);
}

/** So many transcripts the searches of one request read together, so that it is answered soon however large the runs are. */
const MAX_SEARCHED = 2_000;

/** Written out, so that the indexes of what waits and of what failed are used. */
const STATES = {
  waiting: sql`AND i.state = 'waiting' AND i.is_live`,
  completed: sql`AND i.state = 'completed'`,
  failed: sql`AND i.state = 'failed'`,
  cancelled: sql`AND i.state = 'cancelled'`,
};

type ItemPage = { items: Item[]; next: number | null };

/**
 * The items of a run in its order, a page at a time, those of the filter. A page may hold fewer than were asked for, or none, and `next`
 * says that there are more to look at: a search reads 2,000 transcripts at a time. Refuses `not_found` and JobValidationError.
 */
export async function items(
  ctx: Pick<Ctx, "db">,
  runId: number,
  given: z.input<typeof itemsInput> = {},
): Promise<ItemPage> {
  const wish = itemsWish(given);
  await runOf(ctx, runId);
  return (await itemsOf(ctx, [{ runId, wish }]))[0]!;
}

type Asked = Readonly<{ runId: number; wish: ItemsInput }>;

/** A page of items for each of these, in at most two statements; each wish is one of `itemsWish`. */
export async function itemsOf(ctx: Pick<Ctx, "db">, asked: readonly Asked[]): Promise<ItemPage[]> {
  const searches = asked.filter(({ wish }) => wish.search !== undefined).length;
  const share = Math.max(1, Math.floor(MAX_SEARCHED / Math.max(searches, 1)));
  const rows = await query(
    ctx.db,
    itemRow.extend({ asked: z.int() }),
    joined(
      asked.map((one, place) => sql`(${pageOf(one, place, share)})`),
      " UNION ALL ",
    ),
  );
  const found = Map.groupBy(rows, (row) => row.asked);
  const pages = asked.map(({ wish }, place) => {
    const mine = (found.get(place) ?? []).map(({ asked: _, ...row }) => row).sort((a, b) => a.place - b.place);
    const hasMore = mine.length > wish.first;
    const page = mine.slice(0, wish.first);
    return { items: page, next: hasMore ? page.at(-1)!.place : null };
  });
  const unfinished = asked.flatMap((one, place) =>
    one.wish.search !== undefined && pages[place]!.next === null ? [{ one, place }] : [],
  );
  for (const { asked: place, lastPlace } of await lastLooked(ctx, unfinished, share)) pages[place]!.next = lastPlace;
  return pages;
}

/** The items that one question looks at. */
function lookedAt({ runId, wish: { first, after = -1, state, modelId, search } }: Asked, share: number): Sql {
  return sql`SELECT i.* FROM run_items i WHERE i.run_id = ${runId} AND i.place > ${after} ${state ? STATES[state] : sql``}
    ${modelId === undefined ? sql`` : sql`AND i.model_id = ${modelId}`} ORDER BY i.place LIMIT ${search === undefined ? first + 1 : share}`;
}

function pageOf(one: Asked, place: number, share: number): Sql {
  const { first, search = null } = one.wish;
  return sql`WITH looked AS MATERIALIZED (${lookedAt(one, share)})
    SELECT ${place}::int AS asked, ${COLUMNS} FROM looked i
    JOIN run_scenarios s ON s.run_id = i.run_id AND s.place = i.scenario_place
    WHERE ${search}::text IS NULL OR EXISTS (
      SELECT FROM run_transcripts t, jsonb_array_elements(t.transcript) AS turn WHERE t.run_id = i.run_id AND t.place = i.place
        AND strpos(lower((turn ->> 'asked') || E'\n' || (turn ->> 'answered')), lower(${search}::text)) > 0)
    ORDER BY i.place LIMIT ${first + 1}`;
}

const lastRow = z.object({ asked: z.int(), lastPlace: z.int().nullable() });

/** The place that each search came to; null when it has looked at everything. */
async function lastLooked(
  ctx: Pick<Ctx, "db">,
  searches: readonly { one: Asked; place: number }[],
  share: number,
): Promise<z.infer<typeof lastRow>[]> {
  if (searches.length === 0) return [];
  return query(
    ctx.db,
    lastRow,
    joined(
      searches.map(
        ({ one, place }) =>
          sql`SELECT ${place}::int AS asked, CASE WHEN count(*) = ${share} THEN max(place) END AS "lastPlace"
              FROM (${lookedAt(one, share)}) i`,
      ),
      " UNION ALL ",
    ),
  );
}

const transcriptRow = itemRow.extend({ transcript: z.custom<Turn[]>().nullable() });
type WithTranscript = z.infer<typeof transcriptRow>;

/** One item with what was said in it. Refuses `not_found`. */
export async function item(ctx: Pick<Ctx, "db">, itemId: string): Promise<WithTranscript> {
  const [found] = await itemsById(ctx, [itemId]);
  if (!found) throw itemNotFound(itemId);
  return found;
}

export function itemNotFound(itemId: string): Refusal {
  return new Refusal("not_found", `There is no item ${itemId.slice(0, 40)}.`);
}

/** The items of these ids with what was said in them, each or null, in one statement. */
export async function itemsById(ctx: Pick<Ctx, "db">, ids: readonly string[]): Promise<(WithTranscript | null)[]> {
  const keys = ids.map((id) => /^([0-9]{1,9})-([0-9]{1,9})$/.exec(id) ?? [id, "0", "0"]);
  const rows = await query(
    ctx.db,
    transcriptRow,
    sql`SELECT ${COLUMNS}, t.transcript
        FROM unnest(${keys.map(([, run]) => Number(run))}::int[], ${keys.map(([, , place]) => Number(place))}::int[]) AS w (run_id, place)
        JOIN run_items i USING (run_id, place) JOIN run_scenarios s ON s.run_id = i.run_id AND s.place = i.scenario_place
        LEFT JOIN run_transcripts t ON t.run_id = i.run_id AND t.place = i.place`,
  );
  const found = new Map(rows.map((row) => [row.itemId, row]));
  return keys.map(([, run, place]) => found.get(`${Number(run)}-${Number(place)}`) ?? null);
}
