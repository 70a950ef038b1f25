import type { Ctx } from "#lib/base/context";
import { deadLetters as lettersIn } from "#modules/jobs";
import { readDeadLetters, type ShownLetter } from "./sql/read-dead-letters.ts";

/**
 * Lists conversations of which every attempt failed and that nobody has redriven, the oldest first: of one run, or of all. At most 100;
 * `hasMore` says that there are others.
 */
export async function deadLetters(
  ctx: Pick<Ctx, "db">,
  { runId, first = 20 }: { runId?: number | undefined; first?: number } = {},
): Promise<{ letters: ShownLetter[]; hasMore: boolean }> {
  const most = Math.min(Math.max(Math.trunc(first), 1), 100);
  const found = await lettersIn(ctx, { ...(runId !== undefined && { runId }), limit: most + 1 });
  const page = found.slice(0, most);
  const letters = await readDeadLetters(ctx, page);
  return { letters, hasMore: found.length > most };
}
