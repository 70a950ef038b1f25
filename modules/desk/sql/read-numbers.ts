import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { dialLink } from "#modules/call-queue";
import { spacedNumber } from "#lib/base/phone";
import { isoUtc, query, sql } from "#lib/database/sql";
import { storyAnswer } from "../schema.ts";

const numberRow = storyAnswer.shape.numbers.element
  .omit({ dialLink: true, spacedPhone: true })
  .extend({ number: z.string().nullable() });

/** Reads the numbers of the user, each with its mark. */
export async function readNumbers(ctx: ReadCtx, userId: bigint): Promise<z.infer<typeof storyAnswer>["numbers"]> {
  const found = await query(
    ctx.db,
    numberRow,
    sql`SELECT n.phone, n.label, n.number,
               CASE WHEN n.do_not_call OR p.do_not_call_at IS NOT NULL
                      THEN jsonb_build_object('kind', 'do_not_call', 'why', coalesce(p.do_not_call_why, 'The user asked not to be called.'),
                             'by', actor_name(p.do_not_call_by), 'at', ${isoUtc(sql`p.do_not_call_at`)})
                    WHEN n.wrong_number OR p.wrong_at IS NOT NULL
                      THEN jsonb_build_object('kind', 'wrong_number', 'why', coalesce(p.wrong_why, 'Somebody else answered: the number is wrong.'),
                             'by', actor_name(p.wrong_by), 'at', ${isoUtc(sql`p.wrong_at`)}) END AS mark,
               CASE WHEN p.lifted_at IS NOT NULL AND p.do_not_call_at IS NULL AND p.wrong_at IS NULL
                      THEN jsonb_build_object('why', coalesce(p.lifted_why, ''), 'by', actor_name(p.lifted_by), 'at', ${isoUtc(sql`p.lifted_at`)}) END AS lifted
        FROM (SELECT phone, NULL AS label, number, do_not_call, wrong_number, -1 AS position FROM users WHERE id = ${userId}
              UNION ALL SELECT given, label, number, false, false, position FROM user_numbers WHERE user_id = ${userId}) n
        LEFT JOIN phone_numbers p ON p.number = n.number ORDER BY n.position`,
  );
  return found.map(({ number, ...shown }) => ({
    ...shown,
    spacedPhone: spacedNumber(number) ?? shown.phone,
    dialLink: dialLink(ctx.limits.dialLink, number),
  }));
}
