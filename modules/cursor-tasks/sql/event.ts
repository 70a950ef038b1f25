import { type Ctx, describeActor } from "#lib/base/context";
import { type Sql, sql } from "#lib/database/sql";
import type { TaskEventType } from "../rules.ts";

/**
 * The event of a change, to be put into the SET of an UPDATE of `cursor_tasks t`; a trigger records it in task_events. The
 * times of events never go back, although `now` was read before the row was locked.
 */
export function taskEvent({ now, actor }: Pick<Ctx, "now" | "actor">, type: TaskEventType, why: string): Sql {
  return sql`event_seq = t.event_seq + 1, event_at = greatest(t.event_at, ${now}::timestamptz), event_type = ${type},
             event_actor = ${describeActor(actor)}, event_why = ${why}`;
}
