import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { deadLetters as lettersIn } from "#modules/jobs";

const letter = z.object({
  itemId: z.string(),
  runId: z.int(),
  definitionName: z.string(),
  title: z.string(),
  modelId: z.string(),
  class: z.string().nullable(),
  error: z.string().nullable(),
  diedAt: z.date(),
});
type ShownLetter = z.infer<typeof letter>;

/**
 * Conversations whose every attempt failed and that nobody has redriven, the oldest first: of one run, or of all. At most 100;
 * `hasMore` says that there are others.
 */
export async function deadLetters(
  ctx: Pick<Ctx, "db">,
  { runId, first = 20 }: { runId?: number | undefined; first?: number } = {},
): Promise<{ letters: ShownLetter[]; hasMore: boolean }> {
  const most = Math.min(Math.max(Math.trunc(first), 1), 100);
  const found = await lettersIn(ctx, { ...(runId !== undefined && { runId }), limit: most + 1 });
  const page = found.slice(0, most);
  const letters = await query(
    ctx.db,
    letter,
    sql`SELECT i.run_id || '-' || i.place AS "itemId", i.run_id AS "runId", r.definition_name AS "definitionName",
               s.scenario ->> 'title' AS title, i.model_id AS "modelId", i.class, i.error, died.at AS "diedAt"
        FROM unnest(${page.map((one) => one.runId)}::int[], ${page.map(({ place }) => place)}::int[],
                    ${page.map(({ diedAt }) => diedAt.toISOString())}::timestamptz[]) AS died (run_id, place, at)
        JOIN run_items i USING (run_id, place) JOIN runs r ON r.id = i.run_id
        JOIN run_scenarios s ON s.run_id = i.run_id AND s.place = i.scenario_place
        ORDER BY died.at, i.run_id, i.place`,
  );
  return { letters, hasMore: found.length > most };
}
