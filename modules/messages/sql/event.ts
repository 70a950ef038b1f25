import { type Ctx, describeActor } from "#lib/base/context";
import { type Sql, sql } from "#lib/database/sql";

/**
 * The event of a change, to be put into the SET of an UPDATE of `messages m`; a trigger records it in message_events. The times of
 * events never go back, although `now` was read before the row was locked.
 */
export function messageEventOf(
  { now, actor }: Pick<Ctx, "now" | "actor">,
  type: Sql | string,
  why: Sql | string,
  data: Sql | Record<string, unknown> = {},
): Sql {
  const text = (part: Sql | string) => (typeof part === "string" ? sql`${part}::text` : part);
  const json = "sql" in data ? (data as Sql) : sql`${JSON.stringify(data)}::jsonb`;
  return sql`event_seq = m.event_seq + 1, event_at = greatest(m.event_at, ${now}::timestamptz), event_type = ${text(type)},
             event_actor = ${describeActor(actor)}, event_why = ${text(why)}, event_data = ${json}`;
}

/** The reason why a message `m` has expired: an attempt before may have reached its recipient. */
export const expiredWords = sql`CASE WHEN m.attempted_at IS NULL THEN 'Its time had passed before it could be sent; it was not sent.'
  ELSE 'Its time has passed; it is not tried again.' END`;
