import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { execute, query, sql } from "#lib/database/sql";
import { createAgent, decideStatus } from "#modules/agents";
import { acceptCallback, scheduleCallback } from "#modules/callbacks";
import { runTick } from "#modules/calls";
import type { TickAnswer } from "#schema/callbacks";
import { aCtx } from "../setup/ctx.ts";
import { db } from "../setup/database.ts";
import { beforeEveryTest } from "../setup/hooks.ts";

let made = 0;
beforeEveryTest(() => {
  made = 0;
});

type UserGiven = {
  id?: bigint;
  timeZone?: string;
  doNotCall?: boolean;
  firstName?: string;
  lastName?: string;
  phone?: string;
};

/** A customer. Returns the id. */
export async function aUser(given: UserGiven = {}): Promise<bigint> {
  made += 1;
  const id = given.id ?? BigInt(1_000 + made);
  await execute(
    db,
    sql`INSERT INTO users (id, first_name, last_name, phone, time_zone, do_not_call, created_at, updated_at)
        VALUES (${id}, ${given.firstName ?? "Uma"}, ${given.lastName ?? "User"}, ${given.phone ?? "+15550100"}, ${given.timeZone ?? "UTC"}, ${given.doNotCall ?? false}, ringback_now(), ringback_now())`,
  );
  return id;
}

type AgentGiven = {
  name?: string;
  lastName?: string;
  status?: "available" | "break" | "offline" | null;
  queues?: ("unsigned_users" | "outstanding_requests")[];
  isAiAgent?: boolean;
};

/** An agent who is logged in and available unless said otherwise; `status: null` never logged in. Returns the id. */
export async function anAgent(given: AgentGiven = {}): Promise<number> {
  made += 1;
  const ctx = await aCtx();
  const { id } = await createAgent(ctx, {
    firstName: given.name ?? `Agent${made}`,
    lastName: given.lastName ?? "Able",
    email: `agent${made}@example.test`,
    allowedQueues: given.queues ?? ["unsigned_users", "outstanding_requests"],
    isAiAgent: given.isAiAgent ?? false,
  });
  if (given.status !== null) await decideStatus(ctx, { agentId: id, status: given.status ?? "available" });
  return id;
}

type CallbackGiven = {
  userId?: bigint;
  inMinutes?: number;
  preferredAgentId?: number;
  acceptedBy?: number;
  maxAttempts?: number;
  reason?: string;
};

/** A promise, due now unless said otherwise. Returns the id. */
export async function aCallback(given: CallbackGiven = {}): Promise<number> {
  const ctx = await aCtx({ limits: given.maxAttempts === undefined ? {} : { callbackMaxAttempts: given.maxAttempts } });
  const { id } = await scheduleCallback(ctx, {
    userId: given.userId ?? (await aUser()),
    scheduledFor: new Date(ctx.now.getTime() + (given.inMinutes ?? 0) * 60_000).toISOString(),
    ...(given.reason === undefined ? {} : { callbackReason: given.reason }),
    ...(given.preferredAgentId === undefined ? {} : { preferredAgentId: given.preferredAgentId }),
  });
  if (given.acceptedBy !== undefined) await acceptCallback(ctx, { callbackId: id, agentId: given.acceptedBy });
  return id;
}

/** One tick as the cron runs it. */
export async function tick(given: Parameters<typeof aCtx>[0] = {}): Promise<TickAnswer> {
  return runTick(await aCtx({ actor: { kind: "cron" }, ...given }), { source: "cron" });
}

/** Every agent who is logged in says "still here". */
export async function everybodyIsAlive(ctx?: Ctx): Promise<void> {
  const { now } = ctx ?? (await aCtx());
  await execute(db, sql`UPDATE agent_sessions SET last_activity = ${now}::timestamptz WHERE logout_at IS NULL`);
}

const entry = z.object({
  id: z.int(),
  userId: z.bigint(),
  callbackId: z.int().nullable(),
  named: z.array(z.int()),
  status: z.string(),
  score: z.int(),
  agentId: z.int().nullable(),
  callSessionId: z.bigint().nullable(),
  availableFrom: z.date(),
  why: z.string(),
});
export type Entry = z.infer<typeof entry>;

/** The live entries, in calling order. */
export async function liveEntries(): Promise<Entry[]> {
  return query(
    db,
    entry,
    sql`SELECT id, user_id AS "userId", callback_id AS "callbackId", named_callback_ids AS named, status, priority_score AS score,
               assigned_to_agent_id AS "agentId", call_session_id AS "callSessionId", available_from AS "availableFrom", queue_reason AS why
        FROM call_queue WHERE status IN ('pending', 'assigned') ORDER BY priority_score, available_from, id`,
  );
}

/** A regular entry of the user, pending. Returns its id. */
export async function aRegularEntry(
  userId: bigint,
  given: { score?: number; queueType?: string } = {},
): Promise<number> {
  const [row] = await query(
    db,
    z.object({ id: z.int() }),
    sql`INSERT INTO call_queue (user_id, queue_type, priority_score, queue_reason, available_from, created_at)
        VALUES (${userId}, ${given.queueType ?? "outstanding_requests"}, ${given.score ?? 10}, 'regular', ringback_now(), ringback_now()) RETURNING id`,
  );
  return row!.id;
}
