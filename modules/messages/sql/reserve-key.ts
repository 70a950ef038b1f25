import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
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
 * Reserves the key for this message. False when the caller used the key before, and for an erased user; nothing is written then. The
 * statement waits for another transaction that reserves the same key, or that erases the customer, and an erasure waits for this
 * one. A key that is reserved after the erasure of a customer who is not a user is new.
 */
export async function reserveKey(ctx: Ctx, wanted: Wanted, queue: Queue): Promise<boolean> {
  const { channel, customerId } = wanted;
  const rows = await execute(
    ctx.db,
    sql`WITH held AS MATERIALIZED (SELECT erased_at FROM users WHERE id = ${userOf(customerId)}::bigint FOR KEY SHARE),
             kept AS MATERIALIZED (SELECT ${keepCustomer(customerId)} FROM (SELECT count(*) FROM held) after)
        INSERT INTO message_keys (id, caller, key, request_hash, lane, channel, customer_id, encoding, segments, queue_backend, accepted_at, queued_at)
        SELECT ${wanted.id}::uuid, ${wanted.caller}, ${wanted.key}, ${wanted.requestHash}, ${`${channel} ${customerId}`}, ${channel},
               ${customerId}, ${wanted.encoding}, ${wanted.segments}::int, ${queue.name}, ${ctx.now}::timestamptz,
               ${queue.joinsTransaction ? ctx.now : null}::timestamptz
        FROM kept WHERE NOT EXISTS (SELECT FROM held WHERE erased_at IS NOT NULL)
        ON CONFLICT (caller, key) DO NOTHING`,
  );
  return rows === 1;
}
