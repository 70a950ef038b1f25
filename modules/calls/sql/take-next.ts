import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { takeNextAnswer } from "#schema/call-queue";

const taken = z.object({
  name: z.string(),
  isGone: z.boolean(),
  /** The agent's call that did not come from the queue. */
  otherCallId: z.bigint().nullable(),
  call: takeNextAnswer.shape.next,
});
export type Taken = z.infer<typeof taken>;

type Claim = { agentId: number; queueType: string | null; now: Date; actor: string; yields: boolean };

/**
 * Takes the agent's next call in one round trip: the database function `take_next` finds the call that is open, or opens the next
 * one with `lock_next_entry` and `claim_entry` of the call queue, and reads it back. Undefined when there is no such agent. With
 * `yields` it opens none of the regular queue while another transaction holds a promise that this agent should get first.
 */
export async function takeNextCall(
  db: Db,
  { agentId, queueType, now, actor, yields }: Claim,
): Promise<Taken | undefined> {
  const [row] = await query(
    db,
    taken,
    sql`SELECT agent_name AS name, is_gone AS "isGone", other_call_id AS "otherCallId", call
        FROM take_next(${agentId}::int, ${queueType}::text, ${now}::timestamptz, ${actor}::text, ${yields}::boolean)`,
  );
  return row;
}
