import { z } from "zod";
import { noteActivity } from "#modules/agents";
import { askedNotToBeCalled } from "#modules/call-queue";
import { type Ctx, describeActor } from "#lib/context";
import { violated } from "#lib/database-error";
import { inTransaction } from "#lib/db";
import { Refusal } from "#lib/errors";
import { DecentHours, nightWarning } from "#lib/decent-hours";
import { execute, query, sql } from "#lib/sql";
import { mustBeWithinReach } from "./own-desk.ts";
import { ACCEPTED_SCORE } from "./rules.ts";
import type { acceptAnswer, acceptInput } from "./schema.ts";
import { type LockedCallback, lockCallback, mustBeOpen } from "./store.ts";

type Answer = z.infer<typeof acceptAnswer>;

/**
 * Makes the callback the agent's very next call: one live entry at -2000, available now, in place of every other live
 * entry of the user. Of any number of simultaneous accepts exactly one wins; a repeat by the winner gets the same
 * answer. Refuses `not_found`, `agent_not_here`, `wrong_queue`, `already_accepted` (saying who has it),
 * `wrong_state`, `do_not_call`, `wrong_number` and `user_on_call`, also when somebody else who has the number is in a call.
 */
export async function acceptCallback(ctx: Ctx, input: z.infer<typeof acceptInput>): Promise<Answer> {
  await mustNotBeTaken(ctx, input);
  try {
    return await inTransaction(ctx, (tx) => accept(tx, input));
  } catch (error) {
    // Another callback of the same user was accepted, or its entry made, at this very moment.
    const name = violated(error);
    if (name === "callbacks_one_accepted_per_user" || name === "call_queue_one_live_entry_per_user") {
      throw new Refusal("conflict", "Another callback of this user was taken at this moment; look again.");
    }
    throw error;
  }
}

/** A glance before the lock: of a crowd that runs for one callback, those who come late need not wait for its lock. */
async function mustNotBeTaken(ctx: Ctx, { callbackId, agentId }: z.infer<typeof acceptInput>): Promise<void> {
  await mustBeWithinReach(ctx, callbackId);
  const [taken] = await query(
    ctx.db,
    z.object({ id: z.int(), acceptedByAgentId: z.int(), acceptedByName: z.string() }),
    sql`SELECT c.id, a.id AS "acceptedByAgentId", a.first_name || ' ' || a.last_name AS "acceptedByName"
        FROM callbacks c JOIN agents a ON a.id = c.accepted_by_agent_id
        WHERE c.id = ${callbackId} AND c.status = 'accepted' AND c.accepted_by_agent_id <> ${agentId}`,
  );
  if (taken) throw alreadyAccepted(taken);
}

