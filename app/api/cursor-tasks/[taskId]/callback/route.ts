import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { callBack } from "#modules/cursor-tasks";
import { callBackAnswer, callBackInput } from "#schema/cursor-tasks";

const summary = "Turns an unacknowledged result into a callback.";
const body = { input: callBackInput, answer: callBackAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/cursor-tasks/:taskId/callback", {
  POST: command({ who: ALL_DESKS, summary, ...body, refuses: ["not_found", "wrong_state"], run: callBack }),
});
