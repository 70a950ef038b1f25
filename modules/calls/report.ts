import { z } from "zod";
import { beginCall, endCall } from "#modules/agents";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { isOpenCall, mustFitIn, reportsBefore } from "./rules.ts";
import type { recordCallAnswer, recordCallInput } from "./schema.ts";

type Input = z.infer<typeof recordCallInput>;
type Answer = z.infer<typeof recordCallAnswer>;

const known = z.object({
  id: z.bigint(),
  userId: z.bigint(),
  direction: z.string(),
  agentId: z.int().nullable(),
  startedAt: z.date(),
});
const moved = z.object({ status: z.string(), agentId: z.int().nullable(), isAtDesk: z.boolean() });

/**
 * Moves the call with this `twilioCallSid` forward; a report that says nothing new changes nothing. When the telephone ends a call,
 * its agent keeps it until the outcome is recorded, unless it was an inbound call that was not answered. A call that an agent has
 * taken from the queue never moves back to ringing. A call that was abandoned because it rang too long is open again when it was
 * answered after all. Null: no call has this id. Refuses `conflict` for another user or direction, and `invalid_input` for a
 * duration longer than the time since the start.
 */
export async function advanceCall(ctx: Ctx, input: Input): Promise<Answer | null> {
  const [call] = await query(
    ctx.db,
    known,
    sql`SELECT id, user_id AS "userId", direction, agent_id AS "agentId", started_at AS "startedAt" FROM call_sessions
        WHERE twilio_call_sid = ${input.twilioCallSid} FOR UPDATE`,
  );
  if (!call) return null;
  if (call.userId !== input.userId || call.direction !== input.direction)
    throw new Refusal(
      "conflict",
      `The call ${input.twilioCallSid} is recorded already, for another user or direction.`,
    );
  mustFitIn(ctx.now, beganBy(call.startedAt, input), input);
  const after = await move(ctx, call.id, input);
  if (after) {
    // The report of the end may be the first that names the agent, who then has an outcome to record.
    const isTaken = isOpenCall(after.status) || (after.isAtDesk && call.agentId !== after.agentId);
    if (after.agentId !== null && isTaken) await beginCall(ctx, after.agentId);
    const isLeft = call.agentId !== after.agentId || !after.isAtDesk;
    if (call.agentId !== null && isLeft) await endCall(ctx, call.agentId);
  }
  return { id: String(call.id), status: await statusOf(ctx, call.id), isNew: false };
}

/** The start of the call: its first report may have come late, so a later one may name an earlier start. */
function beganBy(known: Date, { startedAt }: Input): Date {
  const named = startedAt === undefined ? known : new Date(startedAt);
  return named < known ? named : known;
}

/** Null: the report is older than the state of the call, or the same. */
async function move(ctx: Ctx, id: bigint, input: Input): Promise<z.infer<typeof moved> | undefined> {
  const isOpen = isOpenCall(input.status);
  const wasNeverAnswered = sql`(s.direction = 'inbound' AND s.reported <> 'in_progress' AND ${input.status} IN ('missed', 'failed'))`;
  const [after] = await query(
    ctx.db,
    moved,
    sql`UPDATE call_sessions s
        SET reported = ${input.status},
            duration_seconds = coalesce(s.duration_seconds, ${input.durationSeconds ?? null}::int),
            status = CASE WHEN s.outcome_at IS NOT NULL OR (s.queue_entry_id IS NOT NULL AND ${isOpen}) THEN s.status ELSE ${input.status} END,
            agent_id = CASE WHEN s.outcome_at IS NULL THEN coalesce(${input.agentId ?? null}::int, s.agent_id) ELSE s.agent_id END,
            ended_at = CASE WHEN s.outcome_at IS NOT NULL THEN s.ended_at
                            WHEN NOT ${isOpen} THEN coalesce(s.ended_at, ${ctx.now}::timestamptz) END,
            awaits_outcome = NOT ${isOpen} AND (s.ended_at IS NULL OR s.awaits_outcome) AND s.outcome_at IS NULL
                             AND coalesce(${input.agentId ?? null}::int, s.agent_id) IS NOT NULL AND NOT ${wasNeverAnswered}
        WHERE s.id = ${id} AND s.reported = ANY (${reportsBefore(input.status)}::text[])
        RETURNING s.status, s.agent_id AS "agentId", s.ended_at IS NULL OR s.awaits_outcome AS "isAtDesk"`,
  );
  return after;
}

async function statusOf(ctx: Ctx, id: bigint): Promise<Answer["status"]> {
  const [row] = await query(
    ctx.db,
    z.object({ status: z.custom<Answer["status"]>() }),
    sql`SELECT status FROM call_sessions WHERE id = ${id}`,
  );
  return row!.status;
}
