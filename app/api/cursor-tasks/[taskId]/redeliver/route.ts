import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { redeliver } from "#modules/cursor-tasks";
import { redeliverAnswer, taskInput } from "#schema/cursor-tasks";

const summary = "Redelivers a result to its conversation.";
const body = { input: taskInput, answer: redeliverAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/cursor-tasks/:taskId/redeliver", {
  POST: command({ who: ALL_DESKS, summary, ...body, refuses: ["not_found", "wrong_state"], run: redeliver }),
});
