import { createHash } from "node:crypto";
import { z } from "zod";
import { type Ctx, describeActor } from "#lib/base/context";
import { inTransaction, isTransaction, retried } from "#lib/database/db";
import { queryDirect } from "#lib/database/direct";
import { Refusal } from "#lib/base/errors";
import { renderJson } from "#lib/base/json";
import { ERASED_REQUEST } from "#lib/database/once";
import { execute, query, type Sql, sql, UNFLUSHED } from "#lib/database/sql";
import { inStep } from "#lib/base/trace";
import { addressOf } from "./addresses.ts";
import { inLog, tracedAs } from "./log.ts";
import { counted } from "./metrics.ts";
import { openQueue, openQueueOfChange } from "./queue/open.ts";
import type { Queue } from "./queue/port.ts";
import { type Channel, EVENT_VERSION, MAX_DAYS_AHEAD } from "./rules.ts";
import type { AcceptAnswer, EmailInput, MessageEvent, SmsInput } from "./schema.ts";
import { segmentsOf } from "./segments.ts";
import { userOf } from "./sql/messages-of.ts";
import { reserveKey, type Wanted } from "./sql/reserve-key.ts";
import { storeSoon } from "./store-from-queue.ts";
import { headerFault } from "./transports/transport.ts";

/** In seconds: a first request that has not queued its event by then has died, and the repeat queues the event in its place. */
const TWIN_SECONDS = 10;

const KEY_REUSED = {
  given: "This idempotency key was used for another message; take a new key for a new message.",
  derived:
    "Another message to this customer has the same from, to, body and second of sentAt, of which its key was made; send a key of its own with this one.",
} as const;

/**
 * Accepts a text. It is in the queue when this resolves, and is stored and sent by a worker. A repeat with the same key, caller and
 * request gets the answer of the first, and queues nothing. Refuses `invalid_input` for numbers that no text can be sent to and for a
 * `sendAfter` more than a year ahead, `key_reused`, `key_in_use`, `do_not_call` for a user who was erased, and `unavailable` when the queue is full; nothing was queued
 * then. `isPartOfChange`: `ctx` is in the transaction of a change, and the text is queued with it or not at all.
 */
export async function acceptSms(
  ctx: Ctx,
  input: SmsInput,
  { isPartOfChange = false }: { isPartOfChange?: boolean } = {},
): Promise<AcceptAnswer> {
  const from = addressOf(ctx, "sms", "from", input.from);
  const to = addressOf(ctx, "sms", "to", input.to);
  const { encoding, segments } = segmentsOf(input.body);
  const queue = isPartOfChange ? openQueueOfChange(ctx) : openQueue(ctx);
  return accept(ctx, { ...input, channel: "sms", from, to, encoding, segments }, queue);
}

/** Accepts an e-mail, in the same way. Refuses `invalid_input` for addresses and subjects that cannot stand in a header. */
export async function acceptEmail(ctx: Ctx, input: EmailInput): Promise<AcceptAnswer> {
  const from = addressOf(ctx, "email", "from", input.from);
  const to = addressOf(ctx, "email", "to", input.to);
  const fault = headerFault("subject", input.subject);
  if (fault) throw new Refusal("invalid_input", fault);
  return accept(ctx, { ...input, channel: "email", from, to, encoding: null, segments: null }, openQueue(ctx));
}

type Asked = Wanted & Readonly<{ isDerived: boolean }>;

type Accepted = Omit<SmsInput, "idempotencyKey"> & {
  idempotencyKey?: string | undefined;
  subject?: string;
  channel: Channel;
  encoding: AcceptAnswer["encoding"];
  segments: number | null;
};

