import { monotonic, readClock } from "../lib/time/clock.ts";
import type { Ctx } from "../lib/base/context.ts";
import { openQueue } from "../modules/messages/queue/open.ts";
import { LEASE_MS } from "../modules/messages/rules.ts";
import { claimDue } from "../modules/messages/sql/claim-due.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import { median } from "./database.ts";
import { acceptOne, aText, type Backend, emptyMessages, messagesCtx } from "./messages-given.ts";

const BACKLOG = Number(process.env.BENCH_BACKLOG ?? 1_000_000);
const TIMES = 300;
/** Due messages and entries there are in any case, so that there is something to claim. */
const FEW = 5_000;
const PART = 50_000;

/**
 * Publishing one message more, receiving a batch to be stored and claiming messages to be sent, with hardly anything in the queue and with a
 * backlog: everything that waits is due, which is the worst case. Medians.
 */
export async function sayBacklog(db: PrismaClient, backend: Backend): Promise<void> {
  if (BACKLOG === 0) return;
  const found: Record<string, number[]>[] = [];
  for (const waiting of [FEW, BACKLOG]) {
    await emptyMessages(db);
    const ctx = await messagesCtx(db, backend);
    if (backend === "memory") await openQueue(ctx).close();
    await fill(ctx, db, backend, waiting);
    found.push(await measure(ctx, backend));
  }
  const [few, many] = found.map((each) => Object.values(each).map(median)) as [number[], number[]];
  console.log(
    `\n${backend}: ${FEW.toLocaleString("en")} and ${BACKLOG.toLocaleString("en")} waiting, medians of ${TIMES}`,
  );
  console.table(
    Object.fromEntries(
      Object.keys(found[0]!).map((what, place) => [
        what,
        {
          "few ms": few[place]!.toFixed(2),
          "backlog ms": many[place]!.toFixed(2),
          times: (many[place]! / few[place]!).toFixed(2),
        },
      ]),
    ),
  );
  await emptyMessages(db);
  if (backend === "memory") await openQueue(await messagesCtx(db, backend)).close();
}

async function measure(ctx: Ctx, backend: Backend): Promise<Record<string, number[]>> {
  const queue = openQueue(ctx);
  const times: Record<string, number[]> = { "accept and publish": [], "receive 10": [] };
  // Due messages are rows, whatever the queue is.
  if (backend === "postgres") times["claim 10"] = [];
  for (let n = 0; n < TIMES; n += 1) {
    const now = { ...ctx, now: await readClock(ctx.db) };
    await add(times, "accept and publish", () => acceptOne(now));
    await add(times, "receive 10", async () => {
      const received = await queue.receive(now, { limit: 10, leaseMs: LEASE_MS.store });
      // As many as waited before.
      for (const one of received) await queue.nack(now, one, 3_600_000);
    });
    if (backend === "postgres") await add(times, "claim 10", () => claimDue(now, { channels: ["sms"], limit: 10 }));
  }
  return times;
}

async function add(times: Record<string, number[]>, what: string, work: () => Promise<unknown>): Promise<void> {
  const begun = monotonic();
  await work();
  times[what]?.push(monotonic() - begun);
}

/** So many wait in the queue, and with the backend `postgres` as many are stored and due, each in a conversation of its own. */
async function fill(ctx: Ctx, db: PrismaClient, backend: Backend, waiting: number): Promise<void> {
  for (let from = 0; from < waiting; from += PART) {
    const until = Math.min(from + PART, waiting);
    if (backend === "memory") {
      const entries = Array.from({ length: until - from }, (_, n) => ({ id: ctx.newId(), event: aText(from + n) }));
      await openQueue(ctx).publish(ctx, entries);
    } else {
      await fillTables(db, from, until - 1);
    }
  }
  await db.$executeRaw`VACUUM ANALYZE message_keys, message_queue, message_conversations, messages, message_events`;
}

async function fillTables(db: PrismaClient, from: number, last: number): Promise<void> {
  await db.$executeRaw`
    WITH keys AS (
      INSERT INTO message_keys (id, caller, key, request_hash, lane, channel, customer_id, encoding, segments, accepted_at, queued_at)
      SELECT gen_random_uuid(), 'bench', n::text, 'hash', 'sms ' || n, 'sms', n, 'GSM-7', 1, now(), now()
      FROM generate_series(${from}::int, ${last}::int) n RETURNING id
    )
    INSERT INTO message_queue (id, event, available_at, queued_at) SELECT id, ${JSON.stringify(aText(1))}::jsonb, now(), now() FROM keys`;
  await db.$executeRaw`
    WITH talks AS (
      INSERT INTO message_conversations (id, customer_id, channel, sent_messages, started_at, last_at)
      SELECT gen_random_uuid(), 'stored ' || n, 'sms', 1, now(), now() FROM generate_series(${from}::int, ${last}::int) n RETURNING id, customer_id
    ), keys AS (
      INSERT INTO message_keys (id, caller, key, request_hash, lane, channel, customer_id, encoding, segments, accepted_at, queued_at, settled_at)
      SELECT id, 'bench', customer_id, 'hash', 'sms ' || customer_id, 'sms', customer_id, 'GSM-7', 1, now(), now(), now() FROM talks RETURNING id, seq
    )
    INSERT INTO messages (id, seq, conversation_id, direction, channel, sender, recipient, body, body_hash, encoding, segments, caller, accepted_at,
      stored_at, state, due_since, next_attempt_at, event_at, event_type, event_actor, event_why)
    SELECT id, seq, id, 'out', 'sms', '+14155550100', '+442079460001', 'We call you at 15:30.', 'hash', 'GSM-7', 1, 'bench', now(), now(), 'stored',
      now(), now(), now(), 'stored', 'bench', 'It is in line for a worker.'
    FROM keys`;
}
