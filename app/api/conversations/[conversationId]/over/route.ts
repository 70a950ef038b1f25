import { HOLDING } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { hangUp } from "#modules/cursor-tasks";
import { hangUpAnswer, hangUpInput } from "#schema/cursor-tasks";

const summary = "The conversation is over: results that were not acknowledged become callbacks.";
const body = { input: hangUpInput, answer: hangUpAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/conversations/:conversationId/over", {
  POST: route({ who: HOLDING, summary, ...body, run: hangUp }),
});
