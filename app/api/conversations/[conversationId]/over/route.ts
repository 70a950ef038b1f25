import { command, methods } from "#lib/http/route";
import { OWN_CONVERSATION, endConversation } from "#modules/cursor-tasks";
import { endConversationAnswer, endConversationInput } from "#schema/cursor-tasks";

const summary = "Ends the conversation: results that were not acknowledged become callbacks.";
const body = { input: endConversationInput, answer: endConversationAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/conversations/:conversationId/over", {
  POST: command({ ...OWN_CONVERSATION, summary, ...body, run: endConversation }),
});
