import { z } from "zod";
import type { Db } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { leaveEndedCalls } from "#modules/agents";
import type { PersonalData } from "../module.ts";
import { eraseCalls } from "./sql/erase-calls.ts";
import { retireCalls } from "./sql/retire.ts";

/** The personal data that calls hold. A person in a call is not erased. */
export const personalData: PersonalData = {
  read: (userId) => ({
    calls: sql`coalesce((SELECT jsonb_agg(to_jsonb(s)
          || jsonb_build_object('id', s.id::text, 'user_id', s.user_id::text) ORDER BY s.id)
        FROM call_sessions s WHERE s.user_id = ${userId}), '[]')`,
  }),
  erase: async (ctx, userId) => {
    await mustNotBeInCall(ctx.db, userId);
    return async (erasure) => {
      const calls = await eraseCalls(ctx.db, erasure);
      // A call that had ended waits for its outcome no more, and its agent is free.
      await leaveEndedCalls(ctx);
      return { calls };
    };
  },
  retire: ({ retentionDays }) => [{ rows: "calls", days: retentionDays, retire: retireCalls }],
};

/**
 * Locks the live entry of the user, then looks for an open call. Refuses `user_on_call`: an erasure neither empties the user of a
 * call under way nor ends the call.
 */
async function mustNotBeInCall(db: Db, userId: bigint): Promise<void> {
  const entries = await query(
    db,
    z.object({ isInCall: z.boolean() }),
    sql`SELECT call_session_id IS NOT NULL AS "isInCall" FROM live_entries
        WHERE user_id = ${userId} ORDER BY id FOR UPDATE`,
  );
  const calls = await query(
    db,
    z.object({ id: z.bigint() }),
    sql`SELECT id FROM open_calls s WHERE s.user_id = ${userId} AND NOT rings_too_long(s, ringback_now())`,
  );
  if (calls.length === 0 && !entries.some(({ isInCall }) => isInCall)) return;
  throw new Refusal(
    "user_on_call",
    `User ${userId} is in a call at this moment; record its outcome, then erase again.`,
  );
}
