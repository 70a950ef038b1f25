import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { callbackStoryAnswer } from "../schema.ts";

const numberRow = callbackStoryAnswer.pick({ mark: true }).extend({ number: z.string().nullable() });

/** The number that is called, and the marks against calling it. */
export async function findCalledNumber({ db }: ReadCtx, callbackId: number): Promise<z.infer<typeof numberRow>> {
  const [row] = await query(
    db,
    numberRow,
    sql`SELECT n.number,
               CASE WHEN n.do_not_call THEN jsonb_build_object('kind', 'do_not_call', 'why', coalesce(p.do_not_call_why, 'The user asked not to be called.'))
                    WHEN n.wrong_number THEN jsonb_build_object('kind', 'wrong_number', 'why', coalesce(p.wrong_why, 'Somebody else answered: the number is wrong.')) END AS mark
        FROM called_numbers n LEFT JOIN phone_numbers p ON p.number = n.number WHERE n.callback_id = ${callbackId}`,
  );
  return row ?? { number: null, mark: null };
}
