import { z } from "zod";
import type { MarkChange } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { query, type Sql, sql } from "#lib/database/sql";
import { cancelPromises, returnPromises, setPromisesAside } from "../sql/withdraw-promises.ts";

/**
 * Changes promises as an import requires: those to users or numbers that may not be called are cancelled or set aside, and those
 * that waited for the right number are due again. Users who share a number with an imported user are included.
 */
export async function followImport(
  ctx: Ctx,
  { userIds, markChanges }: { userIds: readonly bigint[]; markChanges: readonly MarkChange[] },
): Promise<void> {
  const numbers = markChanges.map(({ number }) => number);
  const isConcerned = sql`(u.id = ANY (${userIds.map(String)}::text[]::bigint[]) OR u.number = ANY (${numbers}::text[]))`;
  const usersWith = async (condition: Sql): Promise<bigint[]> => {
    const rows = await query(
      ctx.db,
      z.object({ id: z.bigint() }),
      sql`SELECT u.id FROM users u WHERE ${isConcerned} AND ${condition} ORDER BY u.id`,
    );
    return rows.map(({ id }) => id);
  };
  const hasPromise = sql`EXISTS (SELECT FROM callbacks c WHERE c.user_id = u.id AND c.status IN ('pending', 'accepted'))`;
  const isWaiting = sql`EXISTS (SELECT FROM live_entries q WHERE q.user_id = u.id AND q.call_session_id IS NULL)`;
  await cancelPromises(ctx, {
    userIds: await usersWith(sql`u.do_not_call AND (${hasPromise} OR ${isWaiting})`),
    numbers: markChanges.filter(({ isMarked }) => isMarked).map(({ number }) => number),
    why: "The import says: this number asked not to be called.",
  });
  await setPromisesAside(ctx, {
    userIds: await usersWith(sql`u.wrong_number AND NOT u.do_not_call AND (${hasPromise} OR ${isWaiting})`),
    numbers: [],
    why: "The number of the import is known to be wrong. Import the right one.",
  });
  await returnPromises(ctx, {
    userIds: await usersWith(sql`NOT u.wrong_number AND NOT u.do_not_call AND ${hasPromise}`),
    numbers: [],
  });
}
