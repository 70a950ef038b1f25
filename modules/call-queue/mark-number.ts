import { writeAudit } from "#lib/identity/audit";
import { type Ctx, describeActor } from "#lib/base/context";
import { sql } from "#lib/database/sql";
import { writeMark } from "./sql/mark-numbers.ts";

/** The user of a call and the number it dialled; null when the user has no number that can be dialled. */
export type Dialled = { userId: bigint; number: string | null };

/**
 * Marks the number as do-not-call, as its owner asked in a conversation with this user: no user with this number is offered to an
 * agent, and no import removes the mark. Returns the users who have the number. The caller must cancel the promises to it.
 */
export async function writeDoNotCall(ctx: Ctx, { userId, number }: Dialled): Promise<bigint[]> {
  const isFirst = sql`do_not_call_source IS NULL OR do_not_call_source = 'import'`;
  const mark = sql`
    do_not_call_at = CASE WHEN ${isFirst} THEN ${ctx.now}::timestamptz ELSE do_not_call_at END,
    do_not_call_by = CASE WHEN ${isFirst} THEN ${describeActor(ctx.actor)} ELSE do_not_call_by END,
    do_not_call_why = CASE WHEN ${isFirst} THEN ${`User ${userId} asked not to be called.`} ELSE do_not_call_why END,
    do_not_call_user_id = CASE WHEN ${isFirst} THEN ${userId}::bigint ELSE do_not_call_user_id END,
    do_not_call_source = CASE WHEN ${isFirst} THEN 'conversation' ELSE do_not_call_source END`;
  const userIds = await writeMark(ctx.db, { userId, number, now: ctx.now }, mark, sql`do_not_call = true`);
  await auditMark(ctx, "number.do_not_call", userId, userIds.length);
  return userIds;
}

/**
 * Marks the number as wrong, because a stranger answered: it is not dialled until an import brings the right one. Supervisors
 * read `why`. Returns the users who have the number. The caller must set the promises to it aside.
 */
export async function writeWrongNumber(ctx: Ctx, { userId, number }: Dialled, why: string): Promise<bigint[]> {
  const mark = sql`wrong_at = coalesce(wrong_at, ${ctx.now}::timestamptz), wrong_by = coalesce(wrong_by, ${describeActor(ctx.actor)}),
                   wrong_why = coalesce(wrong_why, ${why})`;
  const userIds = await writeMark(ctx.db, { userId, number, now: ctx.now }, mark, sql`wrong_number = true`);
  await auditMark(ctx, "number.wrong", userId, userIds.length);
  return userIds;
}

async function auditMark(ctx: Ctx, action: string, userId: bigint, users: number): Promise<void> {
  const details = { source: "conversation", users };
  await writeAudit(ctx.db, { actor: ctx.actor, action, subject: `user ${userId}`, details });
}
