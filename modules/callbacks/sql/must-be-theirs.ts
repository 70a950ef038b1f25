import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { query, sql, type Sql } from "#lib/database/sql";
import { isAbout } from "../fate.ts";
import { callbackNotFound } from "../store.ts";

/** Refuses `not_found` to an agent who neither has the callback, nor an entry of it as `isTheirEntry` says, nor it as `isTheirs` says. */
export async function mustBeTheirs(
  { db, actor }: ReadCtx,
  callbackId: number,
  isTheirEntry: (agentId: number) => Sql,
  isTheirs: (agentId: number) => Sql = () => sql`false`,
): Promise<void> {
  if (actor.kind !== "agent") return;
  const [row] = await query(
    db,
    z.object({ isOnDesk: z.boolean() }),
    sql`SELECT EXISTS (
          SELECT FROM callbacks c WHERE c.id = ${callbackId}
            AND (${actor.agentId}::int IN (c.preferred_agent_id, c.accepted_by_agent_id, c.completed_by_agent_id)
                 OR ${isTheirs(actor.agentId)}
                 OR EXISTS (SELECT FROM call_queue q WHERE ${isAbout(sql`q`)} AND ${isTheirEntry(actor.agentId)}))) AS "isOnDesk"`,
  );
  if (!row?.isOnDesk) throw callbackNotFound(callbackId, actor);
}
