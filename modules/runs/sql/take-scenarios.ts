import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";

/**
 * Copies the scenarios at these places of a definition into a run, in this order, so that the run keeps them when the definition is
 * deleted.
 */
export async function takeScenarios(
  tx: Pick<Ctx, "db">,
  runId: number,
  definitionId: number,
  places: readonly number[],
): Promise<void> {
  await execute(
    tx.db,
    sql`INSERT INTO run_scenarios (run_id, place, scenario_id, scenario)
        SELECT ${runId}, row_number() OVER (ORDER BY picked.ordinality) - 1, scenario ->> 'id', scenario
        FROM run_definitions d CROSS JOIN jsonb_array_elements(d.scenarios) WITH ORDINALITY AS s (scenario, number)
        JOIN unnest(${places.map(Number)}::int[]) WITH ORDINALITY AS picked (place, ordinality) ON picked.place = s.number - 1
        WHERE d.id = ${definitionId}`,
  );
}
