import { command, methods } from "#lib/http/route";
import { OWN_CONVERSATION, acknowledgeEvent } from "#modules/cursor-tasks";
import { acknowledgeAnswer, acknowledgeInput } from "#schema/cursor-tasks";

const summary = "Acknowledges a result that reached its conversation; it is not redelivered.";
const body = { input: acknowledgeInput, answer: acknowledgeAnswer, refuses: ["not_found", "wrong_state"] } as const;
const path = "/conversations/:conversationId/events/:id/ack";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods(path, {
  POST: command({ ...OWN_CONVERSATION, summary, ...body, run: acknowledgeEvent }),
});
