import { z } from "zod";
import { pageOf } from "#lib/base/cursor";
import { readClock } from "#lib/time/clock";
import type { Ctx, ReadCtx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";
import { addressOf } from "./addresses.ts";
import { openQueue } from "./queue/open.ts";
import { MAX_REDRIVEN } from "./rules.ts";
import {
  type addressInput,
  deadGroup,
  type deadLettersAnswer,
  type deadLettersInput,
  type redriveAnswer,
  type redriveInput,
} from "./schema.ts";
import { IS_DEAD, ofGroup } from "./sql/dead.ts";
import { messageEventOf } from "./sql/event.ts";
import { findDead } from "./sql/find-dead.ts";
import { redriveDead, reopenKeys } from "./sql/redrive.ts";
import { messageNotFound } from "./store.ts";

/** At most this many unreadable entries of the queue are shown. */
const UNREADABLE_SHOWN = 100;

/** Lists the dead letters: the groups by error, a page of letters, newest first, and the queue entries that could not be read. */
export async function listDeadLetters(
  ctx: ReadCtx,
  { cursor, limit, ...group }: z.output<typeof deadLettersInput>,
): Promise<z.input<typeof deadLettersAnswer>> {
  const groups = await query(
    ctx.db,
    deadGroup,
    sql`SELECT m.state, m.error_class AS "errorClass", m.error_code AS "errorCode", m.channel, count(*)::int AS count, min(m.error_sentence) AS sentence,
               max(m.ended_at) AS "lastAt"
        FROM messages m WHERE ${IS_DEAD} GROUP BY 1, 2, 3, 4 ORDER BY count(*) DESC, 1, 2, 3, 4 LIMIT 100`,
  );
  const found = await findDead(ctx, { group, cursor, limit: limit + 1 });
  const unreadable = await openQueue(ctx).deadLetters({ ...ctx, now: await readClock(ctx.db) }, UNREADABLE_SHOWN);
  const { page: letters, last } = pageOf(found, limit);
  return {
    groups,
    letters: letters.map(({ seq: _, ...letter }) => letter),
    unreadable: unreadable.map(({ id, why, attempt, deadAt }) => ({ id, why, attempt, deadAt })),
    nextCursor: last ? String(last.seq) : null,
    keptSeconds: Math.min(ctx.limits.deadLetterSeconds, ctx.limits.retentionDays * 86_400),
  };
}

/**
 * Redrives dead letters: those that are named, a group, or all, at most 5,000 at a time and spread over a minute; `preview` only
 * counts. A redriven letter stays the same message under a raised fence, so a second redrive changes nothing, and reports about
 * earlier attempts are ignored. Events that could not be read out of the queue go back into it.
 */
export async function redriveDeadLetters(
  ctx: Ctx,
  { ids, group, preview }: z.output<typeof redriveInput>,
): Promise<z.input<typeof redriveAnswer>> {
  const chosen = ids ? sql`${IS_DEAD} AND m.id = ANY (${ids}::uuid[])` : ofGroup(group ?? {});
  const [counted] = await query(
    ctx.db,
    z.object({ matching: z.int() }),
    sql`SELECT count(*)::int AS matching FROM messages m WHERE ${chosen}`,
  );
  const unreadable = ids || !group ? await unreadableIds(ctx, ids) : [];
  const matching = counted!.matching + unreadable.length;
  const movable = Math.min(matching, MAX_REDRIVEN);
  if (preview) return { matching, movable, moved: 0, left: matching };
  const nonce = ctx.newId();
  const moved = await inTransaction(ctx, async (tx) => {
    const messages = await redriveDead(tx, chosen, nonce);
    return messages + (await requeue(tx, unreadable.slice(0, MAX_REDRIVEN - messages)));
  });
  return { matching, movable, moved, left: matching - moved };
}

async function unreadableIds(ctx: Ctx, ids: readonly string[] | undefined): Promise<string[]> {
  const dead = await openQueue(ctx).deadLetters(ctx, MAX_REDRIVEN);
  return dead.map(({ id }) => id).filter((id) => ids?.includes(id) ?? true);
}

async function requeue(ctx: Ctx, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  await reopenKeys(ctx, ids);
  return openQueue(ctx).redrive(ctx, ids);
}

const ADDRESS_CORRECTED = " Its address was put right; it is sent when somebody redrives it.";

/** Corrects the address of a dead letter, so that it can be redriven. Refuses `invalid_input`, `not_found`, and `wrong_state`. */
export async function correctAddress(
  ctx: Ctx,
  { id, to }: z.output<typeof addressInput>,
): Promise<{ success: true; message: string }> {
  const [found] = await query(
    ctx.db,
    z.object({ channel: z.enum(["sms", "email"]), state: z.string() }),
    sql`SELECT channel, CASE WHEN erased_at IS NULL THEN state ELSE 'erased' END AS state FROM messages WHERE id = ${id}::uuid`,
  );
  if (!found) throw messageNotFound(id);
  const recipient = addressOf(ctx, found.channel, "to", to);
  // The reason why it is dead stays in front, once, however often the address is corrected.
  const why = sql`replace(m.event_why, ${ADDRESS_CORRECTED}, '') || ${ADDRESS_CORRECTED}`;
  const rows = await execute(
    ctx.db,
    sql`UPDATE messages m SET recipient = ${recipient}, ${messageEventOf(ctx, "address", why)} WHERE m.id = ${id}::uuid AND ${IS_DEAD}`,
  );
  if (rows === 1) return { success: true, message: "Its address was put right; redrive it to send it." };
  throw new Refusal(
    "wrong_state",
    `Message ${id} is ${found.state}; only the address of a dead letter can be changed.`,
  );
}
