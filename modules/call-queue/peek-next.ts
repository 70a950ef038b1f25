import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

/** The entry that a claim at this moment would take, without taking it; null when none is waiting. */
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
