import type { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { emailTaken } from "./create.ts";
import { agentAnswer, type ChangeAgentInput } from "./schema.ts";
import { AGENT_COLUMNS } from "./sql/agent-columns.ts";

/**
 * Changes the given fields of an agent. Waiting entries are routed by the new rights at the next tick; a call under way
 * continues. Refuses `not_found`, and `conflict` when another agent has the e-mail address.
 */
export async function changeAgent(ctx: Ctx, input: ChangeAgentInput): Promise<z.infer<typeof agentAnswer>> {
  const { agentId, ...changes } = input;
  try {
    return await inTransaction(ctx, async (tx) => {
      const [changed] = await query(
        tx.db,
        agentAnswer,
        sql`UPDATE agents AS a
            SET first_name = coalesce(${changes.firstName ?? null}, a.first_name),
                last_name = coalesce(${changes.lastName ?? null}, a.last_name),
                email = coalesce(${changes.email ?? null}, a.email),
                allowed_queues = coalesce(${changes.allowedQueues ?? null}::text[], a.allowed_queues),
                is_ai_agent = coalesce(${changes.isAiAgent ?? null}::boolean, a.is_ai_agent),
                team = CASE WHEN ${changes.team !== undefined} THEN ${changes.team ?? null} ELSE a.team END
            WHERE a.id = ${agentId}
            RETURNING ${AGENT_COLUMNS}`,
      );
      if (!changed) throw new Refusal("not_found", `There is no agent ${agentId}.`);
      // The audit records rights; it does not store names and addresses of people.
      const { allowedQueues, isAiAgent } = changes;
      const details = { changed: Object.keys(changes), allowedQueues, isAiAgent };
      await writeAudit(tx.db, { actor: ctx.actor, action: "agent.changed", subject: `agent ${agentId}`, details });
      return changed;
    });
  } catch (error) {
    throw emailTaken(error) ?? error;
  }
}
