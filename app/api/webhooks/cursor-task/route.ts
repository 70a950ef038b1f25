import { methods, webhook } from "#lib/http/route";
import { finishFromRunner } from "#modules/cursor-tasks";
import { runnerHookInput, webhookAnswer } from "#schema/cursor-tasks";

const summary = "The end of a task, from one of Ringback's runners.";
const body = { input: runnerHookInput, answer: webhookAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/webhooks/cursor-task", {
  POST: webhook({ sender: "runner", summary, ...body, run: finishFromRunner }),
});
