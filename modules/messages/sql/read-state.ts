import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

/** Reads the state of a message; `accepted` while it is only in the queue, null for an id under which nothing was accepted. */
export async function readState(ctx: Pick<ReadCtx, "db">, id: string): Promise<string | null> {
  const [found] = await query(
    ctx.db,
    z.object({ state: z.string() }),
    sql`SELECT state FROM messages WHERE id = ${id}::uuid
        UNION ALL SELECT 'accepted' FROM message_keys WHERE id = ${id}::uuid LIMIT 1`,
  );
  return found?.state ?? null;
}
