import { type Ctx, describeActor } from "#lib/base/context";
import { type Sql, sql } from "#lib/database/sql";
import type { TRANSITIONS } from "../rules.ts";

export type Event = {
  type: keyof typeof TRANSITIONS;
  /** A sentence, or an expression over the row that is changed. */
  why: string | Sql;
  /** JSON; an empty object when it is left out. */
  data?: Sql;
  /** The actor of the event, when it is not the actor of `ctx`. */
  actor?: string;
};

/** Part of the SET of an UPDATE of callbacks: the event of this change. A trigger writes it to callback_events. */
export function event({ now, actor: asking }: Pick<Ctx, "now" | "actor">, { type, why, data, actor }: Event): Sql {
  return sql`event_type = ${type}, event_at = ${now}::timestamptz, event_actor = ${actor ?? describeActor(asking)}, event_why = ${why},
             event_data = ${data ?? sql`'{}'::jsonb`}`;
}
