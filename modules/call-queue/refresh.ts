import { z } from "zod";
import { stopwatch } from "#lib/time/clock";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { type Until, UNBOUNDED } from "#lib/time/until";
import { execute, query, sql } from "#lib/database/sql";
import { DecentHours } from "./decent-hours.ts";
import { findEligible, insertRegular, keepScores, removeIneligible, updateRegular } from "./sql/refresh-regular.ts";
import type { RefreshAnswer } from "./users-schema.ts";

/** The key of the refresh among advisory locks. */
const REFRESH_LOCK = 5_120_003;

/**
 * Waits for a running refresh and keeps the next one away until the transaction ends; for an operation that takes a user out of
 * the queue for good.
 */
export async function holdRefresh(ctx: Ctx): Promise<void> {
  await execute(ctx.db, sql`SELECT pg_advisory_xact_lock_shared(${REFRESH_LOCK}::bigint)`);
}

/**
 * Fills the regular queue of both types: each eligible user has one pending entry with the present score, and no other user has
 * one. A constant number of statements in one transaction. Safe to repeat and to overlap: an entry that is being claimed is
 * skipped, and the unique index refuses a second one. When `until` ends between two statements it throws, and the queue stays as
 * it was.
 */
export async function refreshQueue(ctx: Ctx, { end }: Until = UNBOUNDED): Promise<RefreshAnswer> {
  const elapsed = stopwatch();
  return inTransaction(ctx, async (tx) => {
    const [lock] = await query(
      tx.db,
      z.object({ free: z.boolean() }),
      sql`SELECT pg_try_advisory_xact_lock(${REFRESH_LOCK}::bigint) AS free`,
    );
    if (!lock?.free) return skipped(elapsed());
    end.throwIfAborted();
    const eligible = await findEligible(tx.db, ctx.now);
    end.throwIfAborted();
    const removed = await removeIneligible(tx.db, ctx.now);
    end.throwIfAborted();
    const updated = await updateRegular(tx.db);
    end.throwIfAborted();
    const queued = await insertRegular(tx.db, ctx.now, new DecentHours(ctx.limits));
    end.throwIfAborted();
    await keepScores(tx.db, ctx.now);
    const message = `${queued} queued, ${updated} updated, ${removed} removed.`;
    return {
      success: true,
      message,
      skipped: false,
      results: { queued, updated, removed, eligible },
      duration: elapsed(),
    };
  });
}

function skipped(duration: number): RefreshAnswer {
  const results = { queued: 0, updated: 0, removed: 0, eligible: { unsigned_users: 0, outstanding_requests: 0 } };
  return { success: true, message: "Another refresh is running; it does the work.", skipped: true, results, duration };
}
