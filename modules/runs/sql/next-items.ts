import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

const item = z.object({ jobId: z.string(), place: z.int(), modelId: z.string() });

/**
 * Makes the items of a run from place `from` up to `until`. Places count models fastest, then repetitions, then scenarios, so
 * that all models advance side by side.
 */
export async function nextItems(
  tx: Pick<Ctx, "db">,
  runId: number,
  from: number,
  until: number,
): Promise<z.infer<typeof item>[]> {
  return query(
    tx.db,
    item,
    sql`INSERT INTO run_items (run_id, place, scenario_place, scenario_id, model_id, repetition, job_id)
        SELECT r.id, n.place, s.place, s.scenario_id, r.models[1 + n.place % cardinality(r.models)],
               1 + n.place / cardinality(r.models) % r.repetitions, gen_random_uuid()
        FROM runs r CROSS JOIN generate_series(${from}::int, ${until}::int - 1) AS n (place)
        JOIN run_scenarios s ON s.run_id = r.id AND s.place = n.place / (cardinality(r.models) * r.repetitions)
        WHERE r.id = ${runId}
        RETURNING job_id::text AS "jobId", place, model_id AS "modelId"`,
  );
}
