import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { joined, query, type Sql, sql } from "#lib/database/sql";
import { FOUND_USERS, usersFound } from "#modules/call-queue";
import { storedAs, suppressedAs } from "../addresses.ts";
import { messageRow, type messagesInput } from "../schema.ts";
import { messageColumns, withSpaced } from "../store.ts";

/** The filter of a list of messages; an undefined part matches every message. */
export type MessageFilter = z.output<typeof messagesInput> & { conversationId?: string };

const row = messageRow.extend({ seq: z.bigint() }).transform(withSpaced);

/** Reads a page of stored messages, newest first: those accepted before `cursor`, each with its place in the order of acceptance. */
export async function findMessages(ctx: ReadCtx, filter: MessageFilter): Promise<z.infer<typeof row>[]> {
  const { state, channel, transport, to, search, conversationId, cursor, limit } = filter;
  return query(
    ctx.db,
    row,
    sql`SELECT ${messageColumns()}, m.seq FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
        WHERE (${state ?? null}::text IS NULL OR m.state = ${state ?? null}) AND (${channel ?? null}::text IS NULL OR m.channel = ${channel ?? null})
          AND (${transport ?? null}::text IS NULL OR m.transport = ${transport ?? null})
          AND ${to === undefined ? sql`true` : isTo(storedAs(to, ctx.limits.defaultCountry))}
          AND ${search === undefined ? sql`true` : sql`m.conversation_id = ANY (ARRAY(${conversationsFound(ctx, search)}))`}
          AND (${conversationId ?? null}::uuid IS NULL OR m.conversation_id = ${conversationId ?? null}::uuid)
          AND (${cursor ?? null}::bigint IS NULL OR m.seq < ${cursor ?? null}::bigint)
        ORDER BY m.seq DESC LIMIT ${limit}::int`,
  );
}

/** The messages to this number, or to this e-mail address in large or small letters. */
function isTo(address: string): Sql {
  return address.includes("@")
    ? sql`(m.channel = 'email' AND lower(m.recipient) = ${suppressedAs(address)})`
    : sql`(m.channel IN ('sms', 'email') AND m.recipient = ${address})`;
}

/**
 * The conversations that a search finds, as rows of `id`: those of users, by words of their names or digits of their numbers; those of the
 * customer with this id; and those with a message to or from this whole number or address. Each of these is read by an index.
 */
function conversationsFound(ctx: ReadCtx, search: string): Sql {
  const address = storedAs(search, ctx.limits.defaultCountry);
  const users = usersFound(search);
  const ofUsers = sql`UNION SELECT c.id FROM message_conversations c WHERE c.user_id = ANY (ARRAY(
    SELECT f.id FROM (${joined(users, " UNION ")}) f
    WHERE EXISTS (SELECT FROM message_conversations k WHERE k.user_id = f.id) LIMIT ${FOUND_USERS}))`;
  return sql`
    SELECT m.conversation_id AS id FROM messages m WHERE ${isTo(address)}
    UNION SELECT c.id FROM message_conversations c WHERE c.customer_id IN (${search.toLowerCase()}, ${address})
    ${users.length === 0 ? sql`` : ofUsers}`;
}