async function accept(ctx: Ctx, message: Accepted, queue: Queue): Promise<AcceptAnswer> {
  const { sendAfter } = message;
  if (sendAfter !== undefined && Date.parse(sendAfter) - ctx.now.getTime() > MAX_DAYS_AHEAD * 86_400_000) {
    throw new Refusal("invalid_input", "sendAfter is more than a year ahead; choose a nearer time.");
  }
  const { channel, customerId, encoding, segments, idempotencyKey: given, ...request } = message;
  const bodyHash = sha256(message.body);
  const key = given ?? derivedKey(ctx, message, bodyHash);
  const wanted: Asked = {
    id: ctx.newId(),
    key,
    isDerived: given === undefined,
    caller: describeActor(ctx.actor),
    requestHash: sha256(renderJson({ channel, customerId, ...sorted({ ...request, ...timesOf(message) }) })),
    channel,
    customerId,
    encoding,
    segments,
  };
  const event = eventOf(message, key, bodyHash);
  const step = {
    name: "message accept",
    kind: "producer",
    parent: ctx.traceparent,
    attributes: tracedAs(wanted),
  } as const;
  const outcomeOf = (found: { id: string } | null) => (found === null ? "accepted" : "replayed");
  const first = await inStep(
    step,
    (traceparent) => queueOnce(ctx, queue, wanted, traceparent === null ? event : { ...event, traceparent }),
    (found) => ({ outcome: outcomeOf(found), ...(found && { "messaging.message.id": found.id }) }),
  ).catch((error: unknown) => {
    counted.enqueued().inc({ channel, result: "refused" });
    throw error;
  });
  const outcome = outcomeOf(first);
  counted.enqueued().inc({ channel, result: outcome });
  ctx.log.info({ message: first?.id ?? wanted.id, key, channel, outcome, ...inLog(message) }, "message accepted");
  return {
    status: "accepted",
    id: first?.id ?? wanted.id,
    idempotencyKey: key,
    encoding,
    segments,
    isReplay: first !== null,
  };
}

/** The event of the queue: the message as it was accepted, under its key. */
function eventOf(message: Accepted, key: string, bodyHash: string): MessageEvent {
  return {
    schema_version: EVENT_VERSION,
    channel: message.channel,
    customer_id: message.customerId,
    from: message.from,
    to: message.to,
    ...(message.subject !== undefined && { subject: message.subject }),
    body: message.body,
    body_hash: bodyHash,
    ...(message.sentAt !== undefined && { sent_at: message.sentAt }),
    ...(message.sendAfter !== undefined && { send_after: message.sendAfter }),
    ...(message.expiresAt !== undefined && { expires_at: message.expiresAt }),
    urgent: message.urgent,
    idempotency_key: key,
    ...(message.metadata !== undefined && { metadata: message.metadata }),
  };
}

/** Puts the event into the queue, unless its key was used before; then it returns the message that was accepted under the key. */
async function queueOnce(ctx: Ctx, queue: Queue, wanted: Asked, event: MessageEvent): Promise<{ id: string } | null> {
  const queueing = await roomFor(ctx, queue, wanted, event);
  if (queueing === "repeat") return repeat(ctx, queue, wanted, event);
  const reserve = (at: Ctx) => reserveKey(at, wanted, { name: queue.name, queueing });
  // Only in the transaction of a change a savepoint is needed, so that the change can go on.
  const isNew = isTransaction(ctx.db) ? await inTransaction(ctx, reserve) : await retried(() => reserve(ctx));
  if (!isNew) return repeat(ctx, queue, wanted, event);
  if (queueing === null) await publishReserved(ctx, queue, wanted.id, event);
  return null;
}

/**
 * The part of the statement that queues the event in the database; null for another queue. A full queue refuses, but a repeat, which needs
 * no room.
 */
async function roomFor(ctx: Ctx, queue: Queue, wanted: Asked, event: MessageEvent): Promise<Sql | null | "repeat"> {
  if (queue.queueing === null) return null;
  try {
    return await queue.queueing(ctx, { id: wanted.id, event });
  } catch (error) {
    if (await findFirst(ctx, wanted)) return "repeat";
    throw error;
  }
}

const firstRow = z.object({ id: z.string(), requestHash: z.string(), isQueued: z.boolean(), isOld: z.boolean() });

/** The message that was accepted under this key, if any. */
async function findFirst({ db, now }: Ctx, { caller, key }: Asked): Promise<z.infer<typeof firstRow> | undefined> {
  const [found] = await query(
    db,
    firstRow,
    sql`SELECT id::text, request_hash AS "requestHash", queued_at IS NOT NULL AS "isQueued",
               accepted_at < ${now}::timestamptz - ${TWIN_SECONDS}::int * interval '1 second' AS "isOld"
        FROM message_keys WHERE caller = ${caller} AND key = ${key}`,
  );
  return found;
}

