import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { ERASED_REQUEST } from "#lib/database/once";
import { query, sql } from "#lib/database/sql";
import { type MessageAnswer, type messageAnswer, messageRow, type messageStoryAnswer } from "./schema.ts";
import { isUnserved, unservedWhy } from "./queue/served.ts";
import { readMessage } from "./sql/read-message.ts";
import { customerName, messageNotFound } from "./store.ts";

type Story = z.input<typeof messageStoryAnswer>;

/**
 * One message: its state, the reason for a wait, and its events, from its acceptance on. A message that is still in the queue has only
 * its accepted fields. Refuses `not_found`.
 */
export async function showMessage(ctx: ReadCtx, { id }: { id: string }): Promise<Story> {
  const stored = await readMessage(ctx, id);
  if (!stored) return showAccepted(ctx, id);
  const { caller, callerName, timeline, ...message } = stored;
  const before =
    message.direction === "out" ? [acceptance({ acceptedAt: message.acceptedAt, caller, callerName })] : [];
  return { ...message, timeline: [...before, ...timeline] };
}

/** The first entry of a timeline. No event is stored for it: the columns of the message say when it was accepted, and from whom. */
function acceptance({
  acceptedAt,
  caller,
  callerName,
}: Pick<z.infer<typeof accepted>, "acceptedAt" | "caller" | "callerName">): Story["timeline"][number] {
  const why = "It was accepted.";
  return {
    seq: 0,
    at: acceptedAt,
    type: "accepted",
    actor: caller,
    actorName: callerName,
    from: null,
    state: "accepted",
    why,
    data: {},
  };
}

const accepted = messageRow
  .pick({
    channel: true,
    customerId: true,
    customerName: true,
    encoding: true,
    segments: true,
    acceptedAt: true,
  })
  .extend({
    id: z.string(),
    seq: z.bigint(),
    isSettled: z.boolean(),
    isErased: z.boolean(),
    queue: z.enum(["postgres", "memory", "rabbitmq"]),
    isUnserved: z.boolean(),
    caller: z.string(),
    callerName: z.string().nullable(),
  });

/** The data of a message that was accepted and is not stored yet. */
const acceptedColumns = (
  ctx: ReadCtx,
) => sql`k.id::text, k.seq, k.channel, k.customer_id AS "customerId", k.encoding, k.segments, k.accepted_at AS "acceptedAt",
  k.settled_at IS NOT NULL AS "isSettled", k.request_hash = ${ERASED_REQUEST} AS "isErased",
  k.queue_backend AS queue, ${isUnserved(ctx)} AS "isUnserved", k.caller, actor_name(k.caller) AS "callerName",
  ${customerName(sql`CASE WHEN k.customer_id ~ '^[0-9]{1,18}$' THEN k.customer_id::bigint END`)} AS "customerName"`;

/** The messages that are still in the queue, the newest first, each with its place in the order of acceptance. */
export async function listAccepted(
  ctx: ReadCtx,
  { channel, cursor, limit }: { channel?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<(z.input<typeof messageAnswer> & { seq: bigint })[]> {
  const found = await query(
    ctx.db,
    accepted,
    sql`SELECT ${acceptedColumns(ctx)} FROM message_keys k
        WHERE k.settled_at IS NULL AND k.queued_at IS NOT NULL AND k.request_hash <> ${ERASED_REQUEST}
          AND (${channel ?? null}::text IS NULL OR k.channel = ${channel ?? null}) AND (${cursor ?? null}::bigint IS NULL OR k.seq < ${cursor ?? null}::bigint)
        ORDER BY k.seq DESC LIMIT ${limit}::int`,
  );
  return found.map((one) => ({ ...asMessage(ctx, one), seq: one.seq }));
}

async function showAccepted(ctx: ReadCtx, id: string): Promise<Story> {
  const [found] = await query(
    ctx.db,
    accepted,
    sql`SELECT ${acceptedColumns(ctx)} FROM message_keys k WHERE k.id = ${id}::uuid AND k.queued_at IS NOT NULL`,
  );
  if (!found) throw messageNotFound(id);
  return { ...asMessage(ctx, found), timeline: [acceptance(found)], reports: [] };
}

function asMessage(ctx: ReadCtx, found: z.infer<typeof accepted>): z.input<typeof messageAnswer> {
  const { isSettled, isErased, queue, isUnserved, caller: _, callerName: __, seq: ___, ...message } = found;
  const waiting = isUnserved ? { ...WAITING, why: unservedWhy(ctx, queue) } : WAITING;
  return { ...NOTHING, ...message, ...(isErased ? WITHDRAWN : isSettled ? UNREADABLE : waiting) };
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
  spacedFrom: null,
  spacedTo: null,
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
