import { sql } from "#lib/database/sql";
import type { Invariant } from "../module.ts";

/** The invariants of messages, their queue, their events and the reports of providers. */
export const invariants: readonly Invariant[] = [
  {
    id: "accepted-is-somewhere",
    sentence:
      "A message that was accepted is in the queue, among its dead letters, or stored; never in two of them and never nowhere.",
    statement: sql`SELECT 'message ' || k.id AS example FROM message_keys k
      LEFT JOIN message_queue q ON q.id = k.id LEFT JOIN messages m ON m.id = k.id
      WHERE k.queue_backend = 'postgres' AND NOT CASE
        WHEN k.request_hash = 'erased' THEN k.settled_at IS NOT NULL AND q.id IS NULL
        WHEN k.queued_at IS NULL THEN q.id IS NULL AND m.id IS NULL
        WHEN k.settled_at IS NULL THEN m.id IS NULL AND q.id IS NOT NULL AND q.dead_at IS NULL
        ELSE (m.id IS NOT NULL AND (q.id IS NULL OR q.dead_at IS NULL)) OR (m.id IS NULL AND q.dead_at IS NOT NULL) END`,
  },
  {
    id: "sent-messages-were-accepted",
    sentence: "A message that goes out was accepted under a key, which is kept as long as the message.",
    statement: sql`SELECT 'message ' || m.id AS example FROM messages m LEFT JOIN message_keys k ON k.id = m.id
      WHERE m.direction = 'out' AND (k.id IS NULL OR k.settled_at IS NULL OR k.seq <> m.seq)`,
  },
  {
    id: "stored-as-accepted",
    sentence: "The text of a message is the one that was accepted.",
    statement: sql`SELECT 'message ' || id AS example FROM messages
      WHERE body_hash <> encode(sha256(convert_to(body, 'UTF8')), 'hex') AND body_hash <> 'erased'`,
  },
  {
    id: "erased-users-have-no-messages",
    sentence: "No message of an erased user has words.",
    statement: sql`SELECT 'message ' || m.id AS example FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
      JOIN users u ON u.id = c.user_id WHERE u.erased_at IS NOT NULL AND m.erased_at IS NULL`,
  },
  {
    id: "message-events-without-gap",
    sentence:
      "The events of a message are numbered from 1 without a gap, their times never go back, and the last one leads to the state that it is in.",
    statement: sql`SELECT 'message ' || m.id AS example FROM messages m
      LEFT JOIN LATERAL (SELECT count(*) AS n, min(seq) AS first, max(seq) AS last, (array_agg(to_state ORDER BY seq DESC))[1] AS state
                         FROM message_events e WHERE e.message_id = m.id) e ON true
      WHERE e.first IS DISTINCT FROM 1 OR e.last IS DISTINCT FROM m.event_seq OR e.n IS DISTINCT FROM m.event_seq OR e.state IS DISTINCT FROM m.state
      UNION ALL
      SELECT 'message ' || message_id || ' event ' || seq
      FROM (SELECT *, lag(at) OVER w AS before, lag(to_state) OVER w AS left_in FROM message_events WINDOW w AS (PARTITION BY message_id ORDER BY seq)) e
      WHERE at < before OR (seq > 1 AND from_state IS DISTINCT FROM left_in)`,
  },
  {
    id: "no-attempt-after-silence",
    sentence:
      "No message is handed over again unless its provider refused it, somebody decided so, or a second time has no effect.",
    statement: sql`SELECT 'message ' || message_id || ' event ' || seq AS example
      FROM (SELECT *, lag(type) OVER (PARTITION BY message_id ORDER BY seq) AS before FROM message_events
            WHERE type IN ('sending', 'retry', 'deferred', 'redriven', 'resend', 'settled', 'unsure', 'sent', 'delivered', 'no_receipt')) e
      WHERE type = 'sending' AND before IN ('sending', 'unsure', 'sent', 'delivered', 'no_receipt')`,
  },
  {
    id: "no-attempt-before-its-time",
    sentence: "No attempt begins before its backoff is over, and none after the message has expired.",
    statement: sql`SELECT 'message ' || message_id || ' event ' || seq AS example
      FROM (SELECT *, lag(data ->> 'notBefore') OVER (PARTITION BY message_id ORDER BY seq) AS not_before FROM message_events
            WHERE type IN ('sending', 'retry')) e
      WHERE type = 'sending' AND at < not_before::timestamptz
      UNION ALL
      SELECT 'message ' || m.id FROM messages m JOIN message_events e ON e.message_id = m.id AND e.type = 'sending' WHERE e.at >= m.expires_at`,
  },
  {
    id: "message-ends-its-workers-thrice",
    sentence: "A message whose worker was gone three times in a row is taken no more.",
    statement: sql`SELECT 'message ' || id AS example FROM messages WHERE crashes > 3`,
  },
  {
    id: "receipts-stand",
    sentence:
      "What was delivered stays delivered, and a failure for a known reason stays one, until somebody sends it again.",
    statement: sql`SELECT 'message ' || message_id || ' event ' || seq AS example FROM message_events
      WHERE from_state IN ('delivered', 'bounced') AND to_state <> from_state AND type <> 'redriven'`,
  },
  {
    id: "conversations-count",
    sentence: "A conversation counts the messages that it has, both ways.",
    statement: sql`SELECT 'conversation ' || c.id AS example FROM message_conversations c
      LEFT JOIN (SELECT conversation_id, count(*) FILTER (WHERE direction = 'out') AS sent, count(*) FILTER (WHERE direction = 'in') AS received
                 FROM messages GROUP BY 1) m ON m.conversation_id = c.id
      WHERE c.sent_messages <> coalesce(m.sent, 0) OR c.received_messages <> coalesce(m.received, 0)`,
  },
];
