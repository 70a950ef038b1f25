import { PgBoss } from "pg-boss";
import type pg from "pg";
import { connect, poolOf } from "../lib/database/db.ts";
import { monotonic } from "../lib/time/clock.ts";
import { UNBOUNDED } from "../lib/time/until.ts";
import { drainMessagesForCron, pauseProviderByHand } from "../modules/messages/index.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import { openBareBroker } from "./bare-broker.ts";
import { median } from "./database.ts";
import { acceptOne, aText, type Backend, emptyMessages, messagesCtx } from "./messages-given.ts";
import { inParallel } from "./in-parallel.ts";

const STORED = Number(process.env.BENCH_STORED ?? 4_000);
const ROUNDS = 5;
const BATCH = 100;
const SAME_ROWS = "the same rows, 100 messages a statement";

/**
 * How many messages a second one worker takes out of the queue and stores, beside bare rows of the same columns by one connection,
 * beside the rows that a stored message leaves behind and beside pg-boss, whose worker fetches and completes its jobs by the
 * hundred and stores nothing; with RabbitMQ also beside its nodes alone, which deliver entries that nobody stores. The worker is
 * the real one; its provider is paused, so that it sends nothing.
 */
export async function sayStoring(db: PrismaClient, databaseUrl: string, backend: Backend): Promise<void> {
  if (STORED === 0) return;
  const own = connect(databaseUrl, { timeouts: "batch", poolSize: 10, isPrepared: true });
  const boss = new PgBoss({ connectionString: databaseUrl, max: 1, supervise: false, schedule: false, migrate: false });
  boss.on("error", () => {});
  await boss.start();
  await boss.createQueue("bench");
  await db.$executeRaw`CREATE TABLE bench_messages (LIKE messages INCLUDING DEFAULTS)`;
  await db.$executeRaw`ALTER TABLE bench_messages ADD PRIMARY KEY (id)`;
  const client = await poolOf(own).connect();
  const broker = backend === "rabbitmq" ? openBareBroker("bench_storing") : null;
  const kinds: Record<string, () => Promise<number>> = {
    [`worker, ${backend}`]: async () => {
      await emptyMessages(db);
      const ctx = await messagesCtx(own, backend);
      await pauseProviderByHand(ctx, { transport: "outbox", why: "bench" });
      await inParallel(10, STORED, () => acceptOne(ctx));
      return timed(async () => {
        const { stored } = await drainMessagesForCron(ctx, UNBOUNDED);
        // A broker may still hold messages from before the tables were emptied; the first round takes them out.
        if (stored < STORED) throw new Error(`The worker stored ${stored} of ${STORED}.`);
      });
    },
    "single rows, a commit each": () => timed(() => inserts(client, 1)),
    "single rows, 100 a commit": () => timed(() => inserts(client, BATCH)),
    "100 rows a statement": () => timed(() => bulk(client)),
    [SAME_ROWS]: async () => {
      await emptyMessages(db);
      return timed(() => sameRows(client));
    },
    "pg-boss work": async () => {
      await boss.insert(
        "bench",
        Array.from({ length: STORED }, (_, n) => ({ data: aText(n) })),
      );
      return timed(() => work(boss));
    },
    ...(broker && {
      "the nodes alone": async () => {
        await inParallel(100, STORED, () => broker.publish(aText(1)));
        return timed(() => broker.take(STORED));
      },
    }),
  };
  const rates: Record<string, number[]> = {};
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [kind, measure] of Object.entries(kinds)) {
      const ms = await measure();
      // The first is not counted: it opens connections and makes plans.
      if (round > 0) rates[kind] = [...(rates[kind] ?? []), (STORED / ms) * 1_000];
      await db.$executeRaw`TRUNCATE bench_messages`;
    }
  }
  const ours = median(rates[`worker, ${backend}`]!);
  console.log(`\n${backend}: ${STORED} messages, medians of ${ROUNDS} rounds`);
  console.table(
    Object.fromEntries(
      Object.entries(rates).map(([kind, of]) => [
        kind,
        {
          "a second": median(of).toFixed(0),
          "the worker against it": `${((ours / median(of)) * 100).toFixed(0)} %`,
          target: kind === SAME_ROWS ? ">= 60 %" : "",
        },
      ]),
    ),
  );
  await broker?.close();
  client.release();
  await boss.stop({ graceful: false });
  await db.$executeRaw`DROP TABLE bench_messages`;
  await emptyMessages(db);
  await own.$disconnect();
}

