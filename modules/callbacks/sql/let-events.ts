import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

/** What the events of callbacks may go through until the transaction ends; a trigger refuses everything else. */
export async function letEvents(db: Db, may: "erase" | "retire"): Promise<void> {
  await query(db, z.object({ may: z.string() }), sql`SELECT set_config('ringback.events_may', ${may}, true) AS may`);
}
