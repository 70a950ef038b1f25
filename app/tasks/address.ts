import { goTo } from "../_ui/address.ts";
import { TASK_STATES, type TaskAsk } from "#client/cursor-tasks";

/** What is looked for and which story is open: everything that makes two people see the same. */
export type Place = TaskAsk & { taskId?: string | undefined };

/** The place an address leads to. What it cannot mean is left out. */
export function placeOf(address: URLSearchParams): Place {
  const given = (name: string) => address.get(name)?.trim() || undefined;
  const state = TASK_STATES.find((one) => one === given("state"));
  return { state, conversationId: given("conversation"), search: given("search"), taskId: given("id") };
}

/** Goes to a place; Back goes back. */
export function goToPlace({ state, conversationId, search, taskId }: Place): void {
  const parts = { state, conversation: conversationId, search, id: taskId };
  const given = Object.entries(parts).filter((part): part is [string, string] => part[1] !== undefined);
  goTo(given.length === 0 ? "/tasks" : `/tasks?${new URLSearchParams(given)}`);
}

/** What leads to the story of a task in the list; who closes the story comes back to it. */
export function rowId(taskId: string): string {
  return `task-${taskId}`;
}
