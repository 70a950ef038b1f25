import { sql } from "#lib/database/sql";
import type { PersonalData } from "../module.ts";
import { openQueue } from "./queue/open.ts";
import { postgresQueue } from "./queue/postgres.ts";
import { eraseMessages, holdMessages } from "./sql/erase-messages.ts";
import { addressesOf, messagesOf, queuedFor } from "./sql/messages-of.ts";
import {
  retireDeadLetters,
  retireMessages,
  retireProviderEvents,
  retireSuppressions,
  retireUnreadable,
} from "./sql/retire.ts";

/** The messages to and from a person, and the suppressions of their addresses. */
export const personalData: PersonalData = {
  readCustomer: (customerId, addresses) => ({
    messages: sql`coalesce((SELECT jsonb_agg(to_jsonb(m)
          || jsonb_build_object('seq', m.seq::text,
               'events', (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.seq) FROM message_events e WHERE e.message_id = m.id),
               'providerEvents', coalesce((SELECT jsonb_agg(to_jsonb(p) ORDER BY p.received_at) FROM message_provider_events p WHERE p.message_id = m.id), '[]'))
          ORDER BY m.seq)
        FROM messages m WHERE m.id IN (${messagesOf(customerId, addresses)})), '[]')`,
    messageConversations: sql`coalesce((SELECT jsonb_agg(to_jsonb(c) || jsonb_build_object('user_id', c.user_id::text) ORDER BY c.started_at, c.id)
        FROM message_conversations c WHERE c.customer_id = ${customerId} OR (c.user_id IS NULL AND c.customer_id = ANY (${addresses}))), '[]')`,
    queuedMessages: sql`coalesce((SELECT jsonb_agg(to_jsonb(k) || jsonb_build_object('seq', k.seq::text, 'event', q.event) ORDER BY k.seq)
        FROM message_keys k LEFT JOIN message_queue q ON q.id = k.id WHERE k.id IN (${queuedFor(customerId, addresses)})), '[]')`,
    suppressions: sql`coalesce((SELECT jsonb_agg(to_jsonb(s) ORDER BY s.id) FROM message_suppressions s WHERE s.recipient IN (SELECT lower(address) FROM (${addressesOf(customerId)}) own)), '[]')`,
  }),
  eraseCustomer: async ({ db }, customerId) => {
    await holdMessages(db, customerId);
    return async (erasure) => ({ messages: await eraseMessages(db, erasure) });
  },
  retire: (limits) => {
    const { retentionDays } = limits;
    const deadLetterDays = limits.deadLetterSeconds / 86_400;
    // Dead letters of the broker are rows; only a process's memory holds its own.
    const queues = limits.queueBackend === "memory" ? [postgresQueue(), openQueue({ limits })] : [postgresQueue()];
    return [
      { rows: "messages", days: deadLetterDays, retire: retireDeadLetters },
      ...queues.map((queue) => ({
        rows: "unreadableMessages",
        days: Math.min(deadLetterDays, retentionDays),
        retire: retireUnreadable(queue),
      })),
      { rows: "messages", days: retentionDays, retire: retireMessages },
      { rows: "providerEvents", days: retentionDays, retire: retireProviderEvents },
      { rows: "suppressions", days: retentionDays, retire: retireSuppressions },
    ];
  },
};
