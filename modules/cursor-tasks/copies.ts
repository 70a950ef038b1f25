import type { ReadCtx } from "#lib/base/context";
import type { Copies } from "#lib/kv";
import { KvError } from "#lib/kv/error";
import type { Until } from "#lib/time/until";
import type { FoundTask } from "./document.ts";
import { keyOf } from "./rules.ts";
import { findCopyStates, findDueCopies, markSynced } from "./sql/copies.ts";
import { findTasks } from "./sql/find-tasks.ts";

/** A copy expires this long before its task, because its TTL may be computed from a clock reading that is some seconds old. */
const MARGIN_MS = 10_000;
/** The number of copies in one step of a sweep, and of documents in one transfer. */
const PAGE = 500;
const DOCUMENTS_BATCH_SIZE = 20;
/** Maximum pages of one sweep; the next sweep does the others. */
const MAX_PAGES = 40;

/** Writes the copy of a task that was read or written at `now`. The copy is only read first; it decides nothing. */
export async function keepCopy({ kv }: ReadCtx, found: FoundTask, now: Date): Promise<void> {
  if (found.mayBeCopied) await kv.write(keyOf(found.taskId), heldOf(found, now));
}

function heldOf({ document }: FoundTask, now: Date) {
  return { stored: document, leftMs: Date.parse(document.expiresAt) - now.getTime() - MARGIN_MS };
}

/** The fault of the store of copies, as a sentence; null when it answers, or when there is none. */
export async function storeFault({ kv }: ReadCtx): Promise<string | null> {
  try {
    await kv.copies?.versions([""]);
    return null;
  } catch (error) {
    if (error instanceof KvError) return error.message;
    throw error;
  }
}

/**
 * Makes the copies of these tasks equal to their rows: writes missing and old ones, and deletes those that may not exist. Copies
 * in a Redis that does not answer stay due for the next sweep. Returns how many were written.
 */
export async function syncCopies(ctx: ReadCtx, taskIds: readonly string[]): Promise<number> {
  return whileReachable(ctx, (copies) => syncPage(ctx, copies, taskIds));
}

/** Does the same for every copy that is due, page by page; pages for which `until` leaves no time stay due. */
export async function syncDueCopies(ctx: ReadCtx, until: Until): Promise<number> {
  return whileReachable(ctx, (copies) => syncDue(ctx, copies, until));
}

async function whileReachable(ctx: ReadCtx, work: (copies: Copies) => Promise<number>): Promise<number> {
  const { copies } = ctx.kv;
  if (copies === null) return 0;
  try {
    return await work(copies);
  } catch (error) {
    if (!(error instanceof KvError)) throw error;
    ctx.log.warn({ reason: error.message }, "copies of cursor tasks are left to the next sweep");
    return 0;
  }
}

async function syncDue(ctx: ReadCtx, copies: Copies, { stop }: Until): Promise<number> {
  let count = 0;
  for (let pages = 0; pages < MAX_PAGES && !stop.aborted; pages += 1) {
    const taskIds = await findDueCopies(ctx.db, PAGE);
    if (taskIds.length === 0) break;
    count += await syncPage(ctx, copies, taskIds);
  }
  return count;
}

async function syncPage({ db }: ReadCtx, copies: Copies, taskIds: readonly string[]): Promise<number> {
  // Redis is read before the table, so a version that is newer in Redis than in the table was never in this table.
  const found = await copies.versions(taskIds.map(keyOf));
  const there = new Map(taskIds.map((taskId, i) => [taskId, found[i] ?? 0]));
  const states = await findCopyStates(db, taskIds);
  const isWanted = ({ leftMs, mayBeCopied }: (typeof states)[number]) => mayBeCopied && leftMs > MARGIN_MS;
  const dropped = states.filter((state) => !isWanted(state));
  await Promise.all(dropped.map(({ taskId, version, leftMs }) => copies.drop(keyOf(taskId), version, leftMs)));
  const old = states.filter((state) => isWanted(state) && there.get(state.taskId) !== state.version);
  let count = 0;
  for (let i = 0; i < old.length; i += DOCUMENTS_BATCH_SIZE) {
    const some = old.slice(i, i + DOCUMENTS_BATCH_SIZE).map(({ taskId }) => taskId);
    count += await writeCopies(await findTasks(db, some), copies, there);
  }
  await markSynced(db, states);
  return count;
}

async function writeCopies(
  tasks: Awaited<ReturnType<typeof findTasks>>,
  copies: Copies,
  there: ReadonlyMap<string, number>,
): Promise<number> {
  const written = await Promise.all(
    tasks.map((task) => {
      const version = there.get(task.taskId)!;
      const over = version > task.document.version ? version : undefined;
      return task.mayBeCopied && copies.put(keyOf(task.taskId), heldOf(task, task.now), over);
    }),
  );
  return written.filter(Boolean).length;
}
