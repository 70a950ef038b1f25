import { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import { cursorAfter } from "#lib/base/cursor";
import { isoUtc, joined, query, type Sql, sql } from "#lib/database/sql";
import { TASK_STATES, type TaskState } from "./rules.ts";
import { listAnswer, type listInput, taskAnswer, type taskInput, taskStoryAnswer } from "./schema.ts";
import { TASK_COLUMNS, taskNotFound } from "./store.ts";

const NONE = Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as Record<TaskState, number>;

type ListInput = Partial<z.output<typeof listInput>>;

/** A page of tasks, newest first, with how many there are in each state and how long the oldest pending one waits. */
export async function listTasks(ctx: ReadCtx, input: ListInput): Promise<z.infer<typeof listAnswer>> {
  const { limit = 50 } = input;
  const tasks = await query(
    ctx.db,
    taskAnswer,
    sql`SELECT ${TASK_COLUMNS} FROM cursor_tasks t WHERE ${joined(conditionsOf(input), " AND ")}
        ORDER BY t.created_at DESC, t.task_id DESC LIMIT ${limit}`,
  );
  const [summary] = await query(
    ctx.db,
    listAnswer
      .pick({ oldestPendingSeconds: true, parked: true, refused: true })
      .extend({ counts: z.partialRecord(z.enum(TASK_STATES), z.int()) }),
    sql`SELECT coalesce((SELECT jsonb_object_agg(state, n) FROM (SELECT state, count(*)::int AS n FROM cursor_tasks GROUP BY state) c), '{}') AS counts,
               (SELECT floor(extract(epoch FROM ringback_now() - min(created_at)))::int FROM cursor_tasks WHERE state = 'pending') AS "oldestPendingSeconds",
               (SELECT count(*)::int FROM parked_results WHERE refused_why IS NULL) AS parked,
               coalesce((SELECT jsonb_agg(jsonb_build_object('at', ${isoUtc(sql`r.received_at`)}, 'about', r.about, 'why', r.refused_why) ORDER BY r.received_at DESC)
                         FROM (SELECT * FROM parked_results WHERE refused_why IS NOT NULL ORDER BY received_at DESC LIMIT 10) r), '[]') AS refused`,
  );
  const last = tasks.length === limit ? tasks.at(-1) : undefined;
  return {
    tasks: tasks.map(({ result: _, ...task }) => task),
    ...summary!,
    counts: { ...NONE, ...summary!.counts },
    // The task itself may be erased before the next page is asked for.
    nextCursor: last ? cursorAfter(last.createdAt, last.taskId) : null,
    now: (await readClock(ctx.db)).toISOString(),
  };
}

const shownTask = taskStoryAnswer.omit({ now: true });

/** One task with its story. Refuses `not_found`. */
export async function showTask(
  ctx: ReadCtx,
  { taskId }: z.infer<typeof taskInput>,
): Promise<z.infer<typeof taskStoryAnswer>> {
  const [task] = await query(
    ctx.db,
    shownTask,
    sql`SELECT ${TASK_COLUMNS}, t.session_payload AS "sessionPayload", t.tool_args AS "toolArgs",
               t.relay_host IS NOT NULL AS "hasRelay", t.late_outcome AS "lateOutcome", (
                 SELECT jsonb_agg(jsonb_build_object('at', ${isoUtc(sql`e.at`)}, 'what', e.type, 'actor', e.actor,
                                                     'from', e.from_state, 'state', e.to_state, 'why', e.why) ORDER BY e.seq)
                 FROM task_events e WHERE e.task_id = t.task_id) AS events,
               coalesce((SELECT jsonb_agg(jsonb_build_object('at', ${isoUtc(sql`r.received_at`)}, 'why', r.refused_why, 'sent', r.outcome) ORDER BY r.received_at DESC)
                         FROM (SELECT * FROM parked_results
                               WHERE refused_why IS NOT NULL AND about IN ('task:' || t.task_id, 'cursor:' || t.task_id, 'cursor:' || t.cursor_agent_id)
                               ORDER BY received_at DESC LIMIT 20) r), '[]') AS refused
        FROM cursor_tasks t WHERE t.task_id = ${taskId}`,
  );
  if (!task) throw taskNotFound(taskId);
  return { ...task, now: (await readClock(ctx.db)).toISOString() };
}

function conditionsOf({ state, conversationId, search, cursor }: ListInput): Sql[] {
  const part = search && `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  return [
    sql`true`,
    ...(state ? [sql`t.state = ${state}`] : []),
    ...(conversationId ? [sql`t.conversation_id = ${conversationId}`] : []),
    ...(part ? [sql`(t.task_id ILIKE ${part} OR t.conversation_id ILIKE ${part} OR t.tool_name ILIKE ${part})`] : []),
    ...(cursor ? [sql`(t.created_at, t.task_id) < (${cursor.at}::timestamptz, ${cursor.id})`] : []),
  ];
}
