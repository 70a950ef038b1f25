/** Tasks, from a browser: the list and one story, both refetched while the page is visible, and the actions of a supervisor. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask, press, queryOf } from "#lib/browser/api";
import { timed } from "#lib/browser/clock";
import { usePress } from "#lib/browser/use-press";
import type { TaskState } from "./rules.ts";
import type { callBackAnswer, callBackInput, listAnswer, redeliverAnswer, taskStoryAnswer } from "./schema.ts";

export { TASK_STATES, type TaskState } from "./rules.ts";
export type TaskPage = z.infer<typeof listAnswer>;
export type ShownTask = TaskPage["tasks"][number];
export type TaskStory = z.infer<typeof taskStoryAnswer>;
export type TaskEvent = TaskStory["events"][number];
/** A field that is undefined does not filter. */
export type TaskAsk = Partial<Record<"conversationId" | "search", string | undefined>> & {
  state?: TaskState | undefined;
};

/** The polling of a visible page; a hidden page does not poll. */
const looked = { refetchInterval: 5_000, networkMode: "always" } as const;

const pathOf = (taskId: string) => `/cursor-tasks/${encodeURIComponent(taskId)}` as const;

/** The tasks that match the filter, newest first, page by page. */
export const useTasks = (asked: TaskAsk) =>
  useInfiniteQuery({
    queryKey: ["tasks", "list", asked],
    queryFn: ({ pageParam }) => timed(ask<TaskPage>(`GET /cursor-tasks${queryOf({ ...asked, cursor: pageParam })}`)),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (before) => before,
    ...looked,
  });

/** One task with its events. */
export const useTask = (taskId: string) =>
  useQuery({
    queryKey: ["tasks", "story", taskId],
    queryFn: () => timed(ask<TaskStory>(`GET ${pathOf(taskId)}`)),
    ...looked,
  });

export const useRedeliver = () =>
  useChange((taskId: string) => press<z.infer<typeof redeliverAnswer>>(`POST ${pathOf(taskId)}/redeliver`));

export const useMakeCallback = () =>
  useChange(({ taskId, userId }: { taskId: string; userId: string }) => {
    const input: Omit<z.input<typeof callBackInput>, "taskId"> = { userId };
    return press<z.infer<typeof callBackAnswer>>(`POST ${pathOf(taskId)}/callback`, input);
  });

/** A mutation that refetches tasks, and the callbacks they may have become. */
function useChange<I, A>(mutationFn: (input: I) => Promise<A>) {
  const queries = useQueryClient();
  // Not awaited: the refetch may remove the part of the screen that still has to show the result.
  const readAgain = () => {
    for (const what of ["tasks", "callbacks"]) void queries.invalidateQueries({ queryKey: [what] });
  };
  return usePress({ mutationFn, onSettled: readAgain });
}
