import { goTo } from "../_ui/address.ts";
import { TASK_STATES, type TaskAsk } from "#client/cursor-tasks";

/** The filter and the open story: two people at the same address see the same. */
export type Place = TaskAsk & { taskId?: string | undefined };

/** The place of an address. Invalid parameters are ignored. */
export function placeOf(address: URLSearchParams): Place {
  const given = (name: string) => address.get(name)?.trim() || undefined;
  const state = TASK_STATES.find((one) => one === given("state"));
  return { state, conversationId: given("conversation"), search: given("search"), taskId: given("id") };
}

/** Goes to a place; Back returns. */
export function goToPlace({ state, conversationId, search, taskId }: Place): void {
  const parts = { state, conversation: conversationId, search, id: taskId };
  const given = Object.entries(parts).filter((part): part is [string, string] => part[1] !== undefined);
  goTo(given.length === 0 ? "/tasks" : `/tasks?${new URLSearchParams(given)}`);
}

/** The id of a row of the list; closing the story of a task returns the focus to it. */
export function rowId(taskId: string): string {
  return `task-${taskId}`;
}
