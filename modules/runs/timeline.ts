import { z } from "zod";
import type { Ctx } from "#lib/context";
import { query, sql } from "#lib/sql";
import { item } from "./items.ts";

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
  const { state, endedAt, startedAt, attempts, class: errorClass } = await item(ctx, itemId);
  const [runId, place] = itemId.split("-").map(Number) as [number, number];
  const events = await query(
    ctx.db,
    event,
    sql`SELECT created_at AS at, 'queued' AS kind, NULL::int AS attempt, NULL::timestamptz AS "begunAt", NULL AS class, NULL AS error,
               created_by AS who, 0::bigint AS id
        FROM runs WHERE id = ${runId}
        UNION ALL
        SELECT at, kind, attempt, begun_at, class, error, by_whom, id FROM run_item_events WHERE run_id = ${runId} AND place = ${place}
        ORDER BY id`,
  );
  if (endedAt === null || (state !== "completed" && state !== "cancelled")) return events;
  const isCompleted = state === "completed";
  return [
    ...events,
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
