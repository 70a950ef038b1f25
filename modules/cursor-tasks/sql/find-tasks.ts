import type { z } from "zod";
import type { Db } from "#lib/database/db";
import { queryDirect } from "#lib/database/direct";
import { sql } from "#lib/database/sql";
import { DOCUMENT, foundTaskNow } from "../document.ts";

/** Reads those of these tasks that have not expired. */
export async function findTasks(db: Db, taskIds: readonly string[]): Promise<z.output<typeof foundTaskNow>[]> {
  return queryDirect(
    db,
    foundTaskNow,
    sql`SELECT ${DOCUMENT}, ringback_now() AS now FROM cursor_tasks t
        WHERE task_id = ANY (${[...taskIds]}::text[]) AND expires_at > ringback_now()`,
  );
}
