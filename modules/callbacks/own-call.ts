import { z } from "zod";
import { mustHaveAtDesk } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";

/** For how long after a call its agent may still make a promise from it, when its user has left the desk. */
const OWN_CALL_HOURS = 24;

type Reached = { userId: bigint; originalCallSessionId?: bigint | undefined };

/**
 * An agent may promise only to a user at their own desk, or from a call of their own with that user that began within the last day. Refuses
 * `not_found`, in the same words for a user of another desk, for a user who does not exist, and for a call that is not the
 * agent's own with this user.
 */
export async function mustReach(ctx: Ctx, { userId, originalCallSessionId }: Reached): Promise<void> {
  const { actor } = ctx;
  if (actor.kind === "agent" && originalCallSessionId !== undefined) {
    if (await isOwnCall(ctx, actor.agentId, originalCallSessionId, userId)) return;
  }
  await mustHaveAtDesk(ctx, userId);
}

async function isOwnCall({ db, now }: Ctx, agentId: number, id: bigint, userId: bigint): Promise<boolean> {
  const [own] = await query(
    db,
    z.object({ isRecent: z.boolean() }),
    sql`SELECT started_at > ${now}::timestamptz - ${OWN_CALL_HOURS}::int * interval '1 hour' AS "isRecent"
        FROM call_sessions WHERE id = ${id} AND agent_id = ${agentId} AND user_id = ${userId}`,
  );
  if (!own) throw new Refusal("not_found", `There is no call ${id} of yours with this user.`);
  return own.isRecent;
}
