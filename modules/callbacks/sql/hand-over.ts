import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import { event } from "./event.ts";
import { plusMinutes, RELEASE_COOL_DOWN_MINUTES } from "../rules.ts";

/** One callback that changes hands. */
export type HandOver = {
  callbackId: number;
  fromAgentId: number | null;
  toAgentId: number | null;
  /** Whose promise it is from now on. */
  ownerId: number | null;
  /** Its live entry leaves the agent who has it. */
  leaves: boolean;
  /** Takes an earlier move back. */
  isUndo: boolean;
  why: string;
};

/**
 * Writes the new owner of each promise. An accepted promise that leaves its agent is pending again. The previous agent is excluded
 * from routing for ten minutes, as after a release.
 */
export async function changeHands(ctx: Ctx, given: readonly HandOver[]): Promise<void> {
  const { now } = ctx;
  await execute(
    ctx.db,
    sql`UPDATE callbacks c
        SET preferred_agent_id = x."ownerId",
            status = CASE WHEN x.leaves THEN 'pending' ELSE c.status END,
            accepted_by_agent_id = CASE WHEN NOT x.leaves THEN c.accepted_by_agent_id END,
            accepted_at = CASE WHEN NOT x.leaves THEN c.accepted_at END,
            released_by_agent_id = CASE WHEN x."fromAgentId" <> coalesce(x."toAgentId", 0) THEN x."fromAgentId"
                                        WHEN c.released_by_agent_id <> x."toAgentId" THEN c.released_by_agent_id END,
            released_until = CASE WHEN x."fromAgentId" <> coalesce(x."toAgentId", 0) THEN ${plusMinutes(now, RELEASE_COOL_DOWN_MINUTES)}::timestamptz
                                  WHEN c.released_by_agent_id <> x."toAgentId" THEN c.released_until END,
            failed_ticks = 0, quarantined_at = NULL, ${event(ctx, {
              type: "reassigned",
              why: sql`x.why`,
              data: sql`jsonb_build_object('fromAgentId', x."fromAgentId", 'toAgentId', x."toAgentId")
                || CASE WHEN x."isUndo" THEN '{"isUndo": true}'::jsonb ELSE '{}' END`,
            })}
        FROM json_to_recordset(${JSON.stringify(given)}::json) AS x("callbackId" int, "fromAgentId" int, "toAgentId" int,
               "ownerId" int, leaves boolean, "isUndo" boolean, why text)
        WHERE c.id = x."callbackId" AND c.status IN ('pending', 'accepted')`,
  );
}
