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
  /** The rows before the outcome; null without an outcome, and for an outcome from before this was stored. */
  before: before.nullable(),
  awaitsOutcome: z.boolean(),
  /** Another call with the user or to the number has begun, or the agent has another call at the desk. */
  isFollowed: z.boolean(),
});

/**
 * Locks the rows that an undo of this call's outcome changes until the transaction ends, and reads them, in one round trip: the
 * database function `hold_for_undo` takes the locks in the order of the house. Null in the same cases as `findCall`.
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

/** Returns the call to its state before the outcome. The unique indexes of open calls refuse it when another call has begun. */
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
