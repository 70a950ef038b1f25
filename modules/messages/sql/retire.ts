import { z } from "zod";
import type { Db } from "#lib/database/db";
import { execute, query, type Sql, sql } from "#lib/database/sql";
import type { Batch, Counts } from "../../module.ts";
import type { Queue } from "../queue/port.ts";

/** Deletes messages that ended or arrived before, with their events and keys, and conversations that are empty then. */
export async function retireMessages(db: Db, { before, limit }: Batch): Promise<Counts> {
  return deleteMessages(
    db,
    sql`(ended_at IS NOT NULL OR state = 'received') AND coalesce(ended_at, stored_at) < ${before}::timestamptz`,
    limit,
  );
}

/** The same for dead letters: a letter that nobody has sent again by then cannot be sent any more. */
export async function retireDeadLetters(db: Db, { before, limit }: Batch): Promise<Counts> {
  return deleteMessages(
    db,
    sql`state IN ('dead', 'failed', 'bounced') AND ended_at IS NOT NULL AND coalesce(ended_at, stored_at) < ${before}::timestamptz`,
    limit,
  );
}

/**
 * Deletes messages, and lowers the counts of their conversations with them. Messages that another transaction holds are passed
 * over, with their conversations.
 */
async function deleteMessages(db: Db, isOver: Sql, limit: number): Promise<Counts> {
  const [row] = await query(
    db,
    z.object({ messages: z.int(), empty: z.array(z.string()) }),
    sql`
    WITH gone AS MATERIALIZED (
      SELECT id, conversation_id, direction FROM messages WHERE ${isOver}
      ORDER BY coalesce(ended_at, stored_at) LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
    ), talks AS MATERIALIZED (
      SELECT c.id, f.sent, f.received FROM message_conversations c
      JOIN (SELECT conversation_id, count(*) FILTER (WHERE direction = 'out') AS sent, count(*) FILTER (WHERE direction = 'in') AS received
            FROM gone GROUP BY conversation_id) f ON f.conversation_id = c.id
      ORDER BY c.id FOR UPDATE OF c
    ), over AS (
      DELETE FROM messages WHERE id = ANY (ARRAY(SELECT id FROM gone)) RETURNING 1
    ), events AS (
      DELETE FROM message_events WHERE message_id = ANY (ARRAY(SELECT id FROM gone))
    ), reports AS (
      DELETE FROM message_provider_events WHERE message_id = ANY (ARRAY(SELECT id FROM gone))
    ), keys AS (
      DELETE FROM message_keys WHERE id = ANY (ARRAY(SELECT id FROM gone))
    ), counted AS (
      UPDATE message_conversations c SET sent_messages = c.sent_messages - t.sent, received_messages = c.received_messages - t.received
      FROM talks t WHERE c.id = t.id RETURNING c.id, c.sent_messages + c.received_messages AS left_over
    )
    SELECT (SELECT count(*)::int FROM over) AS messages, ARRAY(SELECT id::text FROM counted WHERE left_over = 0) AS empty`,
  );
  // The conversations are locked, so that no message is added meanwhile.
  const messageConversations = await execute(
    db,
    sql`DELETE FROM message_conversations WHERE id = ANY (${row!.empty}::uuid[])`,
  );
  return { messages: row!.messages, messageConversations };
}

/** Deletes dead letters of a queue, which could not even be read, that died before. */
export function retireUnreadable({ retire }: Pick<Queue, "retire">): (db: Db, batch: Batch) => Promise<Counts> {
  return async (db, batch) => {
    const gone = await retire(db, batch);
    await execute(db, sql`DELETE FROM message_keys WHERE id = ANY (${gone}::uuid[])`);
    return { unreadableMessages: gone.length };
  };
}

/** Deletes older reports of providers that belong to no message of ours. */
export async function retireProviderEvents(db: Db, { before, limit }: Batch): Promise<Counts> {
  const providerEvents = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT source, event_id FROM message_provider_events WHERE received_at < ${before}::timestamptz AND message_id IS NULL
          ORDER BY received_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM message_provider_events e USING gone WHERE e.source = gone.source AND e.event_id = gone.event_id`,
  );
  return { providerEvents };
}

/** Deletes suppressions that were lifted or expired before. A suppression in force stays, however old it is. */
export async function retireSuppressions(db: Db, { before, limit }: Batch): Promise<Counts> {
  const suppressions = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT id FROM message_suppressions WHERE least(removed_at, expires_at) < ${before}::timestamptz
          ORDER BY id LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM message_suppressions WHERE id = ANY (ARRAY(SELECT id FROM gone))`,
  );
  return { suppressions };
}
