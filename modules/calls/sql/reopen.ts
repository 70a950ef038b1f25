import { z } from "zod";
import { knownBefore } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { execute, query, sql } from "#lib/database/sql";
import { agentOf, call } from "./hold.ts";

const before = z.object({
  status: z.string(),
  endedAt: z.string().nullable(),
  durationSeconds: z.int().nullable(),
  awaitsOutcome: z.boolean(),
  known: knownBefore,
});

const heldForUndo = z.object({
  call,
  recordedAt: z.date().nullable(),
  /** How everything was before the outcome; null without one, or of one from before this was kept. */
  before: before.nullable(),
  awaitsOutcome: z.boolean(),
  /** The user or the number is called again, or the agent has another call at the desk. */
  isFollowed: z.boolean(),
});

/**
 * Locks what taking back the outcome of this call changes until the transaction ends, and reads it, in one round trip: the
 * database function `hold_for_undo` does, in the order of all locks. Null as of `findCall`.
 */
export async function holdForUndo(ctx: Ctx, id: bigint): Promise<z.infer<typeof heldForUndo> | null> {
  const [row] = await query(
    ctx.db,
    heldForUndo,
    sql`SELECT call, recorded_at AS "recordedAt", before, awaits_outcome AS "awaitsOutcome", is_followed AS "isFollowed"
        FROM hold_for_undo(${id}::bigint, ${agentOf(ctx)}::int)`,
  );
  return row ?? null;
}

/** The call waits for its outcome again, as it did. The unique indexes of open calls refuse it when another one has begun. */
export async function reopenCall(ctx: Ctx, id: bigint, was: z.infer<typeof before>): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE call_sessions
        SET status = ${was.status}, ended_at = ${was.endedAt}::timestamptz, duration_seconds = ${was.durationSeconds}::int,
            awaits_outcome = ${was.awaitsOutcome}, last_outcome_type = NULL, outcome_at = NULL, outcome = NULL, notes = NULL,
            callback_scheduled = false
        WHERE id = ${id} AND outcome_at IS NOT NULL`,
  );
}
