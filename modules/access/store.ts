import type { z } from "zod";
import { pageOf } from "#lib/base/cursor";
import { readClock } from "#lib/time/clock";
import type { Actor, ReadCtx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { query, type Sql, sql } from "#lib/database/sql";
import {
  type keysAnswer,
  keyAnswer,
  type keysInput,
  type meAnswer,
  staffMember,
  type staffAnswer,
  type staffInput,
} from "./schema.ts";

/** A person who is signed in. */
export type Person = Extract<Actor, { accountId: string }>;

const STAFF_COLUMNS: Sql = sql`
  id AS "accountId", name, email, role, agent_id AS "agentId", coalesce(two_factor_enabled, false) AS "hasSecondFactor",
  disabled_at AS "disabledAt", created_at AS "createdAt"`;

/** The columns of an API key as people see it. */
export const KEY_COLUMNS: Sql = sql`
  id, name, hint, scopes, created_by AS "createdBy", created_at AS "createdAt", last_used_at AS "lastUsedAt",
  revoked_at AS "revokedAt"`;

/** The actor of an account. Refuses `not_found`. */
export async function accountOf(db: Db, accountId: string): Promise<Person> {
  return personOf(await findStaff(db, accountId));
}

/** The same of an account that was read already. */
export function personOf({ accountId, agentId }: { accountId: string; agentId: number | null }): Person {
  return agentId === null ? { kind: "supervisor", accountId } : { kind: "agent", agentId, accountId };
}

/** One member of staff. Refuses `not_found`. */
export async function findStaff(db: Db, accountId: string): Promise<z.infer<typeof staffMember>> {
  const [found] = await query(
    db,
    staffMember,
    sql`SELECT ${STAFF_COLUMNS} FROM staff_accounts WHERE id = ${accountId}`,
  );
  if (!found) throw new Refusal("not_found", `There is no account ${accountId}.`);
  return found;
}

/** The person who is signed in, and the server's clock. */
export async function whoAmI({ db, actor, limits }: ReadCtx<Person>): Promise<z.infer<typeof meAnswer>> {
  const { disabledAt: _, createdAt: __, ...me } = await findStaff(db, actor.accountId);
  const { decentHoursFrom, decentHoursTo, agentGraceSeconds } = limits;
  const desk = { decentHoursFrom, decentHoursTo, agentGraceSeconds };
  return { ...me, now: (await readClock(db)).toISOString(), desk };
}

/** A page of the staff accounts. */
export async function listStaff(ctx: ReadCtx, input: z.infer<typeof staffInput>): Promise<z.infer<typeof staffAnswer>> {
  const found = await query(
    ctx.db,
    staffMember,
    sql`SELECT ${STAFF_COLUMNS} FROM staff_accounts WHERE id > ${input.cursor ?? ""} ORDER BY id LIMIT ${input.limit + 1}`,
  );
  const { page: staff, last } = pageOf(found, input.limit);
  return { staff, nextCursor: last?.accountId ?? null };
}

/** A page of the API keys, newest first, revoked ones included. */
export async function listKeys(ctx: ReadCtx, input: z.infer<typeof keysInput>): Promise<z.infer<typeof keysAnswer>> {
  const found = await query(
    ctx.db,
    keyAnswer,
    sql`SELECT ${KEY_COLUMNS} FROM api_keys WHERE ${input.cursor ?? null}::int IS NULL OR id < ${input.cursor ?? null}::int
        ORDER BY id DESC LIMIT ${input.limit + 1}`,
  );
  const { page: keys, last } = pageOf(found, input.limit);
  return { keys, nextCursor: last?.id ?? null };
}
