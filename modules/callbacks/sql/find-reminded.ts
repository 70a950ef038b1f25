import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql, type Sql } from "#lib/database/sql";

const reminded = z.object({
  id: z.int(),
  userId: z.string(),
  number: z.string().nullable(),
  isUnwanted: z.boolean(),
  zone: z.string(),
  scheduledFor: z.date(),
  eventSeq: z.int(),
});

export type Reminded = z.infer<typeof reminded>;

/** The callbacks whose users want texts, of those that `which` selects; `end` orders, limits or locks them. */
export async function findReminded(ctx: Ctx, which: Sql, end: Sql): Promise<Reminded[]> {
  return query(
    ctx.db,
    reminded,
    sql`SELECT c.id, c.user_id::text AS "userId", n.number, coalesce(n.do_not_call OR n.wrong_number, true) AS "isUnwanted",
               coalesce((SELECT zone_of(u) FROM users u WHERE u.id = c.user_id), c.promised_zone) AS zone,
               c.scheduled_for AS "scheduledFor", c.event_seq AS "eventSeq"
        FROM callbacks c JOIN callback_reminders r ON r.callback_id = c.id
        LEFT JOIN LATERAL (SELECT * FROM called_numbers n WHERE n.callback_id = c.id) n ON true
        WHERE ${which} ${end}`,
  );
}