const COLUMNS = `id, seq, conversation_id, direction, channel, sender, recipient, body, body_hash, encoding, segments, caller, accepted_at,
  stored_at, state, due_since, next_attempt_at, event_at, event_type, event_actor, event_why`;
const row = (first: number): string =>
  `(gen_random_uuid(), $${first}, gen_random_uuid(), 'out', 'sms', $${first + 1}, $${first + 2}, $${first + 3}, 'hash', 'GSM-7', 1, 'service', now(),
    now(), 'stored', now(), now(), now(), 'stored', 'service', 'It is in line for a worker.')`;
const valuesOf = (n: number): unknown[] => {
  const { from, to, body } = aText(n);
  return [n, from, to, body];
};

/** Rows one by one, so many in a transaction. */
async function inserts(client: pg.PoolClient, aCommit: number): Promise<void> {
  for (let from = 0; from < STORED; from += aCommit) {
    if (aCommit > 1) await client.query("BEGIN");
    for (let n = from; n < Math.min(from + aCommit, STORED); n += 1) {
      const text = `INSERT INTO bench_messages (${COLUMNS}) VALUES ${row(1)}`;
      await client.query({ name: "single", text, values: valuesOf(n) });
    }
    if (aCommit > 1) await client.query("COMMIT");
  }
}

async function bulk(client: pg.PoolClient): Promise<void> {
  for (let from = 0; from < STORED; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, STORED - from) }, (_, n) => from + n);
    const text = `INSERT INTO bench_messages (${COLUMNS}) VALUES ${batch.map((_, place) => row(4 * place + 1)).join(", ")}`;
    await client.query({ name: `bulk ${batch.length}`, text, values: batch.flatMap(valuesOf) });
  }
}

/**
 * The rows that stored messages leave behind: the messages, their events by the trigger, and the counters of their conversations.
 * Nothing is received, read, locked or settled.
 */
async function sameRows(client: pg.PoolClient): Promise<void> {
  for (let from = 0; from < STORED; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, STORED - from) }, (_, n) => aText(from + n));
    const text = `
      WITH given AS (
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[]) AS g (seq, customer, sender, recipient, body)
      ), talks AS (
        INSERT INTO message_conversations AS c (id, customer_id, channel, user_id, sent_messages, started_at, last_at)
        SELECT gen_random_uuid(), customer, 'sms', customer::bigint, count(*), now(), now() FROM given GROUP BY customer ORDER BY given.customer
        ON CONFLICT (customer_id, channel) DO UPDATE SET sent_messages = c.sent_messages + EXCLUDED.sent_messages, last_at = EXCLUDED.last_at
        RETURNING id, customer_id
      )
      INSERT INTO messages (${COLUMNS})
      SELECT gen_random_uuid(), seq, t.id, 'out', 'sms', sender, recipient, body, 'hash', 'GSM-7', 1, 'service', now(), now(), 'stored', now(),
             now(), now(), 'stored', 'service', 'It is in line for a worker.'
      FROM given JOIN talks t ON t.customer_id = given.customer`;
    const column = (of: (text: ReturnType<typeof aText>, n: number) => unknown) => batch.map(of);
    const values = [
      column((_, n) => from + n),
      column(({ customerId }) => String(customerId)),
      column((one) => one.from),
      column(({ to }) => to),
      column(({ body }) => body),
    ];
    await client.query({ name: "same rows", text, values });
  }
}

async function work(boss: PgBoss): Promise<void> {
  for (let left = STORED; left > 0; ) {
    const jobs = await boss.fetch("bench", { batchSize: BATCH });
    const ids = jobs.map(({ id }) => id);
    await boss.complete("bench", ids);
    left -= ids.length;
  }
}

async function timed(done: () => Promise<unknown>): Promise<number> {
  const begun = monotonic();
  await done();
  return monotonic() - begun;
}
