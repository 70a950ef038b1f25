import type { z } from "zod";
import { removeFromQueue } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { handOver } from "./reassign.ts";
import { remind } from "./remind.ts";
import { routeAgain } from "./route-again.ts";
import type { undoMoveAnswer, undoMoveInput } from "./schema.ts";
import { findMoved, type Moved } from "./sql/find-moved.ts";
import { lockPromises } from "./sql/lock-promises.ts";
import { restoreTimes } from "./sql/restore-times.ts";

/**
 * Takes the caller's last move of these callbacks back, in one transaction: to another agent, or to another time. One that somebody
 * has changed since, or whose call is under way, stays as it is, and the answer names it. An acceptance that the move ended is not
 * restored, and due callbacks are routed again before the answer. Refuses `wrong_state` when nothing can be taken back.
 */
export async function undoMove(
  ctx: Ctx,
  { callbackIds, moved }: z.infer<typeof undoMoveInput>,
): Promise<z.infer<typeof undoMoveAnswer>> {
  return inTransaction(ctx, async (tx) => {
    const locked = await lockPromises(tx.db, callbackIds);
    const free = locked.filter(({ status, entry }) => ["pending", "accepted"].includes(status) && !entry?.isInCall);
    const found = await findMoved(
      tx,
      free.map(({ id }) => id),
      moved,
    );
    if (found.length === 0)
      throw new Refusal(
        "wrong_state",
        "Somebody has changed these callbacks since they were moved, so the move stays. Change them one by one.",
      );
    if (moved === "reassigned") await handBack(tx, found);
    else await moveBack(tx, found);
    const back = found.map(({ id }) => id);
    const changed = callbackIds.filter((id) => !back.includes(id));
    const rest = changed.length === 0 ? "" : ` Changed since, and left as it is: callback ${changed.join(", ")}.`;
    const done = `Taken back: ${back.length === 1 ? "1 callback" : `${back.length} callbacks`} as before.`;
    return { success: true, message: `${done}${rest}`, data: { callbackIds: back, changedSince: changed } };
  });
}

async function handBack(tx: Ctx, found: readonly Moved[]): Promise<void> {
  const ownerOf = new Map(found.map(({ id, preferredAgentId }) => [id, preferredAgentId]));
  for (const [agentId, group] of Map.groupBy(found, ({ fromAgentId }) => fromAgentId))
    await handOver(
      tx,
      group.map(({ id }) => id),
      { toAgentId: agentId, ownerOf: ({ id }) => ownerOf.get(id) ?? null, isUndo: true },
    );
}

async function moveBack(tx: Ctx, found: readonly Moved[]): Promise<void> {
  const ids = found.map(({ id }) => id);
  for (const id of ids) await removeFromQueue(tx, id, "the time of before was restored");
  await restoreTimes(tx, ids);
  await routeAgain(tx, [...new Set(found.map(({ userId }) => userId))]);
  for (const id of ids) await remind(tx, id, "moved");
}
