import { type Sql, sql } from "#lib/database/sql";

/** A timestamptz within JSON as the API shows instants, in UTC for every zone of the connection; null stays null. */
export function utc(column: Sql): Sql {
  return sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
