import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { type Item, item } from "./items.ts";

const event = z.object({
  at: z.date(),
  kind: z.enum(["queued", "failed", "throttled", "retried", "lost", "completed", "cancelled"]),
  attempt: z.int().nullable(),
  begunAt: z.date().nullable(),
  class: z.string().nullable(),
  /** What happened, in a sentence where there is one. */
  error: z.string().nullable(),
  who: z.string().nullable(),
});
type ItemEvent = z.infer<typeof event>;

/** Everything that happened to an item, the first first: queued, each attempt that failed, waits, retries, its end. Refuses `not_found`. */
export async function timeline(ctx: Pick<Ctx, "db">, itemId: string): Promise<ItemEvent[]> {
  return (await timelinesOf(ctx, [await item(ctx, itemId)]))[0]!;
}

/** The timeline of each of these items, in one statement. */
export async function timelinesOf(ctx: Pick<Ctx, "db">, items: readonly Item[]): Promise<ItemEvent[][]> {
  const runIds = items.map(({ itemId }) => Number(itemId.split("-")[0]));
  const rows = await query(
    ctx.db,
    event.extend({ asked: z.int() }),
    sql`WITH wanted AS (SELECT run_id, place, asked::int AS asked FROM
          unnest(${runIds}::int[], ${items.map(({ place }) => place)}::int[]) WITH ORDINALITY AS w (run_id, place, asked))
        SELECT asked, at, kind, attempt, "begunAt", class, error, who FROM (
          SELECT asked, created_at AS at, 'queued' AS kind, NULL::int AS attempt, NULL::timestamptz AS "begunAt", NULL AS class, NULL AS error,
                 created_by AS who, 0::bigint AS id
          FROM wanted JOIN runs ON runs.id = run_id
          UNION ALL
          SELECT asked, at, kind, attempt, begun_at, class, error, by_whom, e.id FROM wanted JOIN run_item_events e USING (run_id, place)) events
        ORDER BY id`,
  );
  const events = Map.groupBy(rows, ({ asked }) => asked);
  return items.map((one, place) => [
    ...(events.get(place + 1) ?? []).map(({ asked: _, ...happened }) => happened),
    ...endOf(one),
  ]);
}

/** How an item ended; none where it has not, or where its last failure says so. */
function endOf({ state, endedAt, startedAt, attempts, class: errorClass }: Item): ItemEvent[] {
  if (endedAt === null || (state !== "completed" && state !== "cancelled")) return [];
  const isCompleted = state === "completed";
  return [
    {
      at: endedAt,
      kind: state,
      attempt: isCompleted ? attempts : null,
      begunAt: isCompleted ? startedAt : null,
      class: isCompleted ? errorClass : null,
      error: null,
      who: null,
    },
  ];
}
