import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

const letter = z.object({
  itemId: z.string(),
  runId: z.int(),
  definitionName: z.string(),
  title: z.string(),
  modelId: z.string(),
  repetition: z.int(),
  class: z.string().nullable(),
  error: z.string().nullable(),
  diedAt: z.date(),
});
export type ShownLetter = z.infer<typeof letter>;

type Died = Readonly<{ runId: number; place: number; diedAt: Date }>;

/** Reads the dead items, earliest death first; items of deleted runs are left out. */
export async function readDeadLetters(ctx: Pick<Ctx, "db">, died: readonly Died[]): Promise<ShownLetter[]> {
  return query(
    ctx.db,
    letter,
    sql`SELECT i.run_id || '-' || i.place AS "itemId", i.run_id AS "runId", r.definition_name AS "definitionName",
               s.scenario ->> 'title' AS title, i.model_id AS "modelId", i.repetition, i.class, i.error, died.at AS "diedAt"
        FROM unnest(${died.map((one) => one.runId)}::int[], ${died.map(({ place }) => place)}::int[],
                    ${died.map(({ diedAt }) => diedAt.toISOString())}::timestamptz[]) AS died (run_id, place, at)
        JOIN run_items i USING (run_id, place) JOIN runs r ON r.id = i.run_id
        JOIN run_scenarios s ON s.run_id = i.run_id AND s.place = i.scenario_place
        ORDER BY died.at, i.run_id, i.place`,
  );
}
