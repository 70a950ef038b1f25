import { z } from "zod";
import type { Actor, ReadCtx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { bigId } from "#lib/base/ids";
import { queryDirect } from "#lib/database/direct";
import { query, sql, type Sql } from "#lib/database/sql";
import { type CallbackAnswer, callbackAnswer, eventAnswer } from "./schema.ts";

/** The columns of a callback as the API shows it; the table must be named `c` in the statement. */
export const CALLBACK_COLUMNS: Sql = sql`
  c.id, c.user_id AS "userId", c.status, c.scheduled_for AS "scheduledFor", c.promised_for AS "promisedFor",
  to_char(c.promised_local, 'YYYY-MM-DD"T"HH24:MI:SS') AS "promisedLocal", c.promised_zone AS "promisedZone",
  c.callback_reason AS "callbackReason", c.preferred_agent_id AS "preferredAgentId",
  c.phone, c.original_call_session_id AS "originalCallSessionId", c.completed_call_session_id AS "completedCallSessionId",
  c.attempts, c.max_attempts AS "maxAttempts", c.snoozes, c.accepted_by_agent_id AS "acceptedByAgentId",
  c.accepted_at AS "acceptedAt", c.completed_at AS "completedAt", c.cancelled_at AS "cancelledAt",
  c.cancel_reason AS "cancelReason", c.failed_at AS "failedAt", c.quarantined_at AS "quarantinedAt",
  c.created_at AS "createdAt", c.event_why AS why, c.event_data -> 'reason' AS reason`;

/** The callback, or null. */
export async function findCallback(db: Db, id: number): Promise<CallbackAnswer | null> {
  const [row] = await query(db, callbackAnswer, sql`SELECT ${CALLBACK_COLUMNS} FROM callbacks c WHERE c.id = ${id}`);
  return row ?? null;
}

/** The events of the callback, oldest first. */
export async function findEvents(db: Db, callbackId: number): Promise<z.infer<typeof eventAnswer>[]> {
  return query(
    db,
    eventAnswer,
    sql`SELECT seq, at, type, actor, from_status AS "fromStatus", to_status AS "toStatus", why, data -> 'reason' AS reason, data
        FROM callback_events WHERE callback_id = ${callbackId} ORDER BY seq`,
  );
}

/** A callback as the database functions `lock_callbacks` and `read_callbacks` return it. */
export const lockedCallback = z.object({
  id: z.int(),
  userId: bigId,
  status: z.string(),
  scheduledFor: z.coerce.date(),
  /** The time that the user asked for. */
  promisedFor: z.coerce.date(),
  /** The zone of the user, or, when the user is not known any more, the zone of the promise. */
  zone: z.string(),
  attempts: z.int(),
  maxAttempts: z.int(),
  snoozes: z.int(),
  acceptedByAgentId: z.int().nullable(),
  acceptedByName: z.string().nullable(),
  preferredAgentId: z.int().nullable(),
  callbackReason: z.string().nullable(),
  /** The number that the callback names, as given and as dialled; null: that of its user. */
  phone: z.string().nullable(),
  number: z.string().nullable(),
  /** The number of its last event. */
  eventSeq: z.int(),
});
export type LockedCallback = z.infer<typeof lockedCallback>;

/** Locks the callback until the transaction ends, so that decisions about it stay true. Refuses `not_found`. */
export async function lockCallback(db: Db, id: number): Promise<LockedCallback> {
  const statement = sql`SELECT callback FROM lock_callbacks(ARRAY[${id}::int]) AS callback`;
  return theOne(id, await query(db, row, statement));
}

/** Reads a callback without a lock: the caller writes its decision only if `eventSeq` is still the same. Refuses `not_found`. */
export async function readCallback(db: Db, id: number): Promise<LockedCallback> {
  const statement = sql`SELECT callback FROM read_callbacks(ARRAY[${id}::int]) AS callback`;
  return theOne(id, await queryDirect(db, row, statement));
}

const row = z.object({ callback: lockedCallback });

function theOne(id: number, [found]: z.infer<typeof row>[]): LockedCallback {
  if (!found) throw callbackNotFound(id);
  return found.callback;
}

/** The refusal for an unknown callback. To an agent it is also the one for a callback of another desk, in the same words. */
export function callbackNotFound(id: number, actor?: Actor): Refusal {
  if (actor?.kind !== "agent") return new Refusal("not_found", `There is no callback ${id}.`);
  return new Refusal(
    "not_found",
    `Callback ${id} is not at your desk: a colleague may have it now. Look at your list again.`,
  );
}

/** Refuses `wrong_state` unless the promise is still to be kept. */
export function mustBeOpen({ id, status }: Pick<LockedCallback, "id" | "status">): void {
  if (status !== "pending" && status !== "accepted") throw callbackEnded(id, status);
}

/** The refusal for a callback that is completed, failed or cancelled. */
export function callbackEnded(id: number, status: string): Refusal {
  return new Refusal("wrong_state", `Callback ${id} is ${status}; nothing more can be done with it.`, { status });
}

type UserZone = { zone: string; isKnown: boolean };

/** The zone of the user, and whether it is known or a guess. Refuses `not_found`. */
export async function zoneOfUser(ctx: ReadCtx, userId: bigint): Promise<UserZone> {
  const user = await findZone(ctx, userId);
  if (!user) throw new Refusal("not_found", `There is no user ${userId}; import the user first.`);
  return user;
}

/** The zone of the user, or null for a user who is not known any more. */
export async function findZone(ctx: ReadCtx, userId: bigint): Promise<UserZone | null> {
  const [user] = await query(
    ctx.db,
    z.object({ zone: z.string(), isKnown: z.boolean() }),
    sql`SELECT zone_of(u) AS zone, time_zone IS NOT NULL AS "isKnown" FROM users u WHERE id = ${userId}`,
  );
  return user ?? null;
}
