import type { z } from "zod";
import { type Db, poolOf } from "#lib/database/db";
import type { Sql } from "#lib/database/sql";
import type { PrismaClient } from "#prisma/client";

/**
 * Runs one statement past Prisma, whose overhead exceeds that of a small statement, and parses each row. Each connection prepares
 * it once, under a name that belongs to this text alone. It is a transaction of its own and never part of another.
 */
export async function queryPrepared<T>(db: Db, name: string, row: z.ZodType<T>, statement: Sql): Promise<T[]> {
  const { text, values } = statement;
  const { rows } = await poolOf(db as PrismaClient).query({ name, text, values });
  return rows.map((found) => row.parse(found));
}
