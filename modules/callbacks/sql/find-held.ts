import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { OPEN_WITH_AGENTS } from "#modules/agents";
import { isAbout } from "../fate.ts";

/** The open callbacks with an agent, those that the list of agents counts, by whether a call is about them. Refuses `not_found` (agent). */
export async function findHeld(ctx: Ctx, agentId: number): Promise<{ waiting: number[]; inCall: number[] }> {
  const [agent] = await query(ctx.db, z.object({ id: z.int() }), sql`SELECT id FROM agents WHERE id = ${agentId}`);
  if (!agent) throw new Refusal("not_found", `There is no agent ${agentId}.`);
  const held = await query(
    ctx.db,
    z.object({ id: z.int(), isInCall: z.boolean() }),
    sql`SELECT c.id, q.call_session_id IS NOT NULL AS "isInCall"
        FROM (${OPEN_WITH_AGENTS}) o JOIN callbacks c ON c.id = o.id LEFT JOIN live_entries q ON ${isAbout(sql`q`)}
        WHERE o.agent_id = ${agentId} ORDER BY c.id`,
  );
  const ids = (wanted: boolean) => held.filter(({ isInCall }) => isInCall === wanted).map(({ id }) => id);
  return { waiting: ids(false), inCall: ids(true) };
}
