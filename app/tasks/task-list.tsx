"use client";
import type { ShownTask, TaskAsk, useTasks } from "#client/cursor-tasks";
import { Fresh } from "../_ui/fresh.tsx";
import { Listing } from "../_ui/listing.tsx";
import { useSteady } from "../_ui/use-steady.ts";
import { TaskRow } from "./task-row.tsx";

type Props = {
  list: ReturnType<typeof useTasks>;
  asked: TaskAsk;
  now: number;
  openId: string | undefined;
  onOpen: (taskId: string) => void;
};

/** The tasks that match the filter. While the pointer or the focus is in the list, no row moves. */
export function TaskList({ list, asked, now, openId, onOpen }: Props) {
  const tasks: ShownTask[] = list.data?.pages.flatMap((page) => page.tasks) ?? [];
  // A reader who changes the filter or asks for more wants to see the new rows. Until they come, the old ones stay.
  const { isPlaceholderData, data } = list;
  const what = JSON.stringify([asked, isPlaceholderData, data?.pages.length]);
  const { shown, fresh, refresh, hold } = useSteady(tasks, ({ taskId }) => taskId, what);
  return (
    <div {...hold}>
      <Fresh fresh={fresh} refresh={refresh} />
      <Listing
        label="Tasks"
        list={list}
        columns={["Task", "Conversation", "State", "Age", "Delivery"]}
        empty={
          Object.values(asked).some(Boolean)
            ? "No task fits. Take another state, another conversation, or fewer letters."
            : "No task yet. One comes here when a connected system registers it, before it is launched."
        }
      >
        {shown.map((task) => (
          <TaskRow key={task.taskId} task={task} now={now} isShown={task.taskId === openId} onOpen={onOpen} />
        ))}
      </Listing>
    </div>
  );
}
