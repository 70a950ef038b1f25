import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { ERASURE_REASON, type PersonalData } from "../module.ts";
import { cancelCallback } from "./cancel.ts";
import { eraseCallbacks, eraseEvents, eraseNotifications } from "./sql/erase-callbacks.ts";
import { retireTicks } from "./sql/retire.ts";

/** The monitoring looks back 720 hours at most, so no figure needs older ticks. */
const TICK_DAYS = 30;

/** The personal data that callbacks hold. An erasure cancels the open ones. */
export const personalData: PersonalData = {
  read: (userId) => ({
    callbacks: sql`coalesce((SELECT jsonb_agg(to_jsonb(c)
          || jsonb_build_object('user_id', c.user_id::text, 'original_call_session_id', c.original_call_session_id::text,
               'completed_call_session_id', c.completed_call_session_id::text,
               'events', coalesce((SELECT jsonb_agg(to_jsonb(e) ORDER BY e.seq) FROM callback_events e WHERE e.callback_id = c.id), '[]'),
               'notifications', coalesce((SELECT jsonb_agg(to_jsonb(n)
                   || jsonb_build_object('id', n.id::text, 'tick_run_id', n.tick_run_id::text) ORDER BY n.id)
                 FROM callback_notifications n WHERE n.callback_id = c.id), '[]')) ORDER BY c.id)
        FROM callbacks c WHERE c.user_id = ${userId}), '[]')`,
  }),
  erase: async (ctx, userId) => {
    const open = await lockOpenCallbacks(ctx.db, userId);
    return async (erasure) => {
      for (const callbackId of open) await cancelCallback(ctx, { callbackId, reason: ERASURE_REASON });
      return {
        cancelled: open.length,
        callbacks: await eraseCallbacks(ctx, erasure),
        events: await eraseEvents(ctx.db, erasure),
        notifications: await eraseNotifications(ctx.db, erasure),
      };
    };
  },
  retire: () => [{ rows: "tickRuns", days: TICK_DAYS, retire: retireTicks }],
};

/** The open callbacks of the user, locked in the order of their ids. */
async function lockOpenCallbacks(db: Db, userId: bigint): Promise<number[]> {
  const rows = await query(
    db,
    z.object({ id: z.int() }),
    sql`SELECT id FROM callbacks WHERE user_id = ${userId} AND status IN ('pending', 'accepted') ORDER BY id FOR UPDATE`,
  );
  return rows.map(({ id }) => id);
}
