import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { spacedAddress } from "#lib/base/phone";
import { query, sql } from "#lib/database/sql";
import { type conversationAnswer, conversationRow, type conversationsInput } from "../schema.ts";
import { customerName } from "../store.ts";

/** Reads a page of conversations with their last message, the latest conversation first, of one customer or of all. */
export async function findConversations(
  ctx: ReadCtx,
  { customerId, cursor, limit }: z.output<typeof conversationsInput>,
): Promise<z.infer<typeof conversationAnswer>[]> {
  return query(
    ctx.db,
    conversationRow.transform((row) => ({ ...row, spacedAddress: spacedAddress(row.address) })),
    sql`SELECT c.id::text, c.customer_id AS "customerId", c.channel, c.sent_messages AS "sentMessages", c.received_messages AS "receivedMessages",
               c.started_at AS "startedAt", c.last_at AS "lastAt", ${customerName(sql`c.user_id`)} AS name,
               l.recipient AS address, l.state AS "lastState", left(l.body, 200) AS "lastBody"
        FROM message_conversations c
        LEFT JOIN LATERAL (SELECT CASE m.direction WHEN 'in' THEN m.sender ELSE m.recipient END AS recipient, m.state, m.body
                           FROM messages m WHERE m.conversation_id = c.id ORDER BY m.seq DESC LIMIT 1) l ON true
        WHERE (${customerId ?? null}::text IS NULL OR c.customer_id = ${customerId ?? null})
          AND (${cursor?.at ?? null}::timestamptz IS NULL OR (c.last_at, c.id) < (${cursor?.at ?? null}::timestamptz, ${cursor?.id ?? null}::uuid))
        ORDER BY c.last_at DESC, c.id DESC LIMIT ${limit}::int`,
  );
}

/** Whether there is a conversation with this id. */
export async function hasConversation(ctx: ReadCtx, id: string): Promise<boolean> {
  const rows = await query(ctx.db, z.object({}), sql`SELECT FROM message_conversations WHERE id = ${id}::uuid`);
  return rows.length === 1;
}
