import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { joined, query, type Sql, sql } from "#lib/database/sql";
import { MAX_COUNTED, MESSAGE_STATES, type MessageState } from "../rules.ts";

const row = z.object({ state: z.enum(MESSAGE_STATES), n: z.int() });

/** Counts the messages in each state, up to `MAX_COUNTED` of each. */
export async function countMessages(ctx: ReadCtx): Promise<Record<MessageState, number>> {
  const rows = await query(ctx.db, row, countsStatement());
  return Object.fromEntries(rows.map(({ state, n }) => [state, n])) as Record<MessageState, number>;
}

/** The counts as rows of `state` and `n`. Each state is read by its index, and no further than it is counted. */
export function countsStatement(): Sql {
  // One SELECT per state, in the order of its index: with all states in one SELECT a rare state was looked for in the whole table.
  const ofEach = MESSAGE_STATES.filter((state) => state !== "accepted").map(
    (state) => sql`SELECT ${state}::text AS state, count(*)::int AS n FROM (
      SELECT FROM messages m WHERE m.state = ${state} ORDER BY m.seq DESC LIMIT ${MAX_COUNTED}::int) counted`,
  );
  const ofQueue = sql`SELECT 'accepted', count(*)::int FROM (
    SELECT FROM message_keys WHERE settled_at IS NULL AND queued_at IS NOT NULL LIMIT ${MAX_COUNTED}::int) queued`;
  return joined([...ofEach, ofQueue], " UNION ALL ");
}
