import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, type Sql, sql } from "#lib/database/sql";
import { MAX_REDRIVEN } from "./rules.ts";
import type { settleInput, settleSpanAnswer, settleSpanInput } from "./schema.ts";
import { messageEventOf } from "./sql/event.ts";
import { change, type Steered } from "./steer.ts";

/**
 * Settles an unsure message by the word of a person: it arrived and counts as sent, or it did not and is sent again, unless its
 * `expiresAt` has passed. Refuses `not_found`, and `wrong_state` for a message that is not unsure.
 */
export async function settleUnsureMessage(ctx: Ctx, { id, arrived }: z.output<typeof settleInput>): Promise<Steered> {
  const one = sql`m.id = ${id}::uuid AND m.state = 'unsure'`;
  const statement = arrived ? itArrived(ctx, one) : itDidNotArrive(ctx, one);
  const why = await change(ctx, id, statement, () => "it is not unsure; there is nothing to settle.");
  return { success: true, message: why };
}

const NO_ERROR = sql`error_class = NULL, error_code = NULL, error_sentence = NULL`;

function itArrived(ctx: Ctx, chosen: Sql): Sql {
  return sql`UPDATE messages m SET state = 'sent', handed_over_at = coalesce(m.attempted_at, ${ctx.now}::timestamptz), next_attempt_at = NULL,
      ${NO_ERROR}, ${messageEventOf(ctx, "settled", "Somebody says that it arrived.", { arrived: true })}
    WHERE ${chosen}`;
}

function itDidNotArrive(ctx: Ctx, chosen: Sql): Sql {
  const isOver = sql`(m.expires_at IS NOT NULL AND m.expires_at <= ${ctx.now}::timestamptz)`;
  const why = sql`'Somebody says that it did not arrive; ' || CASE WHEN ${isOver} THEN 'its time has passed, and it is not sent again.'
    ELSE 'it is in line to be sent again.' END`;
  return sql`UPDATE messages m SET state = CASE WHEN ${isOver} THEN 'expired' ELSE 'stored' END, fence = m.fence + 1,
      next_attempt_at = CASE WHEN NOT ${isOver} THEN ${ctx.now}::timestamptz END, ended_at = CASE WHEN ${isOver} THEN ${ctx.now}::timestamptz END,
      due_since = CASE WHEN ${isOver} THEN m.due_since ELSE ${ctx.now}::timestamptz END,
      ${NO_ERROR}, ${messageEventOf(ctx, "settled", why, { arrived: false })}
    WHERE ${chosen}`;
}

/**
 * Settles the unsure messages of one provider whose attempts began in a span by the word of a person, as `settleUnsureMessage` does each:
 * at most 5,000 at a time, the earliest accepted first. `preview` only counts. One that is settled meanwhile is left out.
 */
export async function settleUnsureSpan(
  ctx: Ctx,
  { transport, since, until, arrived, preview }: z.output<typeof settleSpanInput>,
): Promise<z.input<typeof settleSpanAnswer>> {
  const isOfSpan = sql`u.state = 'unsure' AND u.transport = ${transport} AND (${since ?? null}::timestamptz IS NULL OR u.attempted_at >= ${since ?? null}::timestamptz)
    AND (${until ?? null}::timestamptz IS NULL OR u.attempted_at <= ${until ?? null}::timestamptz)`;
  const [{ matching }] = (await query(
    ctx.db,
    z.object({ matching: z.int() }),
    sql`SELECT count(*)::int AS matching FROM messages u WHERE ${isOfSpan}`,
  )) as [{ matching: number }];
  if (preview) return { matching, settled: 0, sentAgain: 0, left: matching };
  // Their rows are locked, so the update need not look at their state again: with old statistics that compares each with each.
  const chosen = sql`m.id = ANY (ARRAY(SELECT u.id FROM messages u WHERE ${isOfSpan} ORDER BY u.seq LIMIT ${MAX_REDRIVEN}::int FOR UPDATE SKIP LOCKED))`;
  const statement = arrived ? itArrived(ctx, chosen) : itDidNotArrive(ctx, chosen);
  const rows = await query(ctx.db, z.object({ state: z.string() }), sql`${statement} RETURNING m.state`);
  const sentAgain = rows.filter(({ state }) => state === "stored").length;
  return { matching, settled: rows.length, sentAgain, left: Math.max(0, matching - rows.length) };
}
