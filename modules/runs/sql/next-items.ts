import type { Ctx } from "#lib/base/context";
import { execute, type Sql, sql } from "#lib/database/sql";

/**
 * Makes the items of a run from place `from` up to `until`. Places count models fastest, then repetitions, then scenarios, so
 * that all models advance side by side.
 */
export async function nextItems(tx: Pick<Ctx, "db">, runId: number, from: number, until: number): Promise<void> {
  await execute(
    tx.db,
    sql`INSERT INTO run_items (run_id, place, scenario_place, scenario_id, model_id, repetition, job_id)
        SELECT r.id, n.place, s.place, s.scenario_id, r.models[1 + n.place % cardinality(r.models)],
               1 + n.place / cardinality(r.models) % r.repetitions, gen_random_uuid()
        FROM runs r CROSS JOIN generate_series(${from}::int, ${until}::int - 1) AS n (place)
        JOIN run_scenarios s ON s.run_id = r.id AND s.place = n.place / (cardinality(r.models) * r.repetitions)
        WHERE r.id = ${runId}`,
  );
}

/** Selects the conversations of the items that `which` names, to queue them. */
export const probesOf = (runId: number, which: Sql): Sql =>
  sql`SELECT job_id, place, model_id FROM run_items WHERE run_id = ${runId} AND ${which}`;
