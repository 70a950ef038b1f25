import { ALL_DESKS } from "#lib/http/caller";
import { command, methods, query } from "#lib/http/route";
import { listTasks, registerTask } from "#modules/cursor-tasks";
import { listAnswer, listInput, registerAnswer, registerInput } from "#schema/cursor-tasks";

const list = { summary: "Tasks by page, with the number in each state.", input: listInput, answer: listAnswer };
const summary = "Registers a task before it is launched; a repeat registers no second task.";
const refuses = ["task_differs", "task_expired"] as const;
const made = { status: 201, once: false, refuses } as const;
const register = { summary, input: registerInput, answer: registerAnswer, ...made };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/cursor-tasks", {
  GET: query({ who: ALL_DESKS, ...list, read: listTasks }),
  POST: command({ who: ["service"], ...register, run: registerTask }),
});
