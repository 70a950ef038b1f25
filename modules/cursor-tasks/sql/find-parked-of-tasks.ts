import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

const row = z.object({ reference: z.string(), taskId: z.string() });

/** Finds parked results whose task is registered by now, oldest first. */
export async function findParkedOfTasks(db: Db, limit: number): Promise<z.infer<typeof row>[]> {
  return query(
    db,
    row,
    sql`SELECT p.reference, t.task_id AS "taskId" FROM parked_results p
        JOIN cursor_tasks t ON p.reference IN ('task:' || t.task_id, 'cursor:' || t.task_id, 'cursor:' || t.cursor_agent_id)
        WHERE p.refused_why IS NULL ORDER BY p.received_at LIMIT ${limit}`,
  );
}
