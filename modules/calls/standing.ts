import { z } from "zod";
import type { LockedCallback } from "#modules/callbacks";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import type { Call } from "./store.ts";

/**
 * What an outcome may still settle: everything (`current`); everything although the call was given back, because nobody
 * has begun another one (`late`); or nothing (`overtaken`), because somebody has, or the callback ended otherwise.
 */
export type Standing = { kind: "current" } | { kind: "late" } | { kind: "overtaken"; by: string | null };

/** The standing of a call. The caller holds the locks of callback, entry and call. */
export async function standingOf(db: Db, call: Call, callback: LockedCallback | null): Promise<Standing> {
  if (call.status !== "abandoned" || call.queueEntryId === null) return { kind: "current" };
  const [later] = await query(
    db,
    z.object({ by: z.string() }),
    sql`SELECT coalesce(a.first_name || ' ' || a.last_name, 'Somebody else') AS by
        FROM call_sessions s LEFT JOIN agents a ON a.id = s.agent_id
        WHERE s.id > ${call.id} AND s.user_id = ${call.userId}
          AND (s.queue_entry_id = ${call.queueEntryId} OR s.callback_id = ${call.callbackId}::int)
        ORDER BY s.id DESC LIMIT 1`,
  );
  if (later) return { kind: "overtaken", by: later.by };
  const isOpen = callback === null || callback.status === "pending" || callback.status === "accepted";
  return isOpen ? { kind: "late" } : { kind: "overtaken", by: null };
}
