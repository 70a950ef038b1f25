import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

/** Permits one change of callback events until the transaction ends; a trigger refuses every other change. */
export async function letEvents(db: Db, may: "erase" | "retire"): Promise<void> {
  await query(db, z.object({ may: z.string() }), sql`SELECT set_config('ringback.events_may', ${may}, true) AS may`);
}