async function accept(ctx: Ctx, { callbackId, agentId }: z.infer<typeof acceptInput>): Promise<Answer> {
  const callback = await lockCallback(ctx.db, callbackId);
  const context = await readAcceptContext(ctx, callback, agentId);
  mustBeHere(context, agentId);
  mustBeOpen(callback);
  if (callback.status === "accepted") {
    if (callback.acceptedByAgentId !== agentId) throw alreadyAccepted(callback);
    if (context.ownEntryId === null) throw new Error(`callback ${callbackId} is accepted and has no live entry`);
    return answer(ctx, context, callback, context.ownEntryId);
  }
  await mustBeAllowed(ctx, context, callback, agentId);
  if (context.accepted >= ctx.limits.agentCallbackCap) {
    const sentence = `${context.name} has accepted ${context.accepted} callbacks already; call or release one first.`;
    throw new Refusal("accept_limit", sentence);
  }
  const taken = await query(
    ctx.db,
    z.object({ callbackId: z.int().nullable(), named: z.array(z.int()) }),
    sql`UPDATE call_queue SET status = 'removed', closed_at = ${ctx.now}::timestamptz, closed_reason = ${`gives way to accepted callback ${callbackId}`}
        WHERE user_id = ${callback.userId} AND status IN ('pending', 'assigned') AND call_session_id IS NULL
        RETURNING callback_id AS "callbackId", named_callback_ids AS named`,
  );
  // The other due callbacks of this user stay covered: the new entry names them.
  const named = new Set(
    taken.flatMap((entry) => [entry.callbackId, ...entry.named]).filter((id) => id !== null && id !== callbackId),
  );
  const [entry] = await query(
    ctx.db,
    z.object({ id: z.int() }),
    sql`INSERT INTO call_queue (user_id, queue_type, priority_score, status, queue_reason, assigned_to_agent_id, assigned_at,
                                callback_id, named_callback_ids, available_from, created_at)
        VALUES (${callback.userId}, ${context.queueType}, ${ACCEPTED_SCORE}, 'assigned', ${`Accepted by ${context.name}.`}, ${agentId},
                ${ctx.now}::timestamptz, ${callbackId}, ${[...named]}::int[], ${ctx.now}::timestamptz, ${ctx.now}::timestamptz)
        RETURNING id`,
  );
  await execute(
    ctx.db,
    sql`UPDATE callbacks SET status = 'accepted', accepted_by_agent_id = ${agentId}, accepted_at = ${ctx.now}::timestamptz,
               first_queued_at = coalesce(first_queued_at, ${ctx.now}::timestamptz),
               first_taken_at = coalesce(first_taken_at, ${ctx.now}::timestamptz),
               -- Who gave it back and takes it after all may call at once.
               released_by_agent_id = nullif(released_by_agent_id, ${agentId}::int),
               released_until = CASE WHEN released_by_agent_id IS DISTINCT FROM ${agentId}::int THEN released_until END, failed_ticks = 0, quarantined_at = NULL,
               event_type = 'accepted', event_at = ${ctx.now}::timestamptz, event_actor = ${describeActor(ctx.actor)},
               event_why = ${`${context.name} accepted it.`}, event_data = ${JSON.stringify({ agentId, entryId: entry!.id })}::jsonb
        WHERE id = ${callbackId} AND status = 'pending'`,
  );
  await noteActivity(ctx, { agentId });
  return answer(ctx, context, callback, entry!.id);
}

const acceptContext = z.object({
  name: z.string(),
  isAiAgent: z.boolean(),
  isGone: z.boolean(),
  mayWorkQueue: z.boolean(),
  queueType: z.string(),
  zone: z.string(),
  isDoNotCall: z.boolean().nullable(),
  isWrongNumber: z.boolean().nullable(),
  ownEntryId: z.int().nullable(),
  callerName: z.string().nullable(),
  accepted: z.int(),
  otherAcceptedId: z.int().nullable(),
  otherAcceptedBy: z.string().nullable(),
});
type AcceptContext = z.infer<typeof acceptContext>;

