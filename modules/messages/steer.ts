import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { execute, query, type Sql, sql } from "#lib/database/sql";
import { messageNotFound } from "./store.ts";
import { messageEventOf } from "./sql/event.ts";
import { readState } from "./sql/read-state.ts";

export type Steered = { success: true; message: string };

/**
 * Sends a held message now, also at night. Refuses `not_found`, and `wrong_state` for one that is not held or whose `expiresAt` has
 * passed.
 */
export async function releaseMessage(ctx: Ctx, { id }: { id: string }): Promise<Steered> {
  const why = "Somebody released it; it is in line for a worker.";
  await change(
    ctx,
    id,
    sql`UPDATE messages m SET state = 'stored', hold_reason = NULL, held_until = NULL, is_urgent = true, next_attempt_at = ${ctx.now}::timestamptz,
          due_since = ${ctx.now}::timestamptz, ${messageEventOf(ctx, "released", why)}
        WHERE id = ${id}::uuid AND state = 'held' AND (expires_at IS NULL OR expires_at > ${ctx.now}::timestamptz)`,
    (state) =>
      state === "held"
        ? "its time has passed, and it is not sent any more."
        : "it is not held; only a held message can be released.",
  );
  return { success: true, message: why };
}

/**
 * Withdraws messages that are not true any more, for a reason such as "Its call has moved". One that waits ends; one that a worker has in
 * hand, that is unsure or a dead letter expires now, so that no retry, no redrive and nobody's word sends it again.
 */
export async function withdrawMessages(ctx: Ctx, ids: readonly string[], because: string): Promise<void> {
  const named = sql`id = ANY (${[...ids]}::uuid[])`;
  await execute(
    ctx.db,
    sql`UPDATE messages m SET state = 'expired', hold_reason = NULL, held_until = NULL, next_attempt_at = NULL, leased_until = NULL,
          ended_at = ${ctx.now}::timestamptz, ${messageEventOf(ctx, "expired", `${because}; it was not sent.`)}
        WHERE ${named} AND state IN ('stored', 'held') AND (leased_until IS NULL OR leased_until <= ${ctx.now}::timestamptz)`,
  );
  // After every attempt that has begun. The reason why it stands where it stands stays in front.
  const expiry = sql`greatest(${ctx.now}::timestamptz, m.event_at + interval '1 millisecond')`;
  const why = sql`m.event_why || ${` ${because}; it is not sent any more.`}`;
  await execute(
    ctx.db,
    sql`UPDATE messages m SET expires_at = ${expiry}, ${messageEventOf(ctx, "withdrawn", why)}
        WHERE ${named} AND state IN ('stored', 'sending', 'unsure', 'dead', 'failed', 'bounced') AND (expires_at IS NULL OR expires_at > ${expiry})`,
  );
}

/** Makes a change of one message `m`, and returns the reason that was stored with it. Refuses `not_found`, and `wrong_state` when nothing changed. */
export async function change(
  ctx: Ctx,
  id: string,
  statement: Sql,
  refused: (state: string) => string,
): Promise<string> {
  const [row] = await query(ctx.db, z.object({ why: z.string() }), sql`${statement} RETURNING m.event_why AS why`);
  if (row) return row.why;
  const state = await readState(ctx, id);
  if (state === null) throw messageNotFound(id);
  throw new Refusal("wrong_state", `Message ${id} is ${state}: ${refused(state)}`);
}
