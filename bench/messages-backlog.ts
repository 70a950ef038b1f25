import { connect } from "../lib/database/db.ts";
import { migrate } from "../lib/database/migrations.ts";
import { monotonic, readClock } from "../lib/time/clock.ts";
import type { Ctx } from "../lib/base/context.ts";
import { memoryQueue } from "../modules/messages/queue/memory.ts";
import { openQueue } from "../modules/messages/queue/open.ts";
import type { Queue } from "../modules/messages/queue/port.ts";
import { LEASE_MS } from "../modules/messages/rules.ts";
import { claimDue } from "../modules/messages/sql/claim-due.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import { median } from "./database.ts";
import { acceptOne, aText, type Backend, emptyMessages, messagesCtx } from "./messages-given.ts";

const BACKLOG = Number(process.env.BENCH_BACKLOG ?? 1_000_000);
const TIMES = 300;
/** The small backlog. It is never used up: each claim takes ten messages, and they are returned to the queue. */
const FEW = 1_000;
const PART = 50_000;

type Work = Record<string, () => Promise<unknown>>;

/**
 * Publishing one message more, receiving a batch to be stored and claiming messages to be sent, with hardly anything in the queue
 * and with a backlog, in turns, so that both meet the same machine. All waiting messages are due, which is the worst case.
 */
export async function sayBacklog(db: PrismaClient, databaseUrl: string, backend: Backend): Promise<void> {
  if (BACKLOG === 0) return;
  if (backend === "memory") return inTurns(backend, await inMemory(FEW), await inMemory(BACKLOG));
  const many = await emptyDatabase(db, databaseUrl, "backlog");
  await emptyMessages(db);
  await inTurns(backend, await inTables(db, FEW), await inTables(many, BACKLOG));
  await emptyMessages(db);
  await many.$disconnect();
}

async function inTurns(backend: Backend, few: Work, many: Work): Promise<void> {
  const names = Object.keys(few);
  const times = names.map(() => ({ few: [] as number[], many: [] as number[] }));
  for (let n = 0; n <= TIMES; n += 1) {
    for (const [place, what] of names.entries()) {
      const pair = { few: few[what]!, many: many[what]! };
      for (const side of n % 2 === 0 ? (["few", "many"] as const) : (["many", "few"] as const)) {
        const begun = monotonic();
        await pair[side]();
        // The first is not counted: it opens connections and makes plans.
        if (n > 0) times[place]![side].push(monotonic() - begun);
      }
    }
  }
  console.log(
    `\n${backend}: ${FEW.toLocaleString("en")} and ${BACKLOG.toLocaleString("en")} waiting, in turns, medians of ${TIMES}`,
  );
  console.table(
    Object.fromEntries(
      names.map((what, place) => {
        const [one, other] = [median(times[place]!.few), median(times[place]!.many)];
        return [
          what,
          {
            "few ms": one.toFixed(2),
            "backlog ms": other.toFixed(2),
            times: (other / one).toFixed(2),
            target: "<= 1.2",
          },
        ];
      }),
    ),
  );
}

/** Receives ten events and returns them to the queue, behind the others, so that its depth stays the same. */
async function receiveTen(ctx: Ctx, queue: Queue): Promise<void> {
  for (const one of await queue.receive(ctx, { limit: 10, leaseMs: LEASE_MS.store })) await queue.nack(ctx, one, 0);
}

async function inMemory(waiting: number): Promise<Work> {
  const queue = memoryQueue();
  const ctx = { limits: { messageQueueDepth: 100_000_000 }, now: new Date() } as Ctx;
  const publish = async (n: number) =>
    queue.publish(ctx, [{ id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`, event: aText(n) }]);
  for (let n = 0; n < waiting; n += 1) await publish(n);
  let next = waiting;
  return {
    publish: async () => {
      next += 1;
      await publish(next);
    },
    "receive 10": () => receiveTen(ctx, queue),
  };
}

async function inTables(db: PrismaClient, waiting: number): Promise<Work> {
  for (let from = 0; from < waiting; from += PART) await fillTables(db, from, Math.min(from + PART, waiting) - 1);
  await db.$executeRaw`VACUUM ANALYZE message_keys, message_queue, message_conversations, messages`;
  const ctx = await messagesCtx(db, "postgres");
  const queue = openQueue(ctx);
  const now = async (): Promise<Ctx> => ({ ...ctx, now: await readClock(db) });
  return {
    "accept and publish": async () => acceptOne(await now()),
    "receive 10": async () => receiveTen(await now(), queue),
    "claim 10": async () => {
      const claimed = await claimDue(await now(), { channels: ["sms"], limit: 10 });
      const ids = claimed.map(({ id }) => id);
      await db.$executeRaw`UPDATE messages SET leased_until = NULL, crashes = 0, next_attempt_at = now() WHERE id = ANY (${ids}::uuid[])`;
    },
  };
}

/** A database of its own on the same server. */
async function emptyDatabase(db: PrismaClient, databaseUrl: string, name: string): Promise<PrismaClient> {
  await db.$executeRawUnsafe(`CREATE DATABASE ${name}`);
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  await migrate(url.href);
  return connect(url.href, { timeouts: "batch" });
}

/** This many messages wait in the queue, and as many are stored and due, each in a conversation of its own. */
export async function fillTables(db: PrismaClient, from: number, last: number): Promise<void> {
  await db.$executeRaw`
    WITH keys AS (
      INSERT INTO message_keys (id, caller, key, request_hash, lane, channel, customer_id, encoding, segments, accepted_at, queued_at)
      SELECT gen_random_uuid(), 'bench', n::text, 'hash', 'sms ' || n, 'sms', n, 'GSM-7', 1, ringback_now(), ringback_now()
      FROM generate_series(${from}::int, ${last}::int) n RETURNING id
    )
    INSERT INTO message_queue (id, event, available_at, queued_at) SELECT id, ${JSON.stringify(aText(1))}::jsonb, ringback_now(), ringback_now() FROM keys`;
  await db.$executeRaw`
    WITH talks AS (
      INSERT INTO message_conversations (id, customer_id, channel, sent_messages, started_at, last_at)
      SELECT gen_random_uuid(), 'stored ' || n, 'sms', 1, ringback_now(), ringback_now() FROM generate_series(${from}::int, ${last}::int) n RETURNING id, customer_id
    ), keys AS (
      INSERT INTO message_keys (id, caller, key, request_hash, lane, channel, customer_id, encoding, segments, accepted_at, queued_at, settled_at)
      SELECT id, 'bench', customer_id, 'hash', 'sms ' || customer_id, 'sms', customer_id, 'GSM-7', 1, ringback_now(), ringback_now(), ringback_now() FROM talks RETURNING id, seq
    )
    INSERT INTO messages (id, seq, conversation_id, direction, channel, sender, recipient, body, body_hash, encoding, segments, caller, accepted_at,
      stored_at, state, due_since, next_attempt_at, event_at, event_type, event_actor, event_why)
    SELECT id, seq, id, 'out', 'sms', '+14155550100', '+442079460001', 'We call you at 15:30.', 'hash', 'GSM-7', 1, 'bench', ringback_now(), ringback_now(), 'stored',
      ringback_now(), ringback_now(), ringback_now(), 'stored', 'bench', 'It is in line for a worker.'
    FROM keys`;
}
