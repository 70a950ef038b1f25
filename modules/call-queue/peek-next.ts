import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

/** The entry that a claim would take at this moment, without claiming it; null when no entry waits. */
export async function peekNext(
  db: Db,
  { agentId, queueType, now }: { agentId: number; queueType: string | null; now: Date },
): Promise<number | null> {
  const [row] = await query(
    db,
    z.object({ id: z.int().nullable() }),
    sql`SELECT next_entry(${agentId}::int, ${queueType}::text, ${now}::timestamptz) AS id`,
  );
  return row?.id ?? null;
}
