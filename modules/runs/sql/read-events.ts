import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { shownActor } from "#lib/identity/shown-actor";

const event = z.object({
  at: z.date(),
  kind: z.enum(["queued", "failed", "throttled", "retried", "lost", "completed", "cancelled"]),
  attempt: z.int().nullable(),
  begunAt: z.date().nullable(),
  class: z.string().nullable(),
  /** A sentence about the event, where there is one. */
  error: z.string().nullable(),
  who: z.string().nullable(),
});
export type ItemEvent = z.infer<typeof event>;

const row = event.extend({ asked: z.int() });

type Key = Readonly<{ runId: number; place: number }>;

/**
 * Reads the events of each of these items, in order: its queueing, and its stored events. `asked` is the index of the item, from 1
 * on.
 */
export async function readEvents(ctx: Pick<Ctx, "db">, keys: readonly Key[]): Promise<z.infer<typeof row>[]> {
  return query(
    ctx.db,
    row,
    sql`WITH wanted AS (SELECT run_id, place, asked::int AS asked FROM
          unnest(${keys.map(({ runId }) => runId)}::int[], ${keys.map(({ place }) => place)}::int[]) WITH ORDINALITY AS w (run_id, place, asked))
        SELECT asked, at, kind, attempt, "begunAt", class, error, ${shownActor(sql`who`)} AS who FROM (
          SELECT asked, created_at AS at, 'queued' AS kind, NULL::int AS attempt, NULL::timestamptz AS "begunAt", NULL AS class, NULL AS error,
                 created_by AS who, 0::bigint AS id
          FROM wanted JOIN runs ON runs.id = run_id
          UNION ALL
          SELECT asked, at, kind, attempt, begun_at, class, error, by_whom, e.id FROM wanted JOIN run_item_events e USING (run_id, place)) events
        ORDER BY id`,
  );
}
