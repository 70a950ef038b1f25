import type { Ctx } from "#lib/base/context";
import { execute, type Sql, sql } from "#lib/database/sql";
import { MAX_REDRIVEN, REDRIVE_SPREAD_SECONDS } from "../rules.ts";
import { messageEventOf } from "./event.ts";

/**
 * Puts dead letters back in line, `dead`, `failed` or `bounced` to `stored`: at most 5,000 that meet `chosen`, in the order of acceptance,
 * their attempts spread over a minute. Each begins its attempts anew under a raised fence. Returns how many; letters that another
 * transaction holds are left out. Their rows are locked in `chosen`, so the update need not look at their state again; with statistics of
 * before an outage that condition made a plan that compares each letter with each.
 */
export async function redriveDead(ctx: Ctx, chosen: Sql, nonce: string): Promise<number> {
  return execute(
    ctx.db,
    sql`
    WITH chosen AS MATERIALIZED (
      SELECT m.id FROM messages m WHERE ${chosen} ORDER BY m.seq LIMIT ${MAX_REDRIVEN}::int FOR UPDATE SKIP LOCKED
    ), placed AS (SELECT id, row_number() OVER () - 1 AS place, count(*) OVER () AS n FROM chosen)
    UPDATE messages m SET state = 'stored', attempts = 0, crashes = 0, look_ups = 0, fence = m.fence + 1, redrives = m.redrives + 1, ended_at = NULL,
      handed_over_at = NULL, provider_id = NULL, old_provider_ids = CASE WHEN m.provider_id IS NULL THEN m.old_provider_ids ELSE m.old_provider_ids || m.provider_id END,
      error_class = NULL, error_code = NULL, error_sentence = NULL,
      due_since = ${ctx.now}::timestamptz, next_attempt_at = ${ctx.now}::timestamptz + ${REDRIVE_SPREAD_SECONDS}::float8 * p.place / p.n * interval '1 second',
      ${messageEventOf(ctx, "redriven", "Somebody sends it again; it is in line for a worker.", { nonce })}
    FROM placed p WHERE m.id = p.id`,
  );
}

/** Makes the keys of events that were never stored as messages unsettled again, so that a worker stores their events. */
export async function reopenKeys(ctx: Ctx, ids: readonly string[]): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE message_keys SET settled_at = NULL WHERE id = ANY (${[...ids]}::uuid[]) AND NOT EXISTS (SELECT FROM messages m WHERE m.id = message_keys.id)`,
  );
}
