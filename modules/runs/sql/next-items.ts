import type { Ctx } from "#lib/base/context";
import { execute, type Sql, sql } from "#lib/database/sql";

/**
 * The id of the job of an item. It begins with the run and the place, so that the ids of one run follow each other: with random ids
 * every chunk would write to all parts of the index. The end of an id is the same within one chunk.
 */
const jobId = (end: string): Sql =>
  sql`(lpad(to_hex(r.id), 8, '0') || lpad(to_hex(n.place >> 16), 4, '0') || '8' || lpad(to_hex(n.place >> 4 & 4095), 3, '0')
       || '8' || to_hex(n.place & 15) || '00' || ${end})::uuid`;

/**
 * Makes the items of a run from place `from` up to `until`. Places count models fastest, then repetitions, then scenarios, so
 * that all models advance side by side.
 */
export async function nextItems(
  tx: Pick<Ctx, "db" | "newId">,
  runId: number,
  from: number,
  until: number,
): Promise<void> {
  await execute(
    tx.db,
    sql`INSERT INTO run_items (run_id, place, scenario_place, scenario_id, model_id, repetition, job_id)
        SELECT r.id, n.place, s.place, s.scenario_id, r.models[1 + n.place % cardinality(r.models)],
               1 + n.place / cardinality(r.models) % r.repetitions, ${jobId(tx.newId().slice(-12))}
        FROM runs r CROSS JOIN generate_series(${from}::int, ${until}::int - 1) AS n (place)
        JOIN run_scenarios s ON s.run_id = r.id AND s.place = n.place / (cardinality(r.models) * r.repetitions)
        WHERE r.id = ${runId}`,
  );
}

/** Selects the conversations of the items that `which` names, to queue them. */
export const probesOf = (runId: number, which: Sql): Sql =>
  sql`SELECT job_id, place, model_id FROM run_items WHERE run_id = ${runId} AND ${which}`;
