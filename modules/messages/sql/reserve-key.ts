import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { queryDirect } from "#lib/database/direct";
import { type Sql, sql } from "#lib/database/sql";
import type { Queue } from "../queue/port.ts";
import type { Channel } from "../rules.ts";
import { keepCustomer } from "./hold.ts";
import { userOf } from "./messages-of.ts";

/** A message that a caller wants accepted under its key. */
export type Wanted = Readonly<{
  id: string;
  key: string;
  caller: string;
  requestHash: string;
  channel: Channel;
  customerId: string;
  encoding: string | null;
  segments: number | null;
}>;

/**
 * Reserves the key for this message in one statement, which also queues its entry: `queueing` is the part of the statement that does so,
 * for a queue in the database. False when the caller used the key before, and for an erased user; nothing is written then. The
 * statement waits for another transaction that reserves the same key, or that erases the customer, and an erasure waits for this
 * one. A key that is reserved after the erasure of a customer who is not a user is new.
 */
export async function reserveKey(
  ctx: Ctx,
  { id, key, caller, requestHash, channel, customerId, encoding, segments }: Wanted,
  { name, queueing }: { name: Queue["name"]; queueing: Sql | null },
): Promise<boolean> {
  const reserved = await queryDirect(
    ctx.db,
    z.object({ id: z.string() }),
    sql`WITH held AS MATERIALIZED (SELECT erased_at FROM users WHERE id = ${userOf(customerId)}::bigint FOR KEY SHARE),
             kept AS MATERIALIZED (SELECT ${keepCustomer(customerId)} FROM (SELECT count(*) FROM held) after),
             reserved AS (
               INSERT INTO message_keys (id, caller, key, request_hash, lane, channel, customer_id, encoding, segments, queue_backend, accepted_at, queued_at)
               SELECT ${id}::uuid, ${caller}::text, ${key}::text, ${requestHash}::text, ${`${channel} ${customerId}`}::text, ${channel}::text,
                      ${customerId}::text, ${encoding}::text, ${segments}::int, ${name}::text, ${ctx.now}::timestamptz,
                      ${queueing === null ? null : ctx.now}::timestamptz
               FROM kept WHERE NOT EXISTS (SELECT FROM held WHERE erased_at IS NOT NULL)
               ON CONFLICT (caller, key) DO NOTHING RETURNING id
             )${queueing === null ? sql`` : sql`, queued AS (${queueing})`}
        SELECT id::text FROM reserved`,
  );
  return reserved.length === 1;
}
