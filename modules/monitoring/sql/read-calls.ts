import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { query, type Sql, sql } from "#lib/database/sql";

type Rows = Record<string, unknown>[];
const callOf = z.object({ callbackId: z.int().nullable(), userId: z.bigint() });

/** Reads the user and the callback of a call. Undefined for an unknown call. */
export async function findCallOf(db: Db, callSessionId: bigint): Promise<z.infer<typeof callOf> | undefined> {
  const [call] = await query(
    db,
    callOf,
    sql`SELECT coalesce(s.callback_id, (SELECT min(id) FROM callbacks WHERE original_call_session_id = s.id OR completed_call_session_id = s.id)) AS "callbackId",
               s.user_id AS "userId"
        FROM call_sessions s WHERE s.id = ${callSessionId}`,
  );
  return call;
}

/** Reads the calls of a callback, including the call that was asked for. */
export async function callsOf(ctx: ReadCtx, callbackId: number | null, callSessionId: bigint | null): Promise<Rows> {
  return rows(
    ctx,
    sql`SELECT (to_jsonb(s) - 'outcome') || jsonb_build_object('id', s.id::text, 'user_id', s.user_id::text) AS row FROM call_sessions s
        WHERE s.callback_id = ${callbackId}::int OR s.id = ${callSessionId}::bigint
           OR s.id IN (SELECT unnest(ARRAY[original_call_session_id, completed_call_session_id]) FROM callbacks WHERE id = ${callbackId}::int)
        ORDER BY s.started_at, s.id`,
  );
}

/** Rows as they are stored: the statement selects each as JSON, named `row`. */
export async function rows(ctx: ReadCtx, statement: Sql): Promise<Rows> {
  const found = await query(ctx.db, z.object({ row: z.record(z.string(), z.unknown()) }), statement);
  return found.map(({ row }) => row);
}
