import { methods, route } from "#lib/http/route";
import { finishFromCursor } from "#modules/cursor-tasks";
import { cursorHookInput, webhookAnswer } from "#schema/cursor-tasks";

const summary = "News of a Cursor agent: FINISHED and ERROR end its task, once.";
const body = { input: cursorHookInput, answer: webhookAnswer, once: false } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/webhooks/cursor", {
  POST: route({ who: ["cursor"], summary, ...body, run: finishFromCursor }),
});
