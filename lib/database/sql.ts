import type { z } from "zod";
import { Prisma } from "#prisma/client";
import type { Db } from "#lib/database/db";

/** A statement whose values are kept apart from its text and never become part of it. */
export const sql = Prisma.sql;
/** Joins statements or values with a separator, for lists and optional conditions. */
export const joined = Prisma.join;
export type Sql = Prisma.Sql;

/** A value as JSON. */
export function asJson(value: object): Sql {
  return sql`${JSON.stringify(value)}::jsonb`;
}

/** An instant as ISO 8601 text in UTC, as the API shows it, for JSON that is made inside a statement; null stays null. */
export function isoUtc(time: Sql): Sql {
  return sql`to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/**
 * A condition that always holds. The commit of the transaction does not wait for the disk, so a crash of the database may undo it:
 * only for a statement of its own whose loss is made up for, as that of a lease is.
 */
export const UNFLUSHED = sql`(SELECT set_config('synchronous_commit', 'off', true)) = 'off'`;

/** Runs one statement and parses each row: raw rows are untyped, so they are checked like any input. */
export async function query<T>(db: Db, row: z.ZodType<T>, statement: Sql): Promise<T[]> {
  const rows = await db.$queryRaw<unknown[]>(statement);
  return rows.map((found) => row.parse(found));
}

/** Runs one statement and returns the number of changed rows. Zero is a conflict that the caller must handle, never a success. */
export async function execute(db: Db, statement: Sql): Promise<number> {
  return db.$executeRaw(statement);
}
