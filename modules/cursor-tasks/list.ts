import type { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import { cursorAfter, pageOf } from "#lib/base/cursor";
import { joined, query, type Sql, sql } from "#lib/database/sql";
import { TASK_STATES, type TaskState } from "./rules.ts";
import { type listAnswer, type listInput, taskAnswer, type taskInput, type taskStoryAnswer } from "./schema.ts";
import { countTasks } from "./sql/count-tasks.ts";
import { readTaskStory } from "./sql/read-task-story.ts";
import { TASK_COLUMNS, taskNotFound } from "./store.ts";

const NONE = Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as Record<TaskState, number>;

type ListInput = Partial<z.output<typeof listInput>>;

/** A page of tasks, newest first, with the number in each state and the age of the oldest pending one. */
export async function listTasks(ctx: ReadCtx, input: ListInput): Promise<z.infer<typeof listAnswer>> {
  const { limit = 50 } = input;
  const found = await query(
    ctx.db,
    taskAnswer,
    sql`SELECT ${TASK_COLUMNS} FROM cursor_tasks t WHERE ${joined(conditionsOf(input), " AND ")}
        ORDER BY t.created_at DESC, t.task_id DESC LIMIT ${limit + 1}`,
  );
  const { counts, ...summary } = await countTasks(ctx);
  const { page: tasks, last } = pageOf(found, limit);
  return {
    tasks: tasks.map(({ result: _, ...task }) => task),
    ...summary,
    counts: { ...NONE, ...counts },
    // The last task of a page may be erased before the next page is requested.
    nextCursor: last ? cursorAfter(last.createdAt, last.taskId) : null,
    now: (await readClock(ctx.db)).toISOString(),
  };
}

/** One task with its story. Refuses `not_found`. */
export async function showTask(
  ctx: ReadCtx,
  { taskId }: z.infer<typeof taskInput>,
): Promise<z.infer<typeof taskStoryAnswer>> {
  const task = await readTaskStory(ctx, taskId);
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
