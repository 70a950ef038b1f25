import { z } from "zod";
import type { ReadCtx } from "#lib/context";
import { joined, query, type Sql, sql } from "#lib/sql";
import {
  callbackAnswer,
  type callbackIdInput,
  type callbackStoryAnswer,
  type listAnswer,
  type listInput,
  type overdueAnswer,
  type overdueInput,
} from "./schema.ts";
import { mustBeOnDesk } from "./own-desk.ts";
import { CALLBACK_COLUMNS, callbackNotFound, findCallback, findEvents } from "./store.ts";

/** A page of callbacks, newest first; `nextCursor` leads to the older ones and is null on the last page. */
export async function listCallbacks(
  ctx: ReadCtx,
  input: z.infer<typeof listInput>,
): Promise<z.infer<typeof listAnswer>> {
  const wanted: Sql[] = [sql`true`];
  if (input.status) wanted.push(sql`c.status = ${input.status}`);
  if (input.agentId)
    wanted.push(sql`(c.preferred_agent_id = ${input.agentId} OR c.accepted_by_agent_id = ${input.agentId})`);
  if (input.userId) wanted.push(sql`c.user_id = ${input.userId}`);
  if (input.from) wanted.push(sql`c.scheduled_for >= ${input.from}::timestamptz`);
  if (input.to) wanted.push(sql`c.scheduled_for < ${input.to}::timestamptz`);
  if (input.cursor) wanted.push(sql`c.id < ${input.cursor}`);
  const callbacks = await query(
    ctx.db,
    callbackAnswer,
    sql`SELECT ${CALLBACK_COLUMNS} FROM callbacks c WHERE ${joined(wanted, " AND ")} ORDER BY c.id DESC LIMIT ${input.limit}`,
  );
  return { callbacks, nextCursor: cursorAfter(callbacks, input.limit) };
}

/** What should have been called by now, oldest promise first. */
export async function listOverdue(
  ctx: ReadCtx,
  input: z.infer<typeof overdueInput>,
): Promise<z.infer<typeof overdueAnswer>> {
  const wanted: Sql[] = [sql`c.status IN ('pending', 'accepted') AND c.scheduled_for < clock.now`];
  if (input.agentId)
    wanted.push(sql`(c.preferred_agent_id = ${input.agentId} OR c.accepted_by_agent_id = ${input.agentId})`);
  if (input.cursor)
    wanted.push(sql`(c.scheduled_for, c.id) > (SELECT scheduled_for, id FROM callbacks WHERE id = ${input.cursor})`);
  const callbacks = await query(
    ctx.db,
    callbackAnswer.extend({ minutesOverdue: z.int() }),
    sql`WITH clock AS MATERIALIZED (SELECT ringback_now() AS now)
        SELECT ${CALLBACK_COLUMNS}, floor(extract(epoch FROM clock.now - c.scheduled_for) / 60)::int AS "minutesOverdue"
        FROM callbacks c, clock WHERE ${joined(wanted, " AND ")} ORDER BY c.scheduled_for, c.id LIMIT ${input.limit}`,
  );
  return { callbacks, nextCursor: cursorAfter(callbacks, input.limit) };
}

/** One callback with everything that happened to it. Refuses `not_found`. */
export async function getCallback(
  ctx: ReadCtx,
  { id }: z.infer<typeof callbackIdInput>,
): Promise<z.infer<typeof callbackStoryAnswer>> {
  await mustBeOnDesk(ctx, id);
  const callback = await findCallback(ctx.db, id);
  if (!callback) throw callbackNotFound(id);
  return { ...callback, events: await findEvents(ctx.db, id) };
}

function cursorAfter(page: readonly { id: number }[], limit: number): number | null {
  return page.length === limit ? (page.at(-1)?.id ?? null) : null;
}
