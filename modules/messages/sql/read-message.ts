import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { isoUtc, query, sql } from "#lib/database/sql";
import { messageStoryRow } from "../schema.ts";
import { messageColumns, withSpaced } from "../store.ts";

const row = messageStoryRow
  .extend({ caller: z.string(), callerName: z.string().nullable() })
  .transform((message) => withSpaced(message));

/**
 * Reads one stored message with its caller, its events and the reports of its provider, each in order. Null: no message is stored under
 * this id.
 */
export async function readMessage(ctx: ReadCtx, id: string): Promise<z.infer<typeof row> | null> {
  const [message] = await query(
    ctx.db,
    row,
    sql`SELECT ${messageColumns()}, m.caller, actor_name(m.caller) AS "callerName", (
          SELECT jsonb_agg(jsonb_build_object('seq', e.seq, 'at', ${isoUtc(sql`e.at`)}, 'type', e.type, 'actor', e.actor, 'actorName', actor_name(e.actor), 'from', coalesce(e.from_state, CASE m.direction WHEN 'out' THEN 'accepted' END),
                                              'state', e.to_state, 'why', e.why, 'data', e.data) ORDER BY e.seq)
          FROM message_events e WHERE e.message_id = m.id) AS timeline, coalesce((
          SELECT jsonb_agg(jsonb_build_object('at', ${isoUtc(sql`r.received_at`)}, 'source', r.source, 'status', r.status, 'errorCode', r.error_code)
                           ORDER BY r.received_at, r.event_id)
          FROM message_provider_events r WHERE r.message_id = m.id), '[]') AS reports
        FROM messages m JOIN message_conversations c ON c.id = m.conversation_id WHERE m.id = ${id}::uuid`,
  );
  return message ?? null;
}
