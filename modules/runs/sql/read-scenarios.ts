import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import type { Scenario } from "../schema.ts";

type Stretch = Readonly<{ id: number; first: number; skip: number }>;

/**
 * Reads the scenarios of each of these definitions in their order: after the first `skip`, at most `first`. An unknown definition
 * has none.
 */
export async function scenariosOf(ctx: Pick<Ctx, "db">, wanted: readonly Stretch[]): Promise<Scenario[][]> {
  const numbers = (of: keyof Stretch) => wanted.map((one) => one[of]);
  const rows = await query(
    ctx.db,
    z.object({ asked: z.int(), scenario: z.custom<Scenario>() }),
    sql`SELECT w.asked::int AS asked, s.scenario
        FROM unnest(${numbers("id")}::int[], ${numbers("skip")}::int[], ${numbers("first")}::int[]) WITH ORDINALITY AS w (id, skip, most, asked)
        JOIN run_definitions d ON d.id = w.id
        CROSS JOIN LATERAL jsonb_array_elements(d.scenarios) WITH ORDINALITY AS s (scenario, place)
        WHERE s.place > w.skip AND s.place <= w.skip::bigint + w.most ORDER BY w.asked, s.place`,
  );
  const found = Map.groupBy(rows, ({ asked }) => asked);
  return wanted.map((_, place) => (found.get(place + 1) ?? []).map(({ scenario }) => scenario));
}
