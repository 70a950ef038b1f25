import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, type Sql, sql } from "#lib/database/sql";
import { counted } from "../metrics.ts";
import { LOOK_UP_MINUTES, MAX_CRASHES, RECEIPT_HOURS, TAKES_ONCE } from "../rules.ts";
import { expiredWords, messageEventOf } from "./event.ts";

/** The maximum of each kind in one sweep; the next sweep is seconds away. */
const BATCH = 1_000;

/** The changes that time alone makes, each in one statement of its own. Running it twice, or ten at once, leaves the same as running it once. */
export async function sweepMessages(ctx: Ctx): Promise<void> {
  await endHolds(ctx);
  await expire(ctx);
  await findLost(ctx);
  await buryKillers(ctx);
  await buryOld(ctx);
  await missReceipts(ctx);
}

async function endHolds(ctx: Ctx): Promise<void> {
  await change(
    ctx,
    sql`UPDATE messages m SET state = 'stored', hold_reason = NULL, held_until = NULL, next_attempt_at = ${ctx.now}::timestamptz,
          due_since = ${ctx.now}::timestamptz, ${messageEventOf(ctx, "due", "Its time has come; it is in line for a worker.")}
        WHERE id = ANY (ARRAY(SELECT id FROM messages WHERE state = 'held' AND held_until <= ${ctx.now}::timestamptz
                              ORDER BY held_until LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))`,
  );
}

async function expire(ctx: Ctx): Promise<void> {
  await change(
    ctx,
    sql`UPDATE messages m SET state = 'expired', hold_reason = NULL, held_until = NULL, next_attempt_at = NULL, leased_until = NULL,
          ended_at = ${ctx.now}::timestamptz, ${messageEventOf(ctx, "expired", expiredWords)}
        WHERE id = ANY (ARRAY(SELECT id FROM messages WHERE state IN ('stored', 'held') AND expires_at <= ${ctx.now}::timestamptz
                              AND (leased_until IS NULL OR leased_until <= ${ctx.now}::timestamptz)
                              ORDER BY expires_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))`,
  );
}

/** Settles attempts whose worker died: they become unsure, or are repeated where the transport accepts a message only once. */
async function findLost(ctx: Ctx): Promise<void> {
  const isSafe = sql`(m.transport = ANY (${[...TAKES_ONCE]}::text[]))`;
  await change(
    ctx,
    sql`UPDATE messages m SET state = CASE WHEN ${isSafe} THEN 'stored' ELSE 'unsure' END, leased_until = NULL, look_ups = 0,
          error_code = CASE WHEN NOT ${isSafe} THEN 'worker_gone' END,
          error_sentence = CASE WHEN NOT ${isSafe} THEN 'The worker was gone before it could say whether this was sent.' END,
          next_attempt_at = CASE WHEN ${isSafe} THEN ${ctx.now}::timestamptz
                                 ELSE ${ctx.now}::timestamptz + ${LOOK_UP_MINUTES[0]}::int * interval '1 minute' END,
          ${messageEventOf(
            ctx,
            sql`CASE WHEN ${isSafe} THEN 'retry' ELSE 'unsure' END`,
            sql`CASE WHEN ${isSafe} THEN 'The worker was gone in the middle; it is done again, which has no second effect.'
                ELSE 'The worker was gone before it could say whether this was sent. That is being found out; it is not sent again by itself.' END`,
          )}
        WHERE id = ANY (ARRAY(SELECT id FROM messages WHERE state = 'sending' AND leased_until <= ${ctx.now}::timestamptz
                              ORDER BY leased_until LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))`,
  );
}

async function buryKillers(ctx: Ctx): Promise<void> {
  const why = `Its worker was gone ${MAX_CRASHES} times in a row; it is taken no more.`;
  const buried = await change(
    ctx,
    sql`UPDATE messages m SET state = 'dead', leased_until = NULL, next_attempt_at = NULL, ended_at = ${ctx.now}::timestamptz,
          error_class = 'permanent', error_code = 'crashes', error_sentence = ${why}, ${messageEventOf(ctx, "dead", why)}
        WHERE id = ANY (ARRAY(SELECT id FROM messages WHERE leased_until <= ${ctx.now}::timestamptz AND state = 'stored' AND crashes >= ${MAX_CRASHES}
                              LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))`,
  );
  counted.buried().inc(buried);
}

/** Makes messages dead letters that have been due for too long, also those without an attempt because their provider is paused. */
async function buryOld(ctx: Ctx): Promise<void> {
  const why = "It could have been sent for too long by now.";
  const buried = await change(
    ctx,
    sql`UPDATE messages m SET state = 'dead', next_attempt_at = NULL, leased_until = NULL, ended_at = ${ctx.now}::timestamptz,
          error_class = coalesce(m.error_class, 'transient'), error_code = coalesce(m.error_code, 'too_old'), error_sentence = ${why},
          ${messageEventOf(ctx, "dead", why)}
        WHERE id = ANY (ARRAY(SELECT id FROM messages WHERE state = 'stored' AND due_since <= ${ctx.now}::timestamptz - ${ctx.limits.retryMaxAgeSeconds}::int * interval '1 second'
                              AND next_attempt_at <= ${ctx.now}::timestamptz AND (leased_until IS NULL OR leased_until <= ${ctx.now}::timestamptz)
                              ORDER BY next_attempt_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))`,
  );
  counted.buried().inc(buried);
}

async function missReceipts(ctx: Ctx): Promise<void> {
  await change(
    ctx,
    sql`UPDATE messages m SET state = 'no_receipt', ended_at = ${ctx.now}::timestamptz,
          ${messageEventOf(
            ctx,
            "no_receipt",
            sql`CASE m.transport WHEN 'outbox' THEN 'The outbox keeps it; nothing has left, so nobody reports of it.'
                WHEN 'smtp' THEN 'The mail server has it, and mail servers do not report whether an e-mail arrived.'
                ELSE ${`The provider has said nothing of it for ${RECEIPT_HOURS} hours.`} END`,
          )}
        WHERE id = ANY (ARRAY(SELECT id FROM messages WHERE state = 'sent' AND handed_over_at <= ${ctx.now}::timestamptz - ${RECEIPT_HOURS}::int * interval '1 hour'
                              ORDER BY handed_over_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))`,
  );
}

const changed = z.object({ message: z.string(), key: z.string(), channel: z.string(), outcome: z.string() });

/** Makes a change of messages `m`, with a line in the log for each, and returns their number. */
async function change(ctx: Ctx, update: Sql): Promise<number> {
  const rows = await query(
    ctx.db,
    changed,
    sql`${update} RETURNING m.id::text AS message, (SELECT k.key FROM message_keys k WHERE k.id = m.id) AS key, m.channel, m.state AS outcome`,
  );
  for (const row of rows) ctx.log.info(row, "message moved on by time");
  return rows.length;
}
