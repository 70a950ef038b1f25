import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import { type Ctx, describeActor } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";
import { lockNumber, writeMark } from "./sql/mark-numbers.ts";
import type { allowCallsInput } from "./users-schema.ts";
import { findNumber } from "./sql/find-number.ts";

/** Whose marks were lifted: the users who have the number, the number, and how many users have it. */
type Lifted = { userIds: bigint[]; number: string | null; users: number };

/**
 * Lifts do-not-call and wrong number from the number of a user, or from the number in `phone`, for every user who has it. Called
 * within a transaction. Refuses `not_found` (user, or a number that is not one of the user's), and `wrong_state` when nothing is
 * marked or the user was erased.
 */
export async function liftMarks(tx: Ctx, { userId, reason, phone }: z.infer<typeof allowCallsInput>): Promise<Lifted> {
  const { number: own, isErased } = await findUser(tx, userId);
  if (isErased) throw new Refusal("wrong_state", `User ${userId} was erased; only an import brings a new consent.`);
  const number = phone === undefined ? own : await findNumber(tx, userId, phone);
  await lockNumber(tx, { number });
  const lifted = sql`do_not_call_at = NULL, do_not_call_by = NULL, do_not_call_why = NULL, do_not_call_source = NULL,
    do_not_call_user_id = NULL, wrong_at = NULL, wrong_by = NULL, wrong_why = NULL,
    lifted_at = ${tx.now}::timestamptz, lifted_by = ${describeActor(tx.actor)}, lifted_why = ${reason}`;
  if (!(number === own ? await isMarked(tx, userId) : await isMarkedNumber(tx, number)))
    throw new Refusal("wrong_state", `The number of user ${userId} has no mark, so there is nothing to lift.`);
  const userIds = await writeMark(
    tx.db,
    { number, userId, now: tx.now },
    lifted,
    sql`do_not_call = false, wrong_number = false`,
  );
  const users = new Set([...userIds, userId]).size;
  await execute(
    tx.db,
    sql`UPDATE user_call_scores SET is_active = true, updated_at = ${tx.now}::timestamptz
        WHERE user_id = ANY (${[...userIds, userId].map(String)}::text[]::bigint[]) AND last_outcome IN ('wrong_number', 'do_not_call')`,
  );
  await writeAudit(tx.db, {
    actor: tx.actor,
    action: "number.callable",
    subject: `user ${userId}`,
    details: { source: "supervisor", users },
  });
  return { userIds, number, users };
}

async function findUser({ db }: Ctx, userId: bigint): Promise<{ number: string | null; isErased: boolean }> {
  const [user] = await query(
    db,
    z.object({ number: z.string().nullable(), isErased: z.boolean() }),
    sql`SELECT number, erased_at IS NOT NULL AS "isErased" FROM users WHERE id = ${userId}`,
  );
  if (!user) throw new Refusal("not_found", `There is no user ${userId}.`);
  return user;
}

async function isMarkedNumber({ db }: Ctx, number: string | null): Promise<boolean> {
  const [row] = await query(
    db,
    z.object({ number: z.string() }),
    sql`SELECT number FROM phone_numbers WHERE number = ${number} AND (do_not_call_at IS NOT NULL OR wrong_at IS NOT NULL)`,
  );
  return row !== undefined;
}

/** Must run after the number is locked, so that of two simultaneous requests the second finds no mark. */
async function isMarked({ db }: Ctx, userId: bigint): Promise<boolean> {
  const [user] = await query(
    db,
    z.object({ isMarked: z.boolean() }),
    sql`SELECT do_not_call OR wrong_number AS "isMarked" FROM users WHERE id = ${userId} FOR NO KEY UPDATE`,
  );
  return user?.isMarked ?? false;
}
