import { z } from "zod";
import { takeBack } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { routeAgain } from "./route-again.ts";
import { CALLBACK_SCORE, LEAD_MINUTES, plusMinutes } from "./rules.ts";
import type { reassignAnswer, reassignInput } from "./schema.ts";
import { changeHands, type HandOver } from "./sql/hand-over.ts";
import { type LockedPromise, lockPromises } from "./sql/lock-promises.ts";
import { noticeAbout } from "./sql/notice-about.ts";

/**
 * Makes callbacks the promises of another agent, or of no particular agent: all of them or none. Accepted callbacks return to
 * pending, and due callbacks are routed again before the answer: to the new agent if they can take them, else as the tick would.
 * Refuses `not_found`, `agent_not_here` for an inactive agent, `wrong_state` for settled callbacks and `user_on_call` for a
 * callback whose call is under way; each refusal names the callback.
 */
export async function reassignCallbacks(
  ctx: Ctx,
  { callbackIds, agentId }: z.infer<typeof reassignInput>,
): Promise<z.infer<typeof reassignAnswer>> {
  return inTransaction(ctx, async (tx) => {
    const name = await nameOfReceiver(tx, agentId);
    const { length: reassigned } = await handOver(tx, callbackIds, { toAgentId: agentId, ownerOf: () => agentId });
    const moved = `${reassigned === 1 ? "1 callback" : `${reassigned} callbacks`} moved ${towards(name)}.`;
    const message = [moved, await noticeAbout(tx, agentId, callbackIds)].filter(Boolean).join(" ");
    return { success: true, message, data: { callbackIds, agentId, reassigned } };
  });
}

type Receiver = {
  toAgentId: number | null;
  /** The new preferred agent of each callback. */
  ownerOf: (callback: LockedPromise) => number | null;
  /** Takes an earlier move back. */
  isUndo?: boolean;
};

/**
 * Hands all of these callbacks over, as `reassignCallbacks` promises, and returns those that were handed over. Must be called
 * within a transaction.
 */
export async function handOver(
  ctx: Ctx,
  callbackIds: readonly number[],
  { toAgentId, ownerOf, isUndo = false }: Receiver,
): Promise<number[]> {
  const callbacks = await lockPromises(ctx.db, callbackIds);
  mustBeThere(callbackIds, callbacks);
  mustBeOpen(callbacks);
  mustNotBeInCall(callbacks);
  const nameOf = await namesOfAgents(ctx, [...callbacks.map(whoHas), toAgentId]);
  const given = callbacks.flatMap((callback): HandOver[] => {
    const [fromAgentId, ownerId] = [whoHas(callback), ownerOf(callback)];
    if (fromAgentId === toAgentId && callback.preferredAgentId === ownerId) return [];
    const from = fromAgentId === null ? "" : ` from ${nameOf(fromAgentId)}`;
    const moved = isUndo ? "The move was taken back:" : "Moved";
    const why = `${moved}${from} ${towards(toAgentId === null ? null : nameOf(toAgentId))}.`;
    const leaves = fromAgentId !== toAgentId;
    return [{ callbackId: callback.id, fromAgentId, toAgentId, ownerId, leaves, isUndo, why }];
  });
  if (given.length === 0) return [];
  const leaving = given.filter(({ leaves }) => leaves).map(({ callbackId }) => callbackId);
  await takeBack(ctx, leaving, { score: CALLBACK_SCORE, horizon: plusMinutes(ctx.now, LEAD_MINUTES) });
  await changeHands(ctx, given);
  await routeAgain(ctx, [...new Set(callbacks.map(({ userId }) => userId))]);
  return given.map(({ callbackId }) => callbackId);
}

/** The name of the new agent, or null for none. Refuses `not_found` and `agent_not_here`. */
export async function nameOfReceiver(ctx: Ctx, agentId: number | null): Promise<string | null> {
  if (agentId === null) return null;
  const [agent] = await query(
    ctx.db,
    z.object({ name: z.string(), isActive: z.boolean() }),
    sql`SELECT name, is_active AS "isActive" FROM agents WHERE id = ${agentId}`,
  );
  if (!agent) throw new Refusal("not_found", `There is no agent ${agentId}; choose another.`);
  if (!agent.isActive)
    throw new Refusal("agent_not_here", `${agent.name} does not work here any more; choose another agent.`);
  return agent.name;
}

/** "to Ben Bold", or the words for routing when no agent is named. */
export function towards(name: string | null): string {
  return name === null ? "back to routing" : `to ${name}`;
}

/** The agent who accepted the callback, else the agent in whose queue it is, else its preferred agent. */
function whoHas({ acceptedByAgentId, entry, preferredAgentId }: LockedPromise): number | null {
  return acceptedByAgentId ?? entry?.agentId ?? preferredAgentId;
}

async function namesOfAgents(ctx: Ctx, ids: readonly (number | null)[]): Promise<(id: number) => string> {
  const rows = await query(
    ctx.db,
    z.object({ id: z.int(), name: z.string() }),
    sql`SELECT id, name FROM agents WHERE id = ANY (${ids.filter((id) => id !== null)}::int[])`,
  );
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? `agent ${id}`;
}

function mustBeThere(wanted: readonly number[], callbacks: readonly LockedPromise[]): void {
  const missing = wanted.filter((id) => !callbacks.some((callback) => callback.id === id));
  if (missing.length === 0) return;
  throw new Refusal("not_found", `There is no callback ${missing.join(", ")}; nothing was moved.`, {
    callbackIds: missing,
  });
}

function mustBeOpen(callbacks: readonly LockedPromise[]): void {
  const settled = callbacks.filter(({ status }) => status !== "pending" && status !== "accepted");
  if (settled.length === 0) return;
  const named = settled.map(({ id, status }) => `${id} (${status})`).join(", ");
  throw new Refusal("wrong_state", `Settled already: callback ${named}. Leave it out; nothing was moved.`, {
    callbackIds: settled.map(({ id }) => id),
  });
}

function mustNotBeInCall(callbacks: readonly LockedPromise[]): void {
  const ids = callbacks.filter(({ entry }) => entry?.isInCall).map(({ id }) => id);
  if (ids.length === 0) return;
  const sentence = `Being called at this moment: callback ${ids.join(", ")}. Leave it out or wait for its outcome; nothing was moved.`;
  throw new Refusal("user_on_call", sentence, { callbackIds: ids });
}
