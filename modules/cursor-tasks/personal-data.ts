import { sql } from "#lib/database/sql";
import type { PersonalData } from "../module.ts";
import { syncCopies } from "./copies.ts";
import { eraseCursorTasks } from "./sql/erase-tasks.ts";
import { retireConversations, retireParked, retireTasks } from "./sql/retire.ts";

/** The personal data of a task: its payload and arguments, and its result. */
export const personalData: PersonalData = {
  read: (userId) => ({
    cursorTasks: sql`coalesce((SELECT jsonb_agg(to_jsonb(t) - 'ws_url'
          || jsonb_build_object('user_id', t.user_id::text, 'delivery_id', t.delivery_id::text,
               'events', (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.seq) FROM task_events e WHERE e.task_id = t.task_id))
          ORDER BY t.created_at, t.task_id)
        FROM cursor_tasks t WHERE t.user_id = ${userId}), '[]')`,
  }),
  erase:
    async ({ db }) =>
    async (erasure) => {
      const taskIds = await eraseCursorTasks(db, erasure);
      if (taskIds.length > 0) erasure.afterwards((ctx) => syncCopies(ctx, taskIds));
      return { cursorTasks: taskIds.length };
    },
  retire: ({ retentionDays }) => [
    { rows: "cursorTasks", days: retentionDays, retire: retireTasks },
    { rows: "parkedResults", days: retentionDays, retire: retireParked },
    { rows: "endedConversations", days: retentionDays, retire: retireConversations },
  ],
};
