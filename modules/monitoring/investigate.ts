import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { findCallback, findEvents, listCallbacks } from "#modules/callbacks";
import type { debugCallbacksAnswer, debugCallbacksInput, investigationAnswer, investigationInput } from "./schema.ts";
import { findWrong } from "./sql/find-wrong.ts";
import { callsOf, findCallOf, rows } from "./sql/read-calls.ts";

type Story = z.input<typeof investigationAnswer>;

/** The newest callbacks of a user or an agent, with the minutes until they are due. */
export async function debugCallbacks(
  ctx: ReadCtx,
  input: z.infer<typeof debugCallbacksInput>,
): Promise<z.input<typeof debugCallbacksAnswer>> {
  const { callbacks } = await listCallbacks(ctx, input);
  const [clock] = await query(ctx.db, z.object({ now: z.date() }), sql`SELECT ringback_now() AS now`);
  const minutesTo = (time: string): number => Math.floor((new Date(time).getTime() - clock!.now.getTime()) / 60_000);
  return {
    success: true,
    callbacks: callbacks.map((callback) => ({ ...callback, minutesToDue: minutesTo(callback.scheduledFor) })),
  };
}

/** The whole story of one callback, or of the callback of one call, and its faults. Refuses `not_found`. */
export async function investigate(ctx: ReadCtx, input: z.infer<typeof investigationInput>): Promise<Story> {
  if (input.callSessionId !== undefined) return investigateCall(ctx, input.callSessionId);
  const callback = await findCallback(ctx.db, input.callbackId ?? 0);
  if (!callback) throw new Refusal("not_found", `There is no callback ${input.callbackId}.`);
  return storyOf(ctx, callback);
}

async function investigateCall(ctx: ReadCtx, callSessionId: bigint): Promise<Story> {
  const call = await findCallOf(ctx.db, callSessionId);
  if (!call) throw new Refusal("not_found", `There is no call ${callSessionId}.`);
  const callback = call.callbackId === null ? null : await findCallback(ctx.db, call.callbackId);
  if (callback) return storyOf(ctx, callback, callSessionId);
  const calls = await callsOf(ctx, null, callSessionId);
  const user = await userOf(ctx, String(call.userId));
  return {
    success: true,
    verdict: "This call is about no callback.",
    findings: [],
    callback: null,
    user,
    events: [],
    queueEntries: [],
    notifications: [],
    calls,
  };
}

async function storyOf(
  ctx: ReadCtx,
  callback: NonNullable<Awaited<ReturnType<typeof findCallback>>>,
  callSessionId: bigint | null = null,
): Promise<Story> {
  const findings = await findWrong(ctx.db, callback.id, ctx.limits);
  return {
    success: true,
    verdict:
      findings.length === 0
        ? `Nothing is wrong with callback ${callback.id}; it is ${callback.status}.`
        : (findings[0] ?? ""),
    findings,
    callback,
    user: await userOf(ctx, callback.userId),
    events: await findEvents(ctx.db, callback.id),
    queueEntries: await rows(
      ctx,
      sql`SELECT to_jsonb(q) || jsonb_build_object('user_id', q.user_id::text, 'call_session_id', q.call_session_id::text) AS row
      FROM call_queue q WHERE q.callback_id = ${callback.id} OR (q.user_id = ${BigInt(callback.userId)} AND ${callback.id}::int = ANY (q.named_callback_ids)) ORDER BY q.id`,
    ),
    notifications: await rows(
      ctx,
      sql`SELECT to_jsonb(n) AS row FROM callback_notifications n WHERE n.callback_id = ${callback.id} ORDER BY n.id`,
    ),
    calls: await callsOf(ctx, callback.id, callSessionId),
  };
}

async function userOf(ctx: ReadCtx, userId: string): Promise<Story["user"]> {
  const [user] = await query(
    ctx.db,
    z.object({ name: z.string(), doNotCall: z.boolean() }),
    sql`SELECT name_of(u) AS name, do_not_call AS "doNotCall" FROM users u WHERE id = ${BigInt(userId)}`,
  );
  return user ? { id: userId, ...user } : null;
}
