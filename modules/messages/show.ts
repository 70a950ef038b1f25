import { z } from "zod";
import type { ReadCtx } from "#lib/context";
import { ERASED_REQUEST } from "#lib/once";
import { isoUtc, query, sql } from "#lib/sql";
import { type MessageAnswer, messageAnswer, messageStoryAnswer } from "./schema.ts";
import { MESSAGE_COLUMNS, messageNotFound } from "./store.ts";

/**
 * One message: its state, why it waits, and everything that happened to it. One that is still in the queue shows what was accepted.
 * Refuses `not_found`.
 */
export async function showMessage(ctx: ReadCtx, { id }: { id: string }): Promise<z.input<typeof messageStoryAnswer>> {
  const [message] = await query(
    ctx.db,
    messageStoryAnswer,
    sql`SELECT ${MESSAGE_COLUMNS}, (
          SELECT jsonb_agg(jsonb_build_object('seq', e.seq, 'at', ${isoUtc(sql`e.at`)}, 'type', e.type, 'actor', e.actor, 'from', e.from_state,
                                              'state', e.to_state, 'why', e.why, 'data', e.data) ORDER BY e.seq)
          FROM message_events e WHERE e.message_id = m.id) AS timeline
        FROM messages m JOIN message_conversations c ON c.id = m.conversation_id WHERE m.id = ${id}::uuid`,
  );
  return message ?? showAccepted(ctx, id);
}

const accepted = messageAnswer
  .pick({
    channel: true,
    customerId: true,
    encoding: true,
    segments: true,
    acceptedAt: true,
  })
  .extend({ isSettled: z.boolean(), isErased: z.boolean(), caller: z.string() });

async function showAccepted(ctx: ReadCtx, id: string): Promise<z.input<typeof messageStoryAnswer>> {
  const [found] = await query(
    ctx.db,
    accepted,
    sql`SELECT channel, customer_id AS "customerId", encoding, segments, accepted_at AS "acceptedAt", settled_at IS NOT NULL AS "isSettled",
               request_hash = ${ERASED_REQUEST} AS "isErased", caller
        FROM message_keys WHERE id = ${id}::uuid AND queued_at IS NOT NULL`,
  );
  if (!found) throw messageNotFound(id);
  const { isSettled, isErased, caller, ...message } = found;
  const { state, why } = isErased ? WITHDRAWN : isSettled ? UNREADABLE : WAITING;
  const at = found.acceptedAt;
  return {
    ...NOTHING,
    ...message,
    id,
    state,
    why,
    timeline: [
      {
        seq: 0,
        at,
        type: "accepted",
        actor: caller,
        from: null,
        state: "accepted",
        why: "It was accepted.",
        data: {},
      },
    ],
  };
}

type Stands = { state: MessageAnswer["state"]; why: string };
const WITHDRAWN: Stands = { state: "suppressed", why: "The data of its recipient was erased; it was not sent." };
const UNREADABLE: Stands = { state: "dead", why: "It could not be stored, and is with the dead letters of the queue." };
const WAITING: Stands = { state: "accepted", why: "It is in the queue; a worker stores and sends it." };

const NOTHING = {
  direction: "out",
  conversationId: null,
  from: null,
  to: null,
  subject: null,
  body: null,
  metadata: null,
  attempts: 0,
  nextAttemptAt: null,
  heldUntil: null,
  holdReason: null,
  sendAfter: null,
  expiresAt: null,
  transport: null,
  providerId: null,
  errorClass: null,
  errorCode: null,
  handedOverAt: null,
  endedAt: null,
} as const;
