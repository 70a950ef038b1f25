import { z } from "zod";
import { execute, joined, query, sql } from "#lib/database/sql";
import { ACKNOWLEDGING, acknowledgeEvents } from "../sql/acknowledge-events.ts";
import { claimEvents } from "../sql/claim-events.ts";
import type { Depth, Queue, Received } from "./port.ts";
import { roomInQueue } from "./room.ts";

const entry = z.object({ id: z.string(), event: z.unknown() });
const deadLetter = entry.extend({ why: z.string(), attempt: z.int(), queuedAt: z.date(), deadAt: z.date() });

/**
 * The queue in the PostgreSQL that holds everything else: an entry is committed together with the acceptance of its message.
 * Simultaneous receivers get different entries.
 */
export function postgresQueue(): Queue {
  const room = roomInQueue();
  return {
    name: "postgres",

    async queueing(ctx, { event }) {
      await room.take(1, () => roomLeft(ctx));
      return sql`INSERT INTO message_queue (id, event, available_at, queued_at)
                 SELECT id, ${JSON.stringify(event)}::jsonb, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz FROM reserved
                 ON CONFLICT (id) DO NOTHING`;
    },

    async publish(ctx, entries) {
      await room.take(entries.length, () => roomLeft(ctx));
      const rows = entries.map(
        ({ id, event }) =>
          sql`(${id}::uuid, ${JSON.stringify(event)}::jsonb, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz)`,
      );
      await execute(
        ctx.db,
        sql`INSERT INTO message_queue (id, event, available_at, queued_at) VALUES ${joined(rows, ", ")} ON CONFLICT (id) DO NOTHING`,
      );
    },

    async receive(ctx, { limit, leaseMs }) {
      return claimEvents(ctx, limit, leaseMs);
    },

    async ack(ctx, done) {
      return done.length === 0 ? 0 : acknowledgeEvents(ctx, done);
    },

    acknowledging: ACKNOWLEDGING,

    async nack(ctx, given, delayMs) {
      return isOne(
        await execute(
          ctx.db,
          sql`UPDATE message_queue SET is_leased = false, available_at = ${ctx.now}::timestamptz + ${delayMs}::float8 * interval '1 millisecond'
              WHERE ${isHeld(given)}`,
        ),
      );
    },

    async extend(ctx, given, leaseMs) {
      return isOne(
        await execute(
          ctx.db,
          sql`UPDATE message_queue SET available_at = ${ctx.now}::timestamptz + ${leaseMs}::float8 * interval '1 millisecond'
              WHERE ${isHeld(given)}`,
        ),
      );
    },

    async bury(ctx, given, why) {
      return isOne(
        await execute(
          ctx.db,
          sql`UPDATE message_queue SET is_leased = false, dead_at = ${ctx.now}::timestamptz, dead_why = ${why} WHERE ${isHeld(given)}`,
        ),
      );
    },

    async depth(ctx): Promise<Depth> {
      const [row] = await query(
        ctx.db,
        z.object({
          ready: z.int(),
          delayed: z.int(),
          leased: z.int(),
          dead: z.int(),
          oldestSeconds: z.number().nullable(),
        }),
        sql`SELECT count(*) FILTER (WHERE dead_at IS NULL AND available_at <= ringback_now())::int AS ready,
                   count(*) FILTER (WHERE dead_at IS NULL AND available_at > ringback_now() AND NOT is_leased)::int AS delayed,
                   count(*) FILTER (WHERE dead_at IS NULL AND available_at > ringback_now() AND is_leased)::int AS leased,
                   count(*) FILTER (WHERE dead_at IS NOT NULL)::int AS dead,
                   extract(epoch FROM ringback_now() - min(queued_at) FILTER (WHERE dead_at IS NULL))::float8 AS "oldestSeconds"
            FROM message_queue`,
      );
      return row!;
    },

    async deadLetters(ctx, limit) {
      return query(
        ctx.db,
        deadLetter,
        sql`SELECT id::text, event, dead_why AS why, attempt, queued_at AS "queuedAt", dead_at AS "deadAt" FROM message_queue
            WHERE dead_at IS NOT NULL ORDER BY dead_at, seq LIMIT ${limit}::int`,
      );
    },

    async retire(db, { before, limit }) {
      const gone = await query(
        db,
        z.object({ id: z.string() }),
        sql`DELETE FROM message_queue WHERE seq = ANY (ARRAY(
              SELECT seq FROM message_queue WHERE dead_at < ${before}::timestamptz ORDER BY dead_at, seq LIMIT ${limit}::int FOR UPDATE SKIP LOCKED))
            RETURNING id::text`,
      );
      return gone.map(({ id }) => id);
    },

    async redrive(ctx, ids) {
      return execute(
        ctx.db,
        sql`UPDATE message_queue SET dead_at = NULL, dead_why = NULL, attempt = 0, available_at = ${ctx.now}::timestamptz
            WHERE id = ANY (${[...ids]}::uuid[]) AND dead_at IS NOT NULL`,
      );
    },

    async rest() {},

    async close() {},
  };
}

/** The entry is still the caller's: no other worker has claimed it since, and it was not given back. */
const isHeld = ({ receipt, attempt }: Received) =>
  sql`seq = ${receipt}::bigint AND attempt = ${attempt}::int AND is_leased AND dead_at IS NULL`;

const isOne = (rows: number): boolean => rows === 1;

/**
 * How many entries fit into the queue, at least. The span of the numbers is never less than the depth and is fast to read, so entries
 * are counted only when the span is too long.
 */
async function roomLeft({ db, limits }: Parameters<Queue["publish"]>[0]): Promise<number> {
  const most = limits.messageQueueDepth;
  const [span] = await query(
    db,
    z.object({ length: z.bigint() }),
    sql`SELECT coalesce((SELECT max(seq) FROM message_queue WHERE dead_at IS NULL) - (SELECT min(seq) FROM message_queue WHERE dead_at IS NULL) + 1, 0) AS length`,
  );
  if (span!.length < most) return most - Number(span!.length);
  const [counted] = await query(
    db,
    z.object({ depth: z.int() }),
    sql`SELECT count(*)::int AS depth FROM (SELECT FROM message_queue WHERE dead_at IS NULL LIMIT ${most}::int) q`,
  );
  return most - counted!.depth;
}
