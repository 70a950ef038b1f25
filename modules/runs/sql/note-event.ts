import { type Sql, sql } from "#lib/database/sql";

/** Writes events of items; `rows` selects run, place, when, kind, attempt, since when, class, code, error and who. */
export const noteEvent = (rows: Sql): Sql =>
  sql`INSERT INTO run_item_events (run_id, place, at, kind, attempt, begun_at, class, code, error, by_whom) ${rows}`;
