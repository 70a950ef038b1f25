import type { z } from "zod";
import { type Db, isTransaction, poolOf } from "#lib/database/db";
import { query, type Sql } from "#lib/database/sql";
import type { PrismaClient } from "#prisma/client";

/**
 * Runs one statement past Prisma, whose overhead exceeds that of a small statement, and parses each row. Each connection prepares
 * it once, under a name that belongs to this text alone. It is a transaction of its own. Inside a transaction
 * it is an ordinary statement of it, and is not prepared.
 */
export async function queryPrepared<T>(db: Db, name: string, row: z.ZodType<T>, statement: Sql): Promise<T[]> {
  if (isTransaction(db)) return query(db, row, statement);
  const { text, values } = statement;
  const { rows } = await poolOf(db as PrismaClient).query({ name, text, values });
  return rows.map((found) => row.parse(found));
}
