import { HOLDING } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { giveStreamToken } from "#modules/cursor-tasks";
import { tokenAnswer, tokenInput } from "#schema/cursor-tasks";

const summary =
  "A token for the address of this conversation's event stream, which an EventSource opens within a minute.";
const body = { input: tokenInput, answer: tokenAnswer, once: false } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/conversations/:conversationId/stream-token", {
  POST: route({ who: HOLDING, summary, ...body, run: giveStreamToken }),
});
