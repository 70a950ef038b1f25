import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { deadLetters as lettersIn } from "#modules/jobs";
import { checked, listLength } from "./input.ts";
import { readDeadLetters, type ShownLetter } from "./sql/read-dead-letters.ts";
import { runOf } from "./store.ts";

const wish = z.strictObject({ first: listLength.default(20) });

/**
 * Lists conversations of which every attempt failed and that nobody has redriven, the oldest first: of one run, or of all. `first`
 * is 1 to 100; `hasMore` says that there are others. Refuses JobValidationError and `not_found`.
 */
export async function deadLetters(
  ctx: Pick<Ctx, "db">,
  { runId, ...given }: { runId?: number | undefined; first?: number } = {},
): Promise<{ letters: ShownLetter[]; hasMore: boolean }> {
  const { first } = checked(wish, given);
  if (runId !== undefined) await runOf(ctx, runId);
  const found = await lettersIn(ctx, { ...(runId !== undefined && { runId }), limit: first + 1 });
  const page = found.slice(0, first);
  const letters = await readDeadLetters(ctx, page);
  return { letters, hasMore: found.length > first };
}
