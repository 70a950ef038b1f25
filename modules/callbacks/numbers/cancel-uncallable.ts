import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { cancelPromises } from "../sql/withdraw-promises.ts";

/** Cancels the open promises to these users whose number, or the number that the promise names, asked not to be called. */
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
