import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { takeNextAnswer } from "../schema.ts";

export type NextOrder = { agentId: number; queueType: string | null; now: Date };

const taken = z.object({
  name: z.string(),
  isGone: z.boolean(),
  /** The agent's call that did not come from the queue. */
  otherCallId: z.bigint().nullable(),
  call: takeNextAnswer.shape.next,
});
export type Taken = z.infer<typeof taken>;

/**
 * Takes the agent's next call in one round trip: the database function `take_next` chooses, locks with SKIP LOCKED,
 * marks, and reads the call back; its migration says how. Undefined when there is no such agent.
 */
export async function takeNextCall(db: Db, order: NextOrder & { actor: string }): Promise<Taken | undefined> {
  const [row] = await query(
    db,
    taken,
    sql`SELECT agent_name AS name, is_gone AS "isGone", other_call_id AS "otherCallId", call
        FROM take_next(${order.agentId}::int, ${order.queueType}::text, ${order.now}::timestamptz, ${order.actor}::text)`,
  );
  return row;
}

/** The entry that a claim at this moment would take, without taking it; null when none is waiting. */
export async function peekNext(db: Db, { agentId, queueType, now }: NextOrder): Promise<number | null> {
  const [row] = await query(
    db,
    z.object({ id: z.int().nullable() }),
    sql`SELECT next_entry(${agentId}::int, ${queueType}::text, ${now}::timestamptz) AS id`,
  );
  return row?.id ?? null;
}
