import type { z } from "zod";
import { type Db, isTransaction, poolOf } from "#lib/database/db";
import { query, type Sql } from "#lib/database/sql";
import { statementName } from "#lib/database/statement-name";
import type { PrismaClient } from "#prisma/client";

/**
 * Runs one statement past Prisma, whose overhead exceeds that of a small statement, and parses each row. It is a transaction of its
 * own, and prepared unless it is to be planned anew each time: a prepared one keeps a plan that was made while its table was empty
 * until the table is analysed. Inside a transaction it is an ordinary statement of it.
 */
export async function queryDirect<T>(
  db: Db,
  row: z.ZodType<T>,
  statement: Sql,
  { isPlannedAnew = false } = {},
): Promise<T[]> {
  if (isTransaction(db)) return query(db, row, statement);
  const { text, values } = statement;
  const { rows } = await poolOf(db as PrismaClient).query({
    ...(!isPlannedAnew && { name: statementName(text, values) }),
    text,
    values,
  });
  return rows.map((found) => row.parse(found));
}
