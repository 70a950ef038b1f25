import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { PROBE } from "../rules.ts";

const row = z.object({ id: z.string(), state: z.string().nullable() });

/** Finds which of these jobs have ended, in any way, and which do not exist. */
export async function lostJobs(
  tx: Pick<Ctx, "db">,
  ids: readonly string[],
): Promise<{ ended: Set<string>; missing: Set<string> }> {
  const rows = await query(
    tx.db,
    row,
    sql`SELECT asked.id, j.state::text AS state FROM unnest(${[...ids]}::text[]) AS asked (id)
        LEFT JOIN pgboss.job_common j ON j.name = ${PROBE} AND j.id = asked.id::uuid
        WHERE j.id IS NULL OR j.state >= 'completed'`,
  );
  const of = (isMissing: boolean) =>
    new Set(rows.filter(({ state }) => (state === null) === isMissing).map(({ id }) => id));
  return { ended: of(false), missing: of(true) };
}
