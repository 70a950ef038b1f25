import { allDone } from "#lib/base/all-done";
import type { Ctx } from "#lib/base/context";
import { sqlState } from "#lib/database/error";
import { inTransaction } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import { beginStep, faultKind } from "#lib/base/trace";
import { inLog, tracedAs } from "./log.ts";
import { counted } from "./metrics.ts";
import { monotonic, pause, readClock } from "#lib/time/clock";
import { openQueue } from "./queue/open.ts";
import type { Entry, First, Received } from "./queue/port.ts";
import { backoffMs, EVENT_VERSION, LEASE_MS, MAX_CRASHES } from "./rules.ts";
import { type MessageEvent, messageEvent } from "./schema.ts";
import { type Storable, storeEvents } from "./sql/store-events.ts";

/** The maximum in one statement; larger batches are not faster. */
const BATCH = 100;
/** The number of simultaneous statements: while the database executes one, another is on its way. */
const BATCHES = 3;

/** An event in the hands of this worker. */
type Fenced = Storable & Readonly<{ received: Received }>;

/**
 * Stores the events of the queue as messages of their conversations, and acknowledges them. Returns the number of received entries,
 * at most `BATCH` for each of `BATCHES` statements. Events that cannot be read go to the dead letters of the queue with the reason.
 * After a crash at any point the entries are received again, and an event that is stored twice has its effect once.
 */
export async function storeFromQueue(ctx: Ctx): Promise<number> {
  const queue = openQueue(ctx);
  let storedAtOnce = 0;
  const first: First = async (entries) => {
    const stored = await storeAtOnce(ctx, entries);
    storedAtOnce += stored.size;
    return stored;
  };
  const received = await queue.receive(ctx, { limit: BATCH * BATCHES, leaseMs: LEASE_MS.store, first });
  counted.dequeued().inc(received.length + storedAtOnce);
  const [oldest] = received;
  // When a batch was received this often, its first entry crashes the workers; the entries behind it were only in the same batch.
  const killer = oldest && oldest.attempt > MAX_CRASHES ? oldest : undefined;
  if (killer) await setAside(ctx, killer, `Its worker was gone ${MAX_CRASHES} times while it stored this.`);
  const good: Fenced[] = [];
  for (const one of received) {
    if (one === killer) continue;
    const read = readEvent(one.event);
    if ("fault" in read) await setAside(ctx, one, read.fault);
    else good.push({ received: one, event: read.event });
  }
  // Entries of an earlier attempt are stored one by one, so that one that cannot be stored holds up no other.
  const isRepeat = good.some(({ received: { attempt } }) => attempt > 1);
  if (isRepeat) for (const one of good) await storeBatch(ctx, [one]);
  else {
    const starts = Array.from({ length: Math.ceil(good.length / BATCH) }, (_, n) => n * BATCH);
    await allDone(starts.map((start) => storeBatch(ctx, good.slice(start, start + BATCH))));
  }
  return received.length + storedAtOnce;
}

/** In milliseconds: messages that are accepted within this time are stored together. */
const SOON_MS = 50;
let willStoreUntil = 0;

/**
 * Stores what is in the memory of this process, which no other process can read, once for all messages of this moment. If that fails, the
 * next message or the cron does it.
 */
export function storeSoon(ctx: Ctx): void {
  if (monotonic() < willStoreUntil) return;
  willStoreUntil = monotonic() + SOON_MS;
  ctx.afterAnswer(async (later) => {
    await pause(SOON_MS);
    await storeFromQueue({ ...later, now: await readClock(later.db) });
  });
}

/** Stores entries at their first delivery, and returns the ids of those that are stored. The others are received. */
async function storeAtOnce(ctx: Ctx, entries: readonly Entry[]): Promise<ReadonlySet<string>> {
  const batch = entries.flatMap(({ id, event }) => {
    const read = readEvent(event);
    return "fault" in read ? [] : { received: { id, attempt: 1, receipt: null }, event: read.event };
  });
  try {
    return await storeTogether(ctx, batch);
  } catch (error) {
    ctx.log.warn(
      { sqlState: sqlState(error), entries: batch.length },
      "messages could not be stored at once; they stay queued",
    );
    return new Set();
  }
}

