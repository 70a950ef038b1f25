import { methods, webhook } from "#lib/http/route";
import { finishFromCursor } from "#modules/cursor-tasks";
import { cursorHookInput, webhookAnswer } from "#schema/cursor-tasks";

const summary = "An event of a Cursor agent: FINISHED and ERROR end its task, once.";
const body = { input: cursorHookInput, answer: webhookAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/webhooks/cursor", {
  POST: webhook({ sender: "cursor", summary, ...body, run: finishFromCursor }),
});
