import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { isAbout } from "../fate.ts";

const QUARTER_MS = 15 * 60_000;

const row = z.object({
  doNotCall: z.boolean(),
  wrongNumber: z.boolean(),
  promisesThen: z.int(),
  others: z.array(z.int()),
});

/**
 * Reads the objections to a call to this user at `at`: marks, the number of promises in that quarter of an hour, and other
 * promises to the user near it.
 */
export async function readConflicts(ctx: Ctx, userId: bigint, at: Date): Promise<z.infer<typeof row>> {
  const quarter = new Date(Math.floor(at.getTime() / QUARTER_MS) * QUARTER_MS);
  const [found] = await query(
    ctx.db,
    row,
    sql`SELECT u.do_not_call AS "doNotCall", u.wrong_number AS "wrongNumber",
               (SELECT count(*)::int FROM callbacks WHERE status IN ('pending', 'accepted')
                 AND scheduled_for >= ${quarter}::timestamptz AND scheduled_for < ${quarter}::timestamptz + interval '15 minutes') AS "promisesThen",
               -- A callback whose call is under way is no conflict of a promise that is made in that call.
               coalesce((SELECT jsonb_agg(id ORDER BY id) FROM callbacks c
                 WHERE user_id = u.id AND status IN ('pending', 'accepted')
                   AND NOT EXISTS (SELECT FROM call_queue q WHERE q.status = 'assigned' AND q.call_session_id IS NOT NULL AND ${isAbout(sql`q`)})
                   AND scheduled_for BETWEEN ${at}::timestamptz - interval '1 hour' AND ${at}::timestamptz + interval '1 hour'), '[]') AS others
        FROM users u WHERE u.id = ${userId}`,
  );
  return found!;
}
