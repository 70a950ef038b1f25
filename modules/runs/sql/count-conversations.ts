import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

/** pg-boss keeps ended jobs for a day, so ended runs are counted for a day, too. */
const KEPT_HOURS = 24;

const conversations = z.object({ live: z.int(), completed: z.int(), failed: z.int(), cancelled: z.int() });

/** Sums the counts of the runs that are open or ended within a day. */
export async function countConversations(ctx: Pick<Ctx, "db">): Promise<z.infer<typeof conversations>> {
  const [counted] = await query(
    ctx.db,
    conversations,
    sql`SELECT coalesce(sum(live), 0)::int AS live, coalesce(sum(completed), 0)::int AS completed, coalesce(sum(failed), 0)::int AS failed,
               coalesce(sum(cancelled), 0)::int AS cancelled
        FROM run_counts WHERE run_id = ANY (ARRAY(
          SELECT id FROM runs WHERE ended_at IS NULL OR ended_at > ringback_now() - ${KEPT_HOURS}::int * interval '1 hour'))`,
  );
  return counted!;
}
