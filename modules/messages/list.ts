import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { cursorAfter } from "#lib/base/cursor";
import { readTextNumber } from "#lib/base/phone";
import { joined, query, type Sql, sql } from "#lib/database/sql";
import { FOUND_USERS, usersFound } from "#modules/call-queue";
import { COUNTED_MOST, MESSAGE_STATES, type MessageState } from "./rules.ts";
import {
  conversationAnswer,
  type conversationsAnswer,
  type conversationsInput,
  messageAnswer,
  type messagesAnswer,
  type messagesInput,
  type ofConversationInput,
} from "./schema.ts";
import { listAccepted } from "./show.ts";
import { customerName, messageColumns } from "./store.ts";

type Filter = z.output<typeof messagesInput> & { conversationId?: string };

/** A page of messages, newest first, those in the queue among them, with how many there are in each state. */
export async function listMessages(ctx: ReadCtx, filter: Filter): Promise<z.input<typeof messagesAnswer>> {
  const rows = await query(ctx.db, z.object({ state: z.enum(MESSAGE_STATES), n: z.int() }), countsStatement());
  const counts = Object.fromEntries(rows.map(({ state, n }) => [state, n])) as Record<MessageState, number>;
  return { ...(await pageOf(ctx, filter)), counts };
}

/** How many there are in each state, as rows of `state` and `n`. It reads at most so many of each by index, however many there are. */
export function countsStatement(): Sql {
  // Each by itself, and in the order of its index: asked for together, a state that is rare was looked for in the whole table.
  const ofEach = MESSAGE_STATES.filter((state) => state !== "accepted").map(
    (state) => sql`SELECT ${state}::text AS state, count(*)::int AS n FROM (
      SELECT FROM messages m WHERE m.state = ${state} ORDER BY m.seq DESC LIMIT ${COUNTED_MOST}::int) counted`,
  );
  const ofQueue = sql`SELECT 'accepted', count(*)::int FROM (
    SELECT FROM message_keys WHERE settled_at IS NULL AND queued_at IS NOT NULL LIMIT ${COUNTED_MOST}::int) queued`;
  return joined([...ofEach, ofQueue], " UNION ALL ");
}

/** A page of the messages of one conversation with a customer, newest first. An unknown one has none. */
export async function listOfConversation(
  ctx: ReadCtx,
  input: z.output<typeof ofConversationInput>,
): Promise<{ messages: z.input<typeof messageAnswer>[]; nextCursor: string | null }> {
  return pageOf(ctx, input);
}

async function pageOf(ctx: ReadCtx, filter: Filter) {
  const { state, channel, transport, to, search, conversationId, cursor, limit } = filter;
  const stored = await query(
    ctx.db,
    messageAnswer.extend({ seq: z.bigint() }),
    sql`SELECT ${messageColumns()}, m.seq FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
        WHERE (${state ?? null}::text IS NULL OR m.state = ${state ?? null}) AND (${channel ?? null}::text IS NULL OR m.channel = ${channel ?? null})
          AND (${transport ?? null}::text IS NULL OR m.transport = ${transport ?? null})
          AND (${to ?? null}::text IS NULL OR m.recipient = ${to ?? null})
          AND ${search === undefined ? sql`true` : sql`m.conversation_id = ANY (ARRAY(${conversationsFound(ctx, search)}))`}
          AND (${conversationId ?? null}::uuid IS NULL OR m.conversation_id = ${conversationId ?? null}::uuid)
          AND (${cursor ?? null}::bigint IS NULL OR m.seq < ${cursor ?? null}::bigint)
        ORDER BY m.seq DESC LIMIT ${limit}::int`,
  );
  const accepted = isOfQueueToo(filter) ? await listAccepted(ctx, { channel, cursor, limit }) : [];
  // A page is what comes first of both, in the one order of acceptance.
  const found = [...stored, ...accepted].sort((one, other) => Number(other.seq - one.seq)).slice(0, limit);
  const last = found.length === limit ? found.at(-1) : undefined;
  return { messages: found.map(({ seq: _, ...message }) => message), nextCursor: last ? String(last.seq) : null };
}

/** What is still in the queue has no address, no way out and no conversation yet. */
function isOfQueueToo({ state, transport, to, search, conversationId }: Filter): boolean {
  return (state === undefined || state === "accepted") && !transport && !to && !search && !conversationId;
}

/**
 * The conversations that a search means, as rows of `id`: of users, by words of their names or digits of their numbers, of the customer
 * with this id, and those in which something went to this whole number or address, or came from it. Each way has an index.
 */
function conversationsFound(ctx: ReadCtx, search: string): Sql {
  const address = search.includes("@") ? search : (readTextNumber(search, ctx.limits.defaultCountry) ?? search);
  const users = usersFound(search);
  const ofUsers = sql`UNION SELECT c.id FROM message_conversations c WHERE c.user_id = ANY (ARRAY(
    SELECT f.id FROM (${joined(users, " UNION ")}) f
    WHERE EXISTS (SELECT FROM message_conversations k WHERE k.user_id = f.id) LIMIT ${FOUND_USERS}))`;
  return sql`
    SELECT m.conversation_id AS id FROM messages m WHERE m.channel IN ('sms', 'email') AND m.recipient = ${address}
    UNION SELECT c.id FROM message_conversations c WHERE c.customer_id IN (${search.toLowerCase()}, ${address})
    ${users.length === 0 ? sql`` : ofUsers}`;
}

/** A page of conversations with customers, the latest first. */
export async function listMessageConversations(
  ctx: ReadCtx,
  { customerId, cursor, limit }: z.output<typeof conversationsInput>,
): Promise<z.input<typeof conversationsAnswer>> {
  const conversations = await query(
    ctx.db,
    conversationAnswer,
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
  const last = conversations.length === limit ? conversations.at(-1) : undefined;
  return { conversations, nextCursor: last ? cursorAfter(last.lastAt, last.id) : null };
}
