import type { Ctx, ReadCtx } from "#lib/base/context";
import type { Copied } from "#lib/kv/copied";
import { KvError } from "#lib/kv/error";
import { keyOf } from "./rules.ts";

/** The documents of all tasks. */
export function documents(ctx: ReadCtx): Copied {
  return ctx.kv("cursor_tasks");
}

/** What is wrong with the store of the copies, in a sentence; null when it answers, or when there is none. */
export async function storeFault(ctx: ReadCtx): Promise<string | null> {
  return documents(ctx).fault();
}

/**
 * Brings the copies of these tasks in line with their rows, or of all that are due. When the copies cannot be reached
 * they stay due for the next sweep. Returns how many were written.
 */
export async function syncCopies(ctx: ReadCtx, taskIds?: readonly string[]): Promise<number> {
  try {
    return await documents(ctx).sync(taskIds?.map(keyOf));
  } catch (error) {
    if (!(error instanceof KvError)) throw error;
    ctx.log.warn({ reason: error.message }, "copies of cursor tasks are left to the next sweep");
    return 0;
  }
}

/** The same once the transaction that `ctx` may be in is over: before that nobody else sees what it wrote. */
export async function syncCopiesAfter(ctx: Ctx, taskIds: readonly string[]): Promise<void> {
  if (taskIds.length === 0) return;
  if ("$transaction" in ctx.db) await syncCopies(ctx, taskIds);
  else ctx.afterAnswer(() => syncCopies(ctx, taskIds));
}
