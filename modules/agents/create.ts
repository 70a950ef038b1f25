import { violated } from "#lib/database/error";
import type { Ctx } from "#lib/base/context";
import { writeAudit } from "#lib/identity/audit";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import type { z } from "zod";
import { agentAnswer, type CreateAgentInput } from "./schema.ts";
import { AGENT_COLUMNS } from "./sql/agent-columns.ts";

/** Creates an agent, active and not logged in. Refuses `conflict` when the e-mail address is taken, in any case of its letters. */
export async function createAgent(ctx: Ctx, input: CreateAgentInput): Promise<z.infer<typeof agentAnswer>> {
  try {
    return await inTransaction(ctx, async (tx) => {
      const [made] = await query(
        tx.db,
        agentAnswer,
        sql`INSERT INTO agents AS a (first_name, last_name, email, allowed_queues, is_ai_agent, team, created_at)
          VALUES (${input.firstName}, ${input.lastName}, ${input.email}, ${input.allowedQueues}::text[], ${input.isAiAgent},
                  ${input.team ?? null}, ${ctx.now}::timestamptz)
          RETURNING ${AGENT_COLUMNS}`,
      );
      await writeAudit(tx.db, { actor: ctx.actor, action: "agent.made", subject: `agent ${made!.id}` });
      return made!;
    });
  } catch (error) {
    throw emailTaken(error) ?? error;
  }
}

/** The refusal for an e-mail address of another agent, if the error means that. */
export function emailTaken(error: unknown): Refusal | undefined {
  if (violated(error) !== "agents_email_is_unique") return undefined;
  return new Refusal("conflict", "There is an agent with this e-mail address already; give another address.");
}
