import type { Ctx } from "#lib/base/context";
import { cancelPromises } from "../sql/withdraw-promises.ts";
import { findMarked } from "../sql/find-marked.ts";

/** Cancels the open promises to these users whose number, or the number that the promise names, asked not to be called. */
export async function cancelUncallable(ctx: Ctx, userIds: readonly bigint[]): Promise<void> {
  if (userIds.length === 0) return;
  const marked = await findMarked(ctx.db, userIds);
  await cancelPromises(ctx, {
    userIds: marked.filter(({ named }) => named === null).map(({ userId }) => userId),
    numbers: marked.map(({ named }) => named).filter((named) => named !== null),
    why: "This number asked not to be called.",
  });
}
