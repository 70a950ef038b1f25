import { ALL_DESKS } from "#lib/http/caller";
import { methods, query } from "#lib/http/route";
import { showTask } from "#modules/cursor-tasks";
import { taskInput, taskStoryAnswer } from "#schema/cursor-tasks";

const summary = "One task with its events.";
const body = { input: taskInput, answer: taskStoryAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/cursor-tasks/:taskId", {
  GET: query({ who: ALL_DESKS, summary, ...body, refuses: ["not_found"], read: showTask }),
});
