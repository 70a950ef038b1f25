import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";
import { writeAudit } from "#lib/identity/audit";
import { holdOffer } from "./sql/hold-offer.ts";

/** The callback of an entry; null for a regular entry and for an unknown one. */
export async function offeredCallback(db: Db, queueEntryId: number): Promise<number | null> {
  const [row] = await query(
    db,
    z.object({ callbackId: z.int().nullable() }),
    sql`SELECT callback_id AS "callbackId" FROM call_queue WHERE id = ${queueEntryId}`,
  );
  return row?.callbackId ?? null;
}

/**
 * Locks the entry that is offered to the agent, and returns the agent and the user. Refuses `not_found` for an entry that is not,
 * or no longer, offered, in the words for one that does not exist.
 */
export async function entryOffered(db: Db, offer: { queueEntryId: number; agentId: number }) {
  const found = await holdOffer(db, offer);
  if (found) return found;
  throw new Refusal("not_found", `Entry ${offer.queueEntryId} is not offered to this agent; look who is next now.`);
}

type Skip = { queueEntryId: number; userId: bigint; agentId: number; until: Date; why: string; reason: string };

/**
 * Keeps a regular entry from the agent until then, and shows the reason to the agent who is offered it next. The caller holds the
 * lock of the entry. No callback has an event of it, so the skip is written into the audit, without the reason.
 */
export async function noteSkip(
  { db, now, actor }: Ctx,
  { queueEntryId, userId, agentId, until, why, reason }: Skip,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE call_queue SET skipped_by_agent_id = ${agentId}, skipped_at = ${now}::timestamptz,
               skipped_until = ${until}::timestamptz, skip_why = ${reason}, queue_reason = ${why}
        WHERE id = ${queueEntryId}`,
  );
  await writeAudit(db, {
    actor,
    action: "user.skipped",
    subject: `user ${userId}`,
    details: { agentId, queueEntryId },
  });
}
