import type { z } from "zod";
import type { Db } from "#lib/database/db";
import { queryDirect } from "#lib/database/direct";
import { sql } from "#lib/database/sql";
import { DOCUMENT, foundTaskNow } from "../document.ts";
import { grouped } from "./grouped.ts";

type Found = z.output<typeof foundTaskNow>;

/** Reads those of these tasks that have not expired. */
export async function findTasks(db: Db, taskIds: readonly string[]): Promise<Found[]> {
  // A statement about an array is planned each time it runs, which one about a single id is not.
  const wanted = taskIds.length === 1 ? sql`${taskIds[0]}` : sql`ANY (${[...taskIds]}::text[])`;
  return queryDirect(
    db,
    foundTaskNow,
    sql`SELECT ${DOCUMENT}, ringback_now() AS now FROM cursor_tasks t WHERE task_id = ${wanted} AND expires_at > ringback_now()`,
  );
}

const findInGroup = grouped<{ taskId: string }, Found>((db, asked) =>
  findTasks(
    db,
    asked.map(({ taskId }) => taskId),
  ),
);

/** Reads one task; null when it is missing or has expired. Simultaneous calls on one handle share one statement. */
export function findTask(db: Db, taskId: string): Promise<Found | null> {
  return findInGroup(db, { taskId });
}