async function storeBatch(ctx: Ctx, batch: readonly Fenced[]): Promise<void> {
  const queue = openQueue(ctx);
  try {
    const known = await storeTogether(ctx, batch);
    if (queue.acknowledging === null)
      await queue.ack(
        ctx,
        batch.filter(({ received: { id } }) => known.has(id)).map(({ received }) => received),
      );
    for (const { received } of batch) if (!known.has(received.id)) await leaveOut(ctx, received);
  } catch (error) {
    // A failed statement stored nothing; each event is tried again alone.
    ctx.log.warn(
      { sqlState: sqlState(error), entries: batch.length },
      "messages could not be stored; they stay queued",
    );
    for (const { received } of batch) await giveBack(ctx, received);
  }
}

/** Stores events in one statement, each with its line in the log and its step of a trace. Returns the ids that were accepted. */
async function storeTogether(ctx: Ctx, batch: readonly Storable[]): Promise<ReadonlySet<string>> {
  const steps = batch.map(({ received: { id, attempt }, event: { channel, traceparent: parent } }) =>
    beginStep({
      name: "message store",
      kind: "consumer",
      parent,
      attributes: { ...tracedAs({ id, channel }), attempt },
    }),
  );
  try {
    const known = new Set(await storeEvents(ctx, batch, openQueue(ctx).acknowledging));
    for (const {
      received: { id, attempt },
      event,
    } of batch) {
      if (!known.has(id)) continue;
      const { channel, idempotency_key: key } = event;
      ctx.log.info({ message: id, key, channel, attempt, outcome: "stored", ...inLog(event) }, "message stored");
    }
    for (const { end } of steps) end();
    return known;
  } catch (error) {
    for (const { end } of steps) end({}, faultKind(error));
    throw error;
  }
}

/** Leaves out an event whose acceptance was rolled back. A queue that commits with the acceptance holds no such event. */
async function leaveOut(ctx: Ctx, received: Received): Promise<void> {
  const queue = openQueue(ctx);
  if (queue.queueing !== null) return setAside(ctx, received, "Nothing was accepted under this id.");
  ctx.log.warn({ message: received.id }, "an event whose caller was refused is left out");
  await queue.ack(ctx, [received]);
}

/** Moves an event to the dead letters of the queue. Messages that were accepted after it in its conversation do not wait for it any more. */
async function setAside(ctx: Ctx, received: Received, why: string): Promise<void> {
  ctx.log.warn({ message: received.id, attempt: received.attempt, why }, "an event went to the dead letters");
  await inTransaction(ctx, async (tx) => {
    if (!(await openQueue(tx).bury(tx, received, why))) return;
    await execute(
      tx.db,
      sql`UPDATE message_keys SET settled_at = ${ctx.now}::timestamptz, queued_at = coalesce(queued_at, ${ctx.now}::timestamptz)
          WHERE id = ${received.id}::uuid AND settled_at IS NULL`,
    );
    counted.buried().inc();
  });
}

async function giveBack(ctx: Ctx, received: Received): Promise<void> {
  await openQueue(ctx).nack(ctx, received, backoffMs(received.attempt));
}

/** An event as the queue has it, or why it cannot be read, as a sentence. */
function readEvent(event: unknown): { event: MessageEvent } | { fault: string } {
  const { schema_version: version } = (event ?? {}) as { schema_version?: unknown };
  if (typeof version === "number" && version > EVENT_VERSION)
    return {
      fault: `Its schema_version is ${version}, and this worker knows ${EVENT_VERSION}; redrive it when newer workers run.`,
    };
  const { data, error } = messageEvent.safeParse(event);
  if (data) return { event: data };
  const [issue] = error.issues;
  const fault = [issue?.path.join("."), issue?.message].filter(Boolean).join(" ");
  return { fault: `It is no event of a message: ${fault}.` };
}
