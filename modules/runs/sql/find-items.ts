import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { joined, query, type Sql, sql } from "#lib/database/sql";
import type { ItemsWish } from "../items-wish.ts";
import { ITEM_COLUMNS, itemRow } from "./item-columns.ts";

/** A requested page: the run, and the filter of its items. */
export type Asked = Readonly<{ runId: number; wish: ItemsWish }>;

const row = itemRow.extend({ asked: z.int() });

/**
 * Reads a page for each of these, one item more than requested where there are more; `asked` is the index of the request. A search
 * looks at no more than `share` transcripts.
 */
export async function findItems(
  ctx: Pick<Ctx, "db">,
  asked: readonly Asked[],
  share: number,
): Promise<z.infer<typeof row>[]> {
  return query(
    ctx.db,
    row,
    joined(
      asked.map((one, place) => sql`(${pageOf(one, place, share)})`),
      " UNION ALL ",
    ),
  );
}

/** Written out, so that the partial indexes on waiting and on failed items are used. */
const STATES = {
  waiting: sql`AND i.state = 'waiting' AND i.is_live`,
  completed: sql`AND i.state = 'completed'`,
  failed: sql`AND i.state = 'failed'`,
  cancelled: sql`AND i.state = 'cancelled'`,
};

/** The items that one request looks at. */
function lookedAt({ runId, wish: { first, after = -1, state, modelId, search } }: Asked, share: number): Sql {
  return sql`SELECT i.* FROM run_items i WHERE i.run_id = ${runId} AND i.place > ${after} ${state ? STATES[state] : sql``}
    ${modelId === undefined ? sql`` : sql`AND i.model_id = ${modelId}`} ORDER BY i.place LIMIT ${search === undefined ? first + 1 : share}`;
}

function pageOf(one: Asked, place: number, share: number): Sql {
  const { first, search = null } = one.wish;
  return sql`WITH looked AS MATERIALIZED (${lookedAt(one, share)})
    SELECT ${place}::int AS asked, ${ITEM_COLUMNS} FROM looked i
    JOIN run_scenarios s ON s.run_id = i.run_id AND s.place = i.scenario_place
    WHERE ${search}::text IS NULL OR EXISTS (
      SELECT FROM run_transcripts t, jsonb_array_elements(t.transcript) AS turn WHERE t.run_id = i.run_id AND t.place = i.place
        AND strpos(lower((turn ->> 'asked') || E'\n' || (turn ->> 'answered')), lower(${search}::text)) > 0)
    ORDER BY i.place LIMIT ${first + 1}`;
}

const lastRow = z.object({ asked: z.int(), lastPlace: z.int().nullable() });

/** The last place that each search has looked at; null when it has looked at every item. */
export async function lastLooked(
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