/** The agent, the user and what is live about them, beside the locked callback. */
async function readAcceptContext(ctx: Ctx, callback: LockedCallback, agentId: number): Promise<AcceptContext> {
  const [row] = await query(
    ctx.db,
    acceptContext,
    sql`WITH mine AS (SELECT * FROM call_queue WHERE user_id = ${callback.userId} AND status IN ('pending', 'assigned'))
        SELECT p.name, p.is_ai_agent AS "isAiAgent", p.gone_since IS NOT NULL AS "isGone", q.type AS "queueType",
               coalesce((SELECT zone_of(u) FROM users u WHERE id = ${callback.userId}), (SELECT promised_zone FROM callbacks WHERE id = ${callback.id})) AS zone,
               q.type = ANY (p.allowed_queues) AS "mayWorkQueue",
               n.do_not_call AS "isDoNotCall", n.wrong_number AS "isWrongNumber",
               (SELECT id FROM mine WHERE callback_id = ${callback.id}) AS "ownEntryId",
               (SELECT coalesce(a.first_name || ' ' || a.last_name, 'somebody') FROM call_sessions s LEFT JOIN agents a ON a.id = s.agent_id
                 WHERE (s.user_id = ${callback.userId} OR s.number = n.number) AND s.status IN ('initiated', 'ringing', 'in_progress')
                   AND NOT rings_too_long(s, ${ctx.now}::timestamptz)
                 LIMIT 1) AS "callerName",
               (SELECT count(*)::int FROM callbacks WHERE status = 'accepted' AND accepted_by_agent_id = ${agentId}) AS accepted,
               other.id AS "otherAcceptedId", other.name AS "otherAcceptedBy"
        FROM agent_presence p
        CROSS JOIN LATERAL (SELECT coalesce((SELECT queue_type FROM mine),
               (SELECT queue_type FROM user_queue_types WHERE user_id = ${callback.userId}), 'outstanding_requests') AS type) q
        LEFT JOIN LATERAL (SELECT c.id, a.first_name || ' ' || a.last_name AS name
               FROM callbacks c JOIN agents a ON a.id = c.accepted_by_agent_id
               WHERE c.user_id = ${callback.userId} AND c.status = 'accepted' AND c.id <> ${callback.id}) other ON true
        LEFT JOIN called_numbers n ON n.callback_id = ${callback.id}
        WHERE p.agent_id = ${agentId}`,
  );
  if (!row) throw new Refusal("not_found", `There is no agent ${agentId}.`);
  return row;
}

function mustBeHere(context: AcceptContext, agentId: number): void {
  if (context.isGone)
    throw new Refusal("agent_not_here", `${context.name} (agent ${agentId}) is not logged in; log in first.`);
}

async function mustBeAllowed(
  ctx: Ctx,
  context: AcceptContext,
  callback: LockedCallback,
  agentId: number,
): Promise<void> {
  if (context.isAiAgent && callback.preferredAgentId !== agentId) {
    throw new Refusal("wrong_queue", `${context.name} is an AI agent and takes only callbacks that ask for it.`);
  }
  if (!context.mayWorkQueue)
    throw new Refusal(
      "wrong_queue",
      `${context.name} does not work the queue ${context.queueType}; ask somebody who does.`,
    );
  if (context.isDoNotCall) throw await askedNotToBeCalled(ctx, callback.userId, callback.number);
  if (context.isWrongNumber) {
    const sentence =
      callback.phone === null
        ? `The number of user ${callback.userId} is wrong; import the right one first.`
        : `${callback.phone} is known to be wrong; promise it for another number first.`;
    throw new Refusal("wrong_number", sentence);
  }
  if (context.callerName)
    throw new Refusal("user_on_call", `${context.callerName} is on a call with this user at this moment.`);
  if (context.otherAcceptedId !== null) {
    const sentence = `${context.otherAcceptedBy} has accepted callback ${context.otherAcceptedId} of the same user; one call at a time.`;
    throw new Refusal("already_accepted", sentence, { callbackId: context.otherAcceptedId });
  }
}

function alreadyAccepted(callback: Pick<LockedCallback, "id" | "acceptedByAgentId" | "acceptedByName">): Refusal {
  return new Refusal("already_accepted", `${callback.acceptedByName} has already accepted callback ${callback.id}.`, {
    acceptedByAgentId: callback.acceptedByAgentId,
  });
}

/** Who accepts at night may call at night, and is told which time it is there. */
function answer(
  { now, limits }: Ctx,
  { queueType, zone }: AcceptContext,
  { id, userId, promisedFor }: LockedCallback,
  queueEntryId: number,
): Answer {
  const isAsleep = new DecentHours(limits).ofWish(now, zone, promisedFor).from > now;
  const data = {
    callbackId: id,
    queueEntryId,
    queueType,
    userId: String(userId),
    warning: isAsleep ? nightWarning(now, zone) : null,
  };
  return { success: true, message: "It is your next call.", data };
}
