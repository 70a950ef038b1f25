import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { isAbout } from "./kept-answers.ts";
import { addressesOf, messagesOf, ownAddressesOf, queuedFor } from "./messages-of.ts";

/** The addresses that are the user's alone. */
const OWN = sql`own.addresses`;

/**
 * One statement, and so one moment. Ids that a JavaScript number would round are digits in quotes; everything else is
 * as PostgreSQL writes a row.
 */
export async function readEverything(db: Db, userId: bigint): Promise<unknown> {
  const [row] = await query(
    db,
    z.object({ stored: z.unknown() }),
    sql`
    SELECT jsonb_build_object(
      'user', (SELECT to_jsonb(u) || jsonb_build_object('id', u.id::text) FROM users u WHERE u.id = ${userId}),
      'numbers', coalesce((SELECT jsonb_agg(jsonb_build_object('given', n.given, 'label', n.label, 'number', n.number,
               'mark', (SELECT to_jsonb(p) || jsonb_build_object('do_not_call_user_id', p.do_not_call_user_id::text)
                        FROM phone_numbers p WHERE p.number = n.number)) ORDER BY n.position)
        FROM (SELECT 0 AS position, phone AS given, NULL AS label, number FROM users WHERE id = ${userId}
              UNION ALL SELECT position, given, label, number FROM user_numbers WHERE user_id = ${userId}) n), '[]'),
      'claims', coalesce((SELECT jsonb_agg(to_jsonb(c)
          || jsonb_build_object('id', c.id::text, 'user_id', c.user_id::text, 'requirements', coalesce(
               (SELECT jsonb_agg(to_jsonb(r) || jsonb_build_object('id', r.id::text, 'claim_id', r.claim_id::text) ORDER BY r.id)
                FROM requirements r WHERE r.claim_id = c.id), '[]')) ORDER BY c.id)
        FROM claims c WHERE c.user_id = ${userId}), '[]'),
      'score', (SELECT to_jsonb(s) || jsonb_build_object('user_id', s.user_id::text) FROM user_call_scores s WHERE s.user_id = ${userId}),
      'callbacks', coalesce((SELECT jsonb_agg(to_jsonb(c)
          || jsonb_build_object('user_id', c.user_id::text, 'original_call_session_id', c.original_call_session_id::text,
               'completed_call_session_id', c.completed_call_session_id::text,
               'events', coalesce((SELECT jsonb_agg(to_jsonb(e) ORDER BY e.seq) FROM callback_events e WHERE e.callback_id = c.id), '[]'),
               'notifications', coalesce((SELECT jsonb_agg(to_jsonb(n)
                   || jsonb_build_object('id', n.id::text, 'tick_run_id', n.tick_run_id::text) ORDER BY n.id)
                 FROM callback_notifications n WHERE n.callback_id = c.id), '[]')) ORDER BY c.id)
        FROM callbacks c WHERE c.user_id = ${userId}), '[]'),
      'queueEntries', coalesce((SELECT jsonb_agg(to_jsonb(q)
          || jsonb_build_object('user_id', q.user_id::text, 'claim_id', q.claim_id::text, 'call_session_id', q.call_session_id::text) ORDER BY q.id)
        FROM call_queue q WHERE q.user_id = ${userId}), '[]'),
      'calls', coalesce((SELECT jsonb_agg(to_jsonb(s)
          || jsonb_build_object('id', s.id::text, 'user_id', s.user_id::text) ORDER BY s.id)
        FROM call_sessions s WHERE s.user_id = ${userId}), '[]'),
      'cursorTasks', coalesce((SELECT jsonb_agg(to_jsonb(t) - 'ws_url'
          || jsonb_build_object('user_id', t.user_id::text, 'delivery_id', t.delivery_id::text,
               'events', (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.seq) FROM task_events e WHERE e.task_id = t.task_id))
          ORDER BY t.created_at, t.task_id)
        FROM cursor_tasks t WHERE t.user_id = ${userId}), '[]'),
      'keptAnswers', coalesce((SELECT jsonb_agg(to_jsonb(k) || jsonb_build_object('answer', k.answer::jsonb) ORDER BY k.created_at, k.scope, k.key)
        FROM idempotency_keys k WHERE ${isAbout(userId, OWN)}), '[]'),
      'messages', coalesce((SELECT jsonb_agg(to_jsonb(m)
          || jsonb_build_object('seq', m.seq::text,
               'events', (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.seq) FROM message_events e WHERE e.message_id = m.id),
               'providerEvents', coalesce((SELECT jsonb_agg(to_jsonb(p) ORDER BY p.received_at) FROM message_provider_events p WHERE p.message_id = m.id), '[]'))
          ORDER BY m.seq)
        FROM messages m WHERE m.id IN (${messagesOf(userId, OWN)})), '[]'),
      'messageConversations', coalesce((SELECT jsonb_agg(to_jsonb(c) || jsonb_build_object('user_id', c.user_id::text) ORDER BY c.started_at, c.id)
        FROM message_conversations c WHERE c.user_id = ${userId} OR (c.user_id IS NULL AND c.customer_id = ANY (${OWN}))), '[]'),
      'queuedMessages', coalesce((SELECT jsonb_agg(to_jsonb(k) || jsonb_build_object('seq', k.seq::text, 'event', q.event) ORDER BY k.seq)
        FROM message_keys k LEFT JOIN message_queue q ON q.id = k.id WHERE k.id IN (${queuedFor(userId, OWN)})), '[]'),
      'suppressions', coalesce((SELECT jsonb_agg(to_jsonb(s) ORDER BY s.id) FROM message_suppressions s WHERE s.recipient IN (${addressesOf(userId)})), '[]')
    ) AS stored FROM (SELECT ARRAY(${ownAddressesOf(userId)}) AS addresses OFFSET 0) own`,
  );
  return row!.stored;
}
