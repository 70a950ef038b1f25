import { z } from "zod";
import { query, sql } from "#lib/database/sql";
import { Prisma } from "#prisma/client";
import { db } from "../setup/database.ts";

const column = z.object({ table: z.string(), column: z.string() });

/** The places of `word` in this file's database, as `table.column`: every column of every table that can hold text is read. */
export async function placesOf(word: string): Promise<string[]> {
  const columns = await query(
    db,
    column,
    sql`SELECT quote_ident(table_name) AS table, quote_ident(column_name) AS column FROM information_schema.columns
        JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND (data_type IN ('text', 'json', 'jsonb', 'ARRAY') OR data_type LIKE 'char%')
        ORDER BY 1, 2`,
  );
  const looks = columns.map(
    ({ table, column: name }) =>
      sql`SELECT ${`${table}.${name}`} AS place WHERE EXISTS (SELECT FROM ${Prisma.raw(table)} WHERE ${Prisma.raw(name)}::text ILIKE ${`%${word}%`})`,
  );
  const found = await query(db, z.object({ place: z.string() }), Prisma.join(looks, " UNION ALL "));
  return found.map(({ place }) => place);
}
