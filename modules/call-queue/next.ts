import { z } from "zod";
import { beginCall } from "#modules/agents";
import { type Ctx, describeActor } from "#lib/context";
import { violated } from "#lib/database-error";
import { inTransaction } from "#lib/db";
import { Refusal } from "#lib/errors";
import { query, sql } from "#lib/sql";
import type { TakeNextAnswer, takeNextInput } from "./schema.ts";
import { claimNext } from "./sql/claim-next.ts";

/** How many entries somebody else is just changing are passed over before the agent is told there is nothing. */
const TRIES = 8;
/** Names `next` among advisory locks, together with the agent's id. */
const NEXT_LOCK = 5_120_002;

/**
 * Claims the agent's next call, opens its call session and sets the agent on call. Asking again before the outcome
 * gets the same call, so a lost answer loses nothing. `next` is null when there is none. Refuses `not_found`,
 * `agent_not_here`, and `agent_on_call` while a call that did not come from the queue goes on or waits for its outcome.
 */
export async function takeNext(ctx: Ctx, input: z.infer<typeof takeNextInput>): Promise<TakeNextAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(ctx, (tx) => take(tx, input));
    } catch (error) {
      // The user, the number, or this agent through a second request, got into a call between choosing and marking: look again.
      const isRace = [
        "call_sessions_one_open_per_user",
        "call_sessions_one_open_per_number",
        "call_sessions_one_open_per_agent",
      ].includes(violated(error) ?? "");
      if (!isRace || attempt === TRIES) throw error;
    }
  }
}

async function take(ctx: Ctx, { agentId, queueType }: z.infer<typeof takeNextInput>): Promise<TakeNextAnswer> {
  // One request of an agent at a time, so that the second finds the call of the first.
  await query(
    ctx.db,
    z.object({ turn: z.string() }),
    sql`SELECT pg_advisory_xact_lock(${NEXT_LOCK}::int, ${agentId}::int)::text AS turn`,
  );
  await mustBeHere(ctx, agentId);
  const open = await findOpenCall(ctx, agentId);
  if (open && open.queueEntryId === null) {
    throw new Refusal(
      "agent_on_call",
      `Agent ${agentId} is in call ${open.id}, or has not recorded its outcome; record it first.`,
      {
        callSessionId: String(open.id),
      },
    );
  }
  const callSessionId = open?.id ?? (await claim(ctx, agentId, queueType ?? null));
  if (callSessionId === null) return { next: null };
  if (!(await beginCall(ctx, agentId)))
    throw new Refusal("agent_not_here", `Agent ${agentId} logged out at this moment; log in first.`);
  return { next: await readCall(ctx, callSessionId) };
}

async function claim(ctx: Ctx, agentId: number, queueType: string | null): Promise<bigint | null> {
  const excluded: number[] = [];
  while (excluded.length < TRIES) {
    const { entryId, callSessionId } = await claimNext(ctx.db, {
      agentId,
      queueType,
      now: ctx.now,
      excluded,
      actor: describeActor(ctx.actor),
    });
    if (callSessionId !== null || entryId === null) return callSessionId;
    excluded.push(entryId);
  }
  return null;
}

async function mustBeHere(ctx: Ctx, agentId: number): Promise<void> {
  const [agent] = await query(
    ctx.db,
    z.object({ name: z.string(), isGone: z.boolean() }),
    sql`SELECT name, gone_since IS NOT NULL AS "isGone" FROM agent_presence WHERE agent_id = ${agentId}`,
  );
  if (!agent) throw new Refusal("not_found", `There is no agent ${agentId}.`);
  if (agent.isGone)
    throw new Refusal("agent_not_here", `${agent.name} (agent ${agentId}) is not logged in; log in first.`);
}

async function findOpenCall(
  ctx: Ctx,
  agentId: number,
): Promise<{ id: bigint; queueEntryId: number | null } | undefined> {
  const [open] = await query(
    ctx.db,
    z.object({ id: z.bigint(), queueEntryId: z.int().nullable() }),
    sql`SELECT id, queue_entry_id AS "queueEntryId" FROM call_sessions
        WHERE agent_id = ${agentId} AND (ended_at IS NULL OR awaits_outcome)
        ORDER BY ended_at DESC NULLS FIRST, id LIMIT 1`,
  );
  return open;
}

const callRow = z.object({
  queueEntryId: z.int(),
  callSessionId: z.bigint(),
  callbackId: z.int().nullable(),
  userId: z.bigint(),
  queueType: z.enum(["unsigned_users", "outstanding_requests"]),
  priorityScore: z.int(),
  firstName: z.string(),
  lastName: z.string(),
  phone: z.string(),
  email: z.string().nullable(),
  timeZone: z.string(),
  isZoneKnown: z.boolean(),
});

async function readCall(ctx: Ctx, callSessionId: bigint): Promise<NonNullable<TakeNextAnswer["next"]>> {
  const [row] = await query(
    ctx.db,
    callRow,
    sql`SELECT q.id AS "queueEntryId", q.call_session_id AS "callSessionId", q.callback_id AS "callbackId", q.user_id AS "userId",
               q.queue_type AS "queueType", q.priority_score AS "priorityScore", u.first_name AS "firstName",
               u.last_name AS "lastName", u.phone, u.email, zone_of(u) AS "timeZone", u.time_zone IS NOT NULL AS "isZoneKnown"
        FROM call_sessions s JOIN call_queue q ON q.id = s.queue_entry_id JOIN users u ON u.id = q.user_id
        WHERE s.id = ${callSessionId}`,
  );
  const { firstName, lastName, phone, email, timeZone, isZoneKnown, ...entry } = row!;
  const user = { firstName, lastName, phone, email, timeZone, isZoneKnown };
  return { ...entry, callSessionId: String(entry.callSessionId), userId: String(entry.userId), user };
}