/** Finds the message that was accepted under this key, and publishes its event when the first request died before it did. */
async function repeat(ctx: Ctx, queue: Queue, wanted: Asked, event: MessageEvent): Promise<{ id: string }> {
  const first = await findFirst(ctx, wanted);
  if (!first && (await isErased(ctx, wanted))) {
    const sentence = `The data of user ${wanted.customerId} was erased; import the user again if they want to be contacted.`;
    throw new Refusal("do_not_call", sentence);
  }
  if (first?.requestHash === ERASED_REQUEST) {
    throw new Refusal(
      "key_reused",
      "The message under this idempotency key was erased together with its user; nothing was queued again. Take a new key for a new message.",
    );
  }
  if (first && first.requestHash !== wanted.requestHash) {
    throw new Refusal("key_reused", KEY_REUSED[wanted.isDerived ? "derived" : "given"]);
  }
  if (!first || (!first.isQueued && !first.isOld)) {
    throw new Refusal("key_in_use", "The first request with this key is still being worked on; send it again.", {
      retryAfterSeconds: 1,
    });
  }
  if (!first.isQueued) await publishReserved(ctx, queue, first.id, event);
  return first;
}

async function isErased(ctx: Ctx, { customerId }: Wanted): Promise<boolean> {
  const [row] = await query(
    ctx.db,
    z.object({ is: z.boolean() }),
    sql`SELECT EXISTS (SELECT FROM users WHERE id = ${userOf(customerId)}::bigint AND erased_at IS NOT NULL) AS is`,
  );
  return row!.is;
}

/** Publishes to a queue outside PostgreSQL: a refused event leaves no key behind, and a confirmed one is marked as queued. */
async function publishReserved(ctx: Ctx, queue: Queue, id: string, event: MessageEvent): Promise<void> {
  try {
    await queue.publish(ctx, [{ id, event }]);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // The key is deleted, so that the caller's next try counts as the first. An event that got into the queue all the same then has
    // no key, and no effect.
    const isGone = await execute(ctx.db, sql`DELETE FROM message_keys WHERE id = ${id}::uuid AND queued_at IS NULL`);
    if (isGone === 1) throw error;
    // The queue had accepted the event although its answer was lost, and a worker has stored the message already.
    return;
  }
  // Alone it need not be flushed: the worker that stores the message notes the same, and so does a repeat that finds it missing.
  await queryDirect(
    ctx.db,
    z.unknown(),
    sql`UPDATE message_keys SET queued_at = ${ctx.now}::timestamptz
        WHERE id = ${id}::uuid AND queued_at IS NULL AND ${isTransaction(ctx.db) ? sql`true` : UNFLUSHED}`,
  );
  if (queue.name === "memory") storeSoon(ctx);
}

/** The key of a request without one. Without `sentAt` two equal requests are two messages. */
function derivedKey(ctx: Ctx, message: Accepted, bodyHash: string): string {
  const { channel, customerId, from, to } = message;
  const second = sentSecond(message);
  if (second === undefined) return ctx.newId();
  return sha256([channel, customerId, from, to, second, bodyHash].join("\n"));
}

/** The time of `sentAt` in whole seconds and in UTC: two spellings of one second mean the same message. */
function sentSecond({ sentAt }: Accepted): string | undefined {
  if (sentAt === undefined) return undefined;
  return new Date(Math.floor(Date.parse(sentAt) / 1_000) * 1_000).toISOString();
}

/** The times of a request in one spelling each, so that a repeat with another offset is the same request. */
function timesOf(message: Accepted) {
  const { sendAfter, expiresAt } = message;
  return {
    sentAt: sentSecond(message),
    ...(sendAfter !== undefined && { sendAfter: inUtc(sendAfter) }),
    ...(expiresAt !== undefined && { expiresAt: inUtc(expiresAt) }),
  };
}

const inUtc = (time: string): string => new Date(time).toISOString().replace(".000Z", "Z");

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Sorts the fields, so that their order in a request does not matter. */
function sorted(value: object): object {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, part]: [string, unknown]) => [
        name,
        typeof part === "object" && part !== null ? sorted(part) : part,
      ]),
  );
}
