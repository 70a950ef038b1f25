import { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { Ctx, ReadCtx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { execute, query, type Sql, sql } from "#lib/database/sql";
import { addressOf } from "./accept.ts";
import { openQueue } from "./queue/open.ts";
import { REDRIVE_MOST, REDRIVE_SPREAD_SECONDS } from "./rules.ts";
import {
  type addressInput,
  deadGroup,
  type deadLettersAnswer,
  type deadLettersInput,
  messageAnswer,
  type redriveAnswer,
  type redriveInput,
} from "./schema.ts";
import { messageEventOf } from "./sql/event.ts";
import { messageColumns, messageNotFound } from "./store.ts";

/** `DEAD_STATES`, as the index on them has it, while their words are still there. */
const IS_DEAD = sql`m.direction = 'out' AND m.state IN ('dead', 'failed', 'bounced') AND m.erased_at IS NULL`;

/** More entries of the queue that cannot be read than this nobody looks through. */
const UNREADABLE_SHOWN = 100;

/** The dead letters: grouped by what went wrong, a page of them, newest first, and what could not even be read out of the queue. */
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
  const letters = await query(
    ctx.db,
    messageAnswer.extend({ seq: z.bigint() }),
    sql`SELECT ${messageColumns()}, m.seq FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
        WHERE ${ofGroup(group)} AND m.seq < ${cursor ?? null}::bigint IS NOT FALSE ORDER BY m.seq DESC LIMIT ${limit}::int`,
  );
  const unreadable = await openQueue(ctx).deadLetters({ ...ctx, now: await readClock(ctx.db) }, UNREADABLE_SHOWN);
  const last = letters.length === limit ? letters.at(-1) : undefined;
  return {
    groups,
    letters: letters.map(({ seq: _, ...letter }) => letter),
    unreadable: unreadable.map(({ id, why, attempt, deadAt }) => ({ id, why, attempt, deadAt })),
    nextCursor: last ? String(last.seq) : null,
    keptSeconds: Math.min(ctx.limits.deadLetterSeconds, ctx.limits.retentionDays * 86_400),
  };
}

/**
 * Dead letters are sent again: those that are named, a group, or all, at most 5,000 at a time and spread over a minute; `preview` only
 * counts. Each goes on as the message it was, under a number of its own, so that twice is once and news of its earlier attempts changes nothing.
 * Those that could not be read out of the queue go back into it.
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
  if (preview) return { matching, moved: 0, left: matching };
  const nonce = ctx.newId();
  const moved = await inTransaction(ctx, async (tx) => {
    const messages = await execute(tx.db, redriven(tx, chosen, nonce));
    return messages + (await requeue(tx, unreadable));
  });
  return { matching, moved, left: matching - moved };
}

function redriven(ctx: Ctx, chosen: Sql, nonce: string): Sql {
  return sql`
    WITH chosen AS MATERIALIZED (
      SELECT m.id FROM messages m WHERE ${chosen} ORDER BY m.seq LIMIT ${REDRIVE_MOST}::int FOR UPDATE SKIP LOCKED
    ), placed AS (SELECT id, row_number() OVER () - 1 AS place, count(*) OVER () AS n FROM chosen)
    UPDATE messages m SET state = 'stored', attempts = 0, crashes = 0, look_ups = 0, fence = m.fence + 1, redrives = m.redrives + 1, ended_at = NULL,
      handed_over_at = NULL, provider_id = NULL, old_provider_ids = CASE WHEN m.provider_id IS NULL THEN m.old_provider_ids ELSE m.old_provider_ids || m.provider_id END,
      error_class = NULL, error_code = NULL, error_sentence = NULL,
      due_since = ${ctx.now}::timestamptz, next_attempt_at = ${ctx.now}::timestamptz + ${REDRIVE_SPREAD_SECONDS}::float8 * p.place / p.n * interval '1 second',
      ${messageEventOf(ctx, "redriven", "Somebody sends it again; it is in line for a worker.", { nonce })}
    FROM placed p WHERE m.id = p.id AND ${IS_DEAD}`;
}

async function unreadableIds(ctx: Ctx, ids: readonly string[] | undefined): Promise<string[]> {
  const dead = await openQueue(ctx).deadLetters(ctx, REDRIVE_MOST);
  return dead.map(({ id }) => id).filter((id) => ids?.includes(id) ?? true);
}

async function requeue(ctx: Ctx, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  await execute(
    ctx.db,
    sql`UPDATE message_keys SET settled_at = NULL WHERE id = ANY (${[...ids]}::uuid[]) AND NOT EXISTS (SELECT FROM messages m WHERE m.id = message_keys.id)`,
  );
  return openQueue(ctx).redrive(ctx, ids);
}

/** The address of a dead letter is put right, so that it can be redriven. Refuses `invalid_input`, `not_found`, and `wrong_state`. */
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
  const why = "Somebody has put its address right.";
  const rows = await execute(
    ctx.db,
    sql`UPDATE messages m SET recipient = ${recipient}, ${messageEventOf(ctx, "address", why)} WHERE m.id = ${id}::uuid AND ${IS_DEAD}`,
  );
  if (rows === 1) return { success: true, message: why };
  throw new Refusal(
    "wrong_state",
    `Message ${id} is ${found.state}; only the address of a dead letter can be changed.`,
  );
}

type Group = NonNullable<z.output<typeof redriveInput>["group"]>;

/** What is undefined is not asked about; `none` is what has no class, or no code. */
function ofGroup({ state, channel, errorClass, errorCode }: Group): Sql {
  return sql`${IS_DEAD} AND (${state ?? null}::text IS NULL OR m.state = ${state ?? null}) AND (${channel ?? null}::text IS NULL OR m.channel = ${channel ?? null})
             AND (${errorClass ?? null}::text IS NULL OR coalesce(m.error_class, 'none') = ${errorClass ?? null})
             AND (${errorCode ?? null}::text IS NULL OR coalesce(m.error_code, 'none') = ${errorCode ?? null})`;
}
