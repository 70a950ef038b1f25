import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { mayPromise } from "../rules.ts";
import { OUTCOME_TYPES } from "../schema.ts";
import type { Call } from "./hold.ts";

/** Whether a later call to the same user, at the same number, has reached the user. */
export async function wasReachedSince({ db }: Ctx, { userId, number, startedAt }: Call): Promise<boolean> {
  const [row] = await query(
    db,
    z.object({ isReached: z.boolean() }),
    sql`SELECT EXISTS (
          SELECT FROM call_sessions s
          WHERE s.user_id = ${userId} AND s.started_at > ${startedAt}::timestamptz AND s.number IS NOT DISTINCT FROM ${number}
            AND s.last_outcome_type = ANY (${OUTCOME_TYPES.filter(mayPromise)}::text[])) AS "isReached"`,
  );
  return row!.isReached;
}
