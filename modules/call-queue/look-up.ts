import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { countAttempt, tooMany } from "#lib/database/rate-limit";
import { dialledFrom, plainNumber, readNumber, withoutExtension } from "#lib/base/phone";
import { query, sql } from "#lib/database/sql";
import { LOOKED_UP } from "./sql/read-ties.ts";
import type { lookUpAnswer, lookUpInput } from "./users-schema.ts";
import { findByNumber } from "./sql/find-by-number.ts";

type Answer = z.infer<typeof lookUpAnswer>;

/**
 * Finds the user with this full telephone number, national or international, for an agent who is being called; `user` is null
 * when no user has it. Of several users with the number it finds the one with the latest call. The user is then at the agent's
 * desk for half an hour. Every look-up counts, whether it finds a user or not, and is in the audit, without the number. Refuses
 * `not_found` (agent), and `too_many_requests` beyond AGENT_LOOKUPS_PER_HOUR.
 */
export async function lookUpUser(ctx: Ctx, { agentId, phone: given }: z.infer<typeof lookUpInput>): Promise<Answer> {
  const phone = plainNumber(given);
  return inTransaction(ctx, async (tx) => {
    await mustExist(tx, agentId);
    const { count, leftMs } = await countAttempt(tx.db, `look-ups of agent ${agentId}`, 60);
    if (count > tx.limits.agentLookupsPerHour) throw tooMany(leftMs);
    const country = dialledFrom({ timeZone: tx.limits.deskTimeZone }, tx.limits.defaultCountry);
    const user = await findByNumber(tx, withoutExtension(phone), readNumber(phone, country));
    await writeAudit(tx.db, {
      actor: tx.actor,
      action: LOOKED_UP,
      subject: user ? `user ${user.userId}` : `a number ending in ${phone.replace(/[^0-9]/g, "").slice(-2)}`,
      details: { agentId, found: user !== null },
    });
    return { user };
  });
}

async function mustExist({ db }: Ctx, agentId: number): Promise<void> {
  const [agent] = await query(db, z.object({ id: z.int() }), sql`SELECT id FROM agents WHERE id = ${agentId}`);
  if (!agent) throw new Refusal("not_found", `There is no agent ${agentId}.`);
}
