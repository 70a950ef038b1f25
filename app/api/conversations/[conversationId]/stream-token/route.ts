import { command, methods } from "#lib/http/route";
import { OWN_CONVERSATION, giveStreamToken } from "#modules/cursor-tasks";
import { tokenAnswer, tokenInput } from "#schema/cursor-tasks";

const summary =
  "A token for the address of this conversation's event stream, which an EventSource opens within a minute.";
const body = { input: tokenInput, answer: tokenAnswer, once: false } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/conversations/:conversationId/stream-token", {
  POST: command({ ...OWN_CONVERSATION, summary, ...body, run: giveStreamToken }),
});
