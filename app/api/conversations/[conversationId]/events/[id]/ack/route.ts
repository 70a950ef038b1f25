import { HOLDING } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { acknowledgeEvent } from "#modules/cursor-tasks";
import { acknowledgeAnswer, acknowledgeInput } from "#schema/cursor-tasks";

const summary = "The result was passed on in the conversation; it is not told again.";
const body = { input: acknowledgeInput, answer: acknowledgeAnswer };
const path = "/conversations/:conversationId/events/:id/ack";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods(path, {
  POST: route({ who: HOLDING, summary, ...body, refuses: ["not_found", "wrong_state"], run: acknowledgeEvent }),
});
