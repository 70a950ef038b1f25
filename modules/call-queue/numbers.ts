import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import { type Ctx, describeActor, type ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { writeMark } from "./sql/mark-numbers.ts";
import { cancelPromises, setPromisesAside } from "./sql/withdraw-promises.ts";

/** Whose call it was, and the number it went to; null when the user has none that can be dialled. */
type Dialled = { userId: bigint; number: string | null };

/**
 * The number asked not to be called, in a conversation: from now on nothing offers anybody who has it, and the open
 * promises to it are cancelled with the reason. Returns how many were. No import takes the mark away.
 */
export async function markDoNotCall(ctx: Ctx, { userId, number }: Dialled): Promise<number> {
  const why = `User ${userId} asked not to be called.`;
  const isFirst = sql`do_not_call_source IS NULL OR do_not_call_source = 'import'`;
  const mark = sql`
    do_not_call_at = CASE WHEN ${isFirst} THEN ${ctx.now}::timestamptz ELSE do_not_call_at END,
    do_not_call_by = CASE WHEN ${isFirst} THEN ${describeActor(ctx.actor)} ELSE do_not_call_by END,
    do_not_call_why = CASE WHEN ${isFirst} THEN ${why} ELSE do_not_call_why END,
    do_not_call_user_id = CASE WHEN ${isFirst} THEN ${userId}::bigint ELSE do_not_call_user_id END,
    do_not_call_source = CASE WHEN ${isFirst} THEN 'conversation' ELSE do_not_call_source END`;
  const userIds = await writeMark(ctx.db, { userId, number, now: ctx.now }, mark, sql`do_not_call = true`);
  await note(ctx, "number.do_not_call", userId, { source: "conversation", users: userIds.length });
  return cancelPromises(ctx, {
    userIds,
    numbers: number === null ? [] : [number],
    why: number === null ? why : `This number asked not to be called (user ${userId}).`,
  });
}

/**
 * Somebody else answers at this number: nothing dials it until the right one comes, and the open promises to it,
 * of everybody who has it, are set aside with the reason, for the supervisor to see. Returns how many were.
 */
export async function markWrongNumber(ctx: Ctx, { userId, number }: Dialled): Promise<number> {
  const why = "Somebody else answered: the number is wrong. Import the right one.";
  const mark = sql`wrong_at = coalesce(wrong_at, ${ctx.now}::timestamptz), wrong_by = coalesce(wrong_by, ${describeActor(ctx.actor)}),
                   wrong_why = coalesce(wrong_why, ${why})`;
  const userIds = await writeMark(ctx.db, { userId, number, now: ctx.now }, mark, sql`wrong_number = true`);
  await note(ctx, "number.wrong", userId, { source: "conversation", users: userIds.length });
  return setPromisesAside(ctx, { userIds, numbers: number === null ? [] : [number], why });
}

/** Cancels the open promises to these users whose number asked not to be called. */
export async function cancelUncallable(ctx: Ctx, userIds: readonly bigint[]): Promise<void> {
  if (userIds.length === 0) return;
  const marked = await query(
    ctx.db,
    z.object({ userId: z.bigint(), named: z.string().nullable() }),
    sql`SELECT id AS "userId", NULL AS named FROM users
        WHERE id = ANY (${userIds.map(String)}::text[]::bigint[]) AND do_not_call AND number IS NOT NULL
        UNION
        SELECT c.user_id, c.number FROM callbacks c JOIN phone_numbers p ON p.number = c.number
        WHERE c.user_id = ANY (${userIds.map(String)}::text[]::bigint[]) AND c.status IN ('pending', 'accepted')
          AND p.do_not_call_at IS NOT NULL`,
  );
  await cancelPromises(ctx, {
    userIds: marked.filter(({ named }) => named === null).map(({ userId }) => userId),
    numbers: marked.map(({ named }) => named).filter((named) => named !== null),
    why: "This number asked not to be called.",
  });
}

async function note(ctx: Ctx, action: string, userId: bigint, details: Record<string, unknown>): Promise<void> {
  await writeAudit(ctx.db, { actor: ctx.actor, action, subject: `user ${userId}`, details });
}

/** The refusal of a promise or a call to this user, at the number that is named or else the user's, with the user who asked for it. */
export async function askedNotToBeCalled(
  { db }: ReadCtx,
  userId: bigint,
  named: string | null = null,
): Promise<Refusal> {
  const [mark] = await query(
    db,
    z.object({ by: z.bigint() }),
    sql`SELECT p.do_not_call_user_id AS by FROM users u JOIN phone_numbers p ON p.number = coalesce(${named}::text, u.number)
        WHERE u.id = ${userId} AND p.do_not_call_at IS NOT NULL`,
  );
  const sentence = mark
    ? `This number asked not to be called (user ${mark.by}); a supervisor can lift the mark.`
    : `User ${userId} asked not to be called; a supervisor can lift the mark.`;
  return new Refusal("do_not_call", sentence);
}
